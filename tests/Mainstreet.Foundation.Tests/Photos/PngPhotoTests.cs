using System.Text;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Photos;
using Shouldly;
using Xunit;

namespace Mainstreet.Foundation.Tests.Photos;

[Trait("kind", "unit")]
public class PngPhotoTests
{
    private static readonly byte[] Palette = [.. Enumerable.Range(0, 16).SelectMany(i => new[] { (byte)(i * 16), (byte)i, (byte)(255 - i) })];

    private static Outcome<Photo> Take(byte[] file) => PhotoIntake.Read(file, new(), TestContext.Current.CancellationToken);

    private static byte[] Taken(byte[] file) => Take(file).Value.ShouldNotBeNull().Data.ToArray();

    public static TheoryData<int, int> Kinds() => new()
    {
        { 1, 0 }, { 2, 0 }, { 4, 0 }, { 8, 0 }, { 16, 0 }, { 8, 2 }, { 16, 2 }, { 1, 3 }, { 2, 3 }, { 4, 3 }, { 8, 4 }, { 16, 4 },
        { 8, 6 }, { 16, 6 },
    };

    private static int BitsAPixel(int depth, int colour) => depth * colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>Noise over a gradient, so that every filter wins somewhere; unused bits of the last byte are zero.</summary>
    private static byte[][] Pixels(int width, int height, int depth, int colour)
    {
        var random = new Random(depth * 10 + colour);
        var bits = width * BitsAPixel(depth, colour);
        var rows = new byte[height][];
        for (var y = 0; y < height; y++)
        {
            rows[y] = new byte[(bits + 7) / 8];
            for (var i = 0; i < rows[y].Length; i++) rows[y][i] = (byte)(y % 3 == 0 ? random.Next(256) : i * 3 + y * 5 + random.Next(3));
            if (bits % 8 != 0) rows[y][^1] &= (byte)(0xFF << 8 - bits % 8);
        }
        return rows;
    }

    private static byte[] Make(byte[][] rows, int width, int depth, int colour) => colour == 3
        ? PhotoFiles.Png(width, rows, depth, colour, PhotoFiles.PngChunk("PLTE", Palette))
        : PhotoFiles.Png(width, rows, depth, colour);

    [Theory, MemberData(nameof(Kinds))]
    public void Pixels_come_out_as_they_went_in(int depth, int colour)
    {
        var rows = Pixels(23, 17, depth, colour);
        var photo = Take(Make(rows, 23, depth, colour)).Value.ShouldNotBeNull();
        (photo.ContentType, photo.Width, photo.Height).ShouldBe(("image/png", 23, 17));
        PhotoFiles.PngRows(photo.Data.ToArray(), BitsAPixel(depth, colour)).ShouldBe(rows);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_turn_moves_every_pixel_where_it_belongs(int depth, int colour)
    {
        const int Width = 11, Height = 6;
        var bits = BitsAPixel(depth, colour);
        var rows = Pixels(Width, Height, depth, colour);
        var file = Make(rows, Width, depth, colour);
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var photo = Take(PhotoFiles.WithPngChunk(file, "eXIf", PhotoFiles.Tiff(orientation, little: true))).Value.ShouldNotBeNull();
            (photo.Width, photo.Height).ShouldBe(orientation >= 5 ? (Height, Width) : (Width, Height));
            var turned = PhotoFiles.PngRows(photo.Data.ToArray(), bits);
            for (var y = 0; y < photo.Height; y++)
            {
                for (var x = 0; x < photo.Width; x++)
                {
                    // Exif 2.32, tag 0x0112, said once more in another way: where the pixel shown at (x, y) is stored.
                    var (fromX, fromY) = orientation switch
                    {
                        2 => (Width - 1 - x, y),
                        3 => (Width - 1 - x, Height - 1 - y),
                        4 => (x, Height - 1 - y),
                        5 => (y, x),
                        6 => (y, Height - 1 - x),
                        7 => (Width - 1 - y, Height - 1 - x),
                        8 => (Width - 1 - y, x),
                        _ => (x, y),
                    };
                    Pixel(turned[y], x, bits).ShouldBe(Pixel(rows[fromY], fromX, bits));
                }
            }
        }
    }

    private static string Pixel(byte[] row, int x, int bits)
    {
        var all = string.Concat(row.Select(b => b.ToString("b8", null)));
        return all.Substring(x * bits, bits);
    }

