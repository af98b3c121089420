using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Photos;
using Shouldly;
using Xunit;

namespace Mainstreet.Foundation.Tests.Photos;

[Trait("kind", "unit")]
public class PhotoIntakeTests
{
    private static readonly PhotoLimits Limits = new();

    private static Outcome<Photo> Take(byte[] file) => PhotoIntake.Read(file, Limits, TestContext.Current.CancellationToken);

    public static TheoryData<string> Accepted() => [.. PhotoFiles.Names().Where(n => n != "arithmetic.jpg")];

    [Theory, MemberData(nameof(Accepted))]
    public void A_photo_is_told_by_its_content(string name)
    {
        var photo = Take(PhotoFiles.Read(name)).Value.ShouldNotBeNull();
        photo.ContentType.ShouldBe("image/" + Path.GetExtension(name)[1..].Replace("jpg", "jpeg"));
        photo.Bytes.ShouldBe(photo.Data.Length);
    }

    [Theory, MemberData(nameof(Accepted))]
    public void Taking_in_what_was_taken_in_changes_nothing(string name)
    {
        var once = Take(PhotoFiles.Read(name)).Value!;
        var twice = Take(once.Data.ToArray()).Value!;
        twice.Data.ToArray().ShouldBe(once.Data.ToArray());
        (twice.Width, twice.Height).ShouldBe((once.Width, once.Height));
    }

    [Theory, MemberData(nameof(Accepted))]
    public void Appended_bytes_are_gone(string name)
    {
        var file = PhotoFiles.Read(name);
        byte[][] tails =
        [
            [.. "PK\x03\x04 hidden archive PK\x05\x06"u8], [.. "GIF89a hidden"u8], [.. "<script>hidden</script>"u8],
            [.. "%PDF-1.7 hidden"u8], PhotoFiles.Read("upright.jpg"),
        ];
        var clean = Take(file).Value!.Data.ToArray();
        foreach (var tail in tails) Take([.. file, .. tail]).Value!.Data.ToArray().ShouldBe(clean);
    }

    [Theory, MemberData(nameof(Accepted))]
    public void A_file_with_something_in_front_is_no_photo(string name)
    {
        var file = PhotoFiles.Read(name);
        foreach (var head in new[] { "GIF89a", "<!doctype html>", "PK\x03\x04", "\n", "BM" })
        {
            Take([.. Encoding.ASCII.GetBytes(head), .. file]).Problem!.Code.ShouldBe("photo_unsupported");
        }
    }

    [Theory, MemberData(nameof(Accepted))]
    public void A_cut_file_is_corrupt_wherever_it_is_cut(string name)
    {
        var file = PhotoFiles.Read(name);
        for (var length = 12; length < file.Length - 1; length += 1 + length / 50)
        {
            Take(file[..length]).Problem.ShouldNotBeNull($"cut at {length}").Code.ShouldBe("photo_corrupt");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("GIF89a\x01\0\x01\0\0\0\0;")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")]
    [InlineData("<?xml version='1.0'?><svg/>")]
    [InlineData("BM\x3e\0\0\0")]
    [InlineData("II*\0\x08\0\0\0")]
    [InlineData("RIFF\x04\0\0\0WAVE")]
    [InlineData("\0\0\0\x18ftypheic\0\0\0\0mif1heic")]
    [InlineData("plain words in a file named photo.jpg")]
    public void Other_content_is_unsupported(string content) =>
        Take(Encoding.Latin1.GetBytes(content)).Problem.ShouldBe(PhotoProblems.Unsupported);

    [Fact]
    public async Task An_upload_is_read_at_most_to_its_limit()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var intake = new PhotoIntake();
        var endless = new EndlessStream();
        var result = await intake.ReadAsync(endless, Limits, cancel);
        (result.Problem!.Code, result.Problem.Status).ShouldBe(("photo_too_large", 413));
        endless.Given.ShouldBeLessThan(Limits.MaxBytes + 128 * 1024);

        var file = PhotoFiles.Read("upright.jpg");
        using var exact = new MemoryStream(file);
        (await intake.ReadAsync(exact, Limits with { MaxBytes = file.Length }, cancel)).Value.ShouldNotBeNull();
        using var over = new MemoryStream(file);
        (await intake.ReadAsync(over, Limits with { MaxBytes = file.Length - 1 }, cancel)).Problem!.Code.ShouldBe("photo_too_large");
    }

    [Fact]
    public void Headers_that_promise_too_many_pixels_are_refused_before_anything_is_decoded()
    {
        var upright = PhotoFiles.Read("upright.jpg");
        var frame = upright.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
        byte[] jpeg = [.. upright];
        (jpeg[frame + 5], jpeg[frame + 6], jpeg[frame + 7], jpeg[frame + 8]) = (0xEA, 0x60, 0xEA, 0x60);
        var lossless = PhotoFiles.Read("lossless.webp");
        (lossless[21], lossless[22], lossless[23], lossless[24]) = (0xFF, 0xFF, 0xFF, 0x0F);
        byte[][] bombs =
        [
            PhotoFiles.PngHead(60_000, 60_000),
            [.. PhotoFiles.PngHead(60_000, 60_000), .. PhotoFiles.PngChunk("IDAT", PhotoFiles.Deflate(new byte[1_000_000]))],
            PhotoFiles.PngHead(int.MaxValue, int.MaxValue),
            PhotoFiles.PngHead(16_385, 1),
            jpeg,
            lossless,
        ];
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var bomb in bombs)
        {
            var problem = Take(bomb).Problem.ShouldNotBeNull();
            (problem.Code, problem.Status).ShouldBe(("photo_too_many_pixels", 422));
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
    }

    [Fact]
    public void Random_bytes_never_throw_and_never_pass()
    {
        byte[][] heads =
        [
            [], [0xFF, 0xD8, 0xFF], [0xFF, 0xD8, 0xFF, 0xC0], [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'], PhotoFiles.PngHead(9, 9),
            [.. "RIFF\x40\0\0\0WEBPVP8 "u8], [.. "RIFF\x40\0\0\0WEBPVP8X"u8],
        ];
        Prop.ForAll<byte[]>(bytes => heads.All(head => Take([.. head, .. bytes]).Problem is not null))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Theory, MemberData(nameof(Accepted))]
    public void Damaged_files_never_throw_and_what_passes_is_sound(string name)
    {
        var file = PhotoFiles.Read(name);
        var random = new Random(20260411);
        for (var round = 0; round < 400; round++)
        {
            byte[] damaged = [.. file];
            for (var i = random.Next(1, 4); i > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var result = Take(damaged);
            if (result.Value is not { } photo) continue;
            Take(photo.Data.ToArray()).Value.ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_cancelled_intake_stops()
    {
        using var intake = new PhotoIntake();
        using var upload = new MemoryStream(PhotoFiles.Read("upright.jpg"));
        await Should.ThrowAsync<OperationCanceledException>(() => intake.ReadAsync(upload, Limits, new CancellationToken(true)));
    }

    /// <summary>A JPEG's beginning, then zeros without end.</summary>
    private sealed class EndlessStream : Stream
    {
        internal long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
