using System.Text;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Photos;
using Shouldly;
using Xunit;

namespace Mainstreet.Foundation.Tests.Photos;

[Trait("kind", "unit")]
public class JpegPhotoTests
{
    private static Outcome<Photo> Take(byte[] file) => PhotoIntake.Read(file, new(), TestContext.Current.CancellationToken);

    private static byte[] Taken(byte[] file) => Take(file).Value.ShouldNotBeNull().Data.ToArray();

    [Theory]
    [InlineData("progressive.jpg")]
    [InlineData("restarts.jpg")]
    [InlineData("progressive-restarts.jpg")]
    [InlineData("located.jpg")]
    public void Every_coding_of_one_picture_gives_the_same_file(string name) =>
        Taken(PhotoFiles.Read(name)).ShouldBe(Taken(PhotoFiles.Read("upright.jpg")));

    public static TheoryData<int, bool> Turns()
    {
        var turns = new TheoryData<int, bool>();
        for (var orientation = 2; orientation <= 8; orientation++)
        {
            turns.Add(orientation, true);
            turns.Add(orientation, false);
        }
        return turns;
    }

    [Theory, MemberData(nameof(Turns))]
    public void A_turn_gives_the_same_file_as_jpegtran(int orientation, bool little)
    {
        var turned = Take(PhotoFiles.WithExif(PhotoFiles.Read("upright.jpg"), orientation, little)).Value.ShouldNotBeNull();
        turned.Data.ToArray().ShouldBe(Taken(PhotoFiles.Read($"turned-{orientation}.jpg")));
        (turned.Width, turned.Height).ShouldBe(orientation >= 5 ? (48, 64) : (64, 48));
    }

    [Theory]
    [InlineData("odd.jpg")]
    [InlineData("gray.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("rgb.jpg")]
    public void A_turn_keeps_every_pixel_of_a_size_that_is_no_multiple_of_the_unit(string name)
    {
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var photo = Take(PhotoFiles.WithExif(PhotoFiles.Read(name), orientation)).Value.ShouldNotBeNull();
            (photo.Width, photo.Height).ShouldBe(orientation >= 5 ? (45, 67) : (67, 45));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(65_535)]
    public void An_unknown_turn_is_left_out(int orientation) =>
        Taken(PhotoFiles.WithExif(PhotoFiles.Read("upright.jpg"), orientation)).ShouldBe(Taken(PhotoFiles.Read("upright.jpg")));

    [Fact]
    public void Place_words_and_hidden_segments_are_gone()
    {
        var located = PhotoFiles.Read("located.jpg");
        Contains(located, "secret").ShouldBeTrue();
        var file = PhotoFiles.WithExif(located, 1);
        for (byte marker = 0xE0; marker <= 0xEF; marker++)
        {
            file = PhotoFiles.WithJpegSegment(file, marker, [.. "secret <script>"u8]);
        }
        file = PhotoFiles.WithJpegSegment(file, 0xFE, [.. "PK\x03\x04 secret"u8]);

        var taken = Taken(file);

        taken.ShouldBe(Taken(PhotoFiles.Read("upright.jpg")));
        foreach (var word in new[] { "secret", "Exif", "GPS", "http", "Photoshop", "script", "PK" }) Contains(taken, word).ShouldBeFalse(word);
    }

    [Fact]
    public void Bytes_between_the_picture_data_and_the_end_are_gone()
    {
        var file = PhotoFiles.Read("upright.jpg");
        byte[] stuffed = [.. file[..^2], .. "<?php hidden ?>"u8, 0xFF, 0xD9];
        Taken(stuffed).ShouldBe(Taken(file));
    }

    [Fact]
    public void Codings_that_browsers_do_not_show_are_unsupported()
    {
        var problem = Take(PhotoFiles.Read("arithmetic.jpg")).Problem.ShouldNotBeNull();
        (problem.Code, problem.Status).ShouldBe(("photo_unsupported", 415));

        var deep = PhotoFiles.Read("upright.jpg");
        deep[deep.AsSpan().IndexOf<byte>([0xFF, 0xC0]) + 4] = 12;
        Take(deep).Problem!.Code.ShouldBe("photo_unsupported");
    }

    [Fact]
    public void Scans_without_end_are_corrupt()
    {
        var file = PhotoFiles.Read("progressive.jpg");
        var firstScan = file.AsSpan().IndexOf<byte>([0xFF, 0xDA]);
        var secondScan = firstScan + 2 + file.AsSpan(firstScan + 2).IndexOf<byte>([0xFF, 0xC4]);
        var scan = file[firstScan..secondScan];
        byte[] busy = [.. file[..firstScan], .. Enumerable.Repeat(scan, 70).SelectMany(s => s), .. file[firstScan..]];
        Take(busy).Problem!.Code.ShouldBe("photo_corrupt");
    }

    [Fact]
    public void A_file_without_picture_data_is_corrupt()
    {
        Take([0xFF, 0xD8, 0xFF, 0xD9]).Problem!.Code.ShouldBe("photo_corrupt");
        var file = PhotoFiles.Read("upright.jpg");
        var scan = file.AsSpan().IndexOf<byte>([0xFF, 0xDA]);
        Take([.. file[..scan], 0xFF, 0xD9]).Problem!.Code.ShouldBe("photo_corrupt");
    }

    private static bool Contains(byte[] file, string word) => file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(word)) >= 0;
}
