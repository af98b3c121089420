using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Photos;
using Shouldly;
using Xunit;

namespace Mainstreet.Foundation.Tests.Photos;

[Trait("kind", "unit")]
public class WebpPhotoTests
{
    private const byte ExifFlag = 0x08;
    private const byte AnimationFlag = 0x02;

    private static Outcome<Photo> Take(byte[] file) => PhotoIntake.Read(file, new(), TestContext.Current.CancellationToken);

    private static byte[] Taken(byte[] file) => Take(file).Value.ShouldNotBeNull().Data.ToArray();

    [Theory]
    [InlineData("lossy.webp", 67, 45)]
    [InlineData("lossless.webp", 20, 14)]
    [InlineData("alpha.webp", 67, 45)]
    public void A_clean_file_stays_as_it_is(string name, int width, int height)
    {
        var file = PhotoFiles.Read(name);
        var photo = Take(file).Value.ShouldNotBeNull();
        photo.Data.ToArray().ShouldBe(file);
        (photo.ContentType, photo.Width, photo.Height).ShouldBe(("image/webp", width, height));
    }

    [Fact]
    public void Metadata_and_unknown_chunks_are_gone()
    {
        var plain = PhotoFiles.Read("lossy.webp");
        var file = PhotoFiles.ExtendedWebp(
            plain, 67, 45, 0x2C, ("EXIF", PhotoFiles.Tiff(1, little: true)), ("XMP ", [.. "secret"u8]), ("ICCP", [.. "secret"u8]),
            ("QQQQ", [.. "secret"u8]), ("VP8 ", [.. "a second picture"u8]));
        Taken(file).ShouldBe(plain);
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(3, false)]
    public void A_turn_survives_alone(int orientation, bool isSideways)
    {
        var exif = PhotoFiles.Tiff(orientation, little: true);
        var file = PhotoFiles.ExtendedWebp(PhotoFiles.Read("lossy.webp"), 67, 45, ExifFlag, ("EXIF", [.. "Exif\0\0"u8, .. exif]));
        var photo = Take(file).Value.ShouldNotBeNull();
        (photo.Width, photo.Height).ShouldBe(isSideways ? (45, 67) : (67, 45));

        var data = photo.Data.ToArray();
        var block = data[(data.AsSpan().IndexOf("EXIF"u8) + 8)..];
        block.Length.ShouldBe(26);
        Orientation.FromTiff(block).ToExif().ShouldBe(orientation);
    }

    [Fact]
    public void An_animation_is_unsupported()
    {
        var file = PhotoFiles.ExtendedWebp(PhotoFiles.Read("lossy.webp"), 67, 45, AnimationFlag, ("ANIM", new byte[6]));
        Take(file).Problem.ShouldBe(PhotoProblems.Animated);
        Take(file).Problem!.Code.ShouldBe("photo_unsupported");
    }

    [Fact]
    public void A_canvas_that_is_not_the_picture_is_corrupt() =>
        Take(PhotoFiles.ExtendedWebp(PhotoFiles.Read("lossy.webp"), 68, 45, 0)).Problem.ShouldBe(PhotoProblems.Corrupt);

    [Fact]
    public void A_container_without_a_picture_is_corrupt() =>
        Take(PhotoFiles.Riff([.. "WEBP"u8])).Problem.ShouldBe(PhotoProblems.Corrupt);
}