    [Theory]
    [InlineData("pal")]
    [InlineData("g1")]
    [InlineData("g4")]
    [InlineData("ga8")]
    [InlineData("rgba8")]
    public void An_interlaced_picture_gives_the_same_file_as_a_plain_one(string name) =>
        Taken(PhotoFiles.Read(name + "-interlaced.png")).ShouldBe(Taken(PhotoFiles.Read(name + ".png")));

    [Fact]
    public void Place_words_and_hidden_chunks_are_gone()
    {
        var file = PhotoFiles.Read("located.png");
        foreach (var name in new[] { "tEXt", "zTXt", "iTXt", "iCCP", "tIME", "pHYs", "acTL", "fdAT", "teSt" })
        {
            file = PhotoFiles.WithPngChunk(file, name, [.. "secret <?php"u8]);
        }
        var taken = Taken(file);
        PhotoFiles.PngChunks(taken).Select(c => c.Name).ShouldBe(["IHDR", "PLTE", "IDAT", "IEND"]);
        taken.AsSpan().IndexOf("secret"u8).ShouldBe(-1);
    }

    [Fact]
    public void Transparency_is_kept()
    {
        byte[] alpha = [0, 128, 255];
        var file = PhotoFiles.Png(
            9, Pixels(9, 3, 4, 3), 4, 3, PhotoFiles.PngChunk("PLTE", Palette), PhotoFiles.PngChunk("tRNS", alpha));
        PhotoFiles.PngChunks(Taken(file)).Single(c => c.Name == "tRNS").Body.ShouldBe(alpha);
    }

    [Fact]
    public void Compressed_data_after_the_last_row_are_gone()
    {
        var rows = Pixels(5, 2, 8, 0);
        byte[] body = [.. rows.SelectMany(r => r.Prepend((byte)0)), .. Encoding.ASCII.GetBytes(new string('h', 100_000))];
        byte[] file =
        [
            .. PhotoFiles.PngHead(5, 2, 8, 0), .. PhotoFiles.PngChunk("IDAT", PhotoFiles.Deflate(body)), .. PhotoFiles.PngChunk("IEND", []),
        ];
        Taken(file).ShouldBe(Taken(Make(rows, 5, 8, 0)));
    }

    public static TheoryData<string, byte[]> Broken()
    {
        var end = PhotoFiles.PngChunk("IEND", []);
        var rows = Pixels(5, 2, 8, 0);
        var sound = Make(rows, 5, 8, 0);
        var badSum = sound.ToArray();
        badSum[^1] ^= 1;
        var badFilter = PhotoFiles.PngChunk("IDAT", PhotoFiles.Deflate([9, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]));
        var idat = PhotoFiles.PngChunk("IDAT", PhotoFiles.Deflate([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]));
        return new()
        {
            { "too few rows", [.. PhotoFiles.PngHead(5, 3, 8, 0), .. idat, .. end] },
            { "no picture data", [.. PhotoFiles.PngHead(5, 2, 8, 0), .. end] },
            { "wrong checksum", badSum },
            { "unknown filter", [.. PhotoFiles.PngHead(5, 2, 8, 0), .. badFilter, .. end] },
            { "depth that the colour type forbids", [.. PhotoFiles.PngHead(5, 2, 4, 2), .. idat, .. end] },
            { "no width", [.. PhotoFiles.PngHead(0, 2, 8, 0), .. idat, .. end] },
            { "palette missing", [.. PhotoFiles.PngHead(5, 2, 8, 3), .. idat, .. end] },
            { "data not together", [.. PhotoFiles.PngHead(5, 2, 8, 0), .. idat, .. PhotoFiles.PngChunk("tEXt", []), .. idat, .. end] },
            { "unknown critical chunk", PhotoFiles.WithPngChunk(sound, "QQQQ", []) },
            { "two headers", PhotoFiles.WithPngChunk(sound, "IHDR", new byte[13]) },
            { "chunk longer than the file", [.. sound[..33], 0x7F, 0xFF, 0xFF, 0xFF, .. "IDAT"u8, .. new byte[8]] },
            { "compressed data that are none", [.. PhotoFiles.PngHead(5, 2, 8, 0), .. PhotoFiles.PngChunk("IDAT", new byte[20]), .. end] },
        };
    }

    [Theory, MemberData(nameof(Broken))]
    public void A_broken_picture_is_corrupt(string what, byte[] file) =>
        Take(file).Problem.ShouldNotBeNull(what).ShouldBe(PhotoProblems.Corrupt);
}
