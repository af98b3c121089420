using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Mainstreet.Foundation.Tests.Photos;

/// <summary>
/// Test pictures: embedded ones drawn for these tests and coded by libjpeg-turbo, ImageMagick and libwebp, and hand-made parts to
/// splice into them. <c>turned-N.jpg</c> is <c>upright.jpg</c> moved losslessly by jpegtran as Exif orientation N asks.
/// </summary>
internal static class PhotoFiles
{
    internal static byte[] Read(string name)
    {
        using var stream = typeof(PhotoFiles).Assembly.GetManifestResourceStream("photos/" + name)
            ?? throw new FileNotFoundException(name);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    internal static IEnumerable<string> Names() => typeof(PhotoFiles).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith("photos/", StringComparison.Ordinal))
        .Select(n => n["photos/".Length..]);

    /// <summary>A TIFF block with a turn and a place (GPS directory with latitude 40.7128 north).</summary>
    internal static byte[] Tiff(int orientation, bool little)
    {
        var bytes = new byte[8 + 2 + 24 + 4 + 2 + 24 + 4 + 24];
        void Put16(int at, int value)
        {
            if (little) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)value);
            else BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), (ushort)value);
        }
        void Put32(int at, int value)
        {
            if (little) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
            else BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), value);
        }
        Encoding.ASCII.GetBytes(little ? "II" : "MM").CopyTo(bytes, 0);
        Put16(2, 42);
        Put32(4, 8);
        Put16(8, 2);
        Put16(10, 0x0112); Put16(12, 3); Put32(14, 1); Put16(18, orientation);
        Put16(22, 0x8825); Put16(24, 4); Put32(26, 1); Put32(30, 38);
        Put16(38, 2);
        Put16(40, 1); Put16(42, 2); Put32(44, 2); bytes[48] = (byte)'N';
        Put16(52, 2); Put16(54, 5); Put32(56, 3); Put32(60, 68);
        int[] latitude = [40, 1, 42, 1, 4608, 100];
        for (var i = 0; i < 6; i++) Put32(68 + 4 * i, latitude[i]);
        return bytes;
    }

    internal static byte[] WithJpegSegment(byte[] jpeg, byte marker, byte[] body) =>
        [.. jpeg[..2], 0xFF, marker, (byte)(body.Length + 2 >> 8), (byte)(body.Length + 2), .. body, .. jpeg[2..]];

    internal static byte[] WithExif(byte[] jpeg, int orientation, bool little = false) =>
        WithJpegSegment(jpeg, 0xE1, [.. "Exif\0\0"u8, .. Tiff(orientation, little)]);

    internal static byte[] PngChunk(string name, byte[] body)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. body];
        var chunk = new byte[named.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        named.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(named.Length + 4), Crc(named));
        return chunk;
    }

    /// <summary>Puts a chunk right behind IHDR.</summary>
    internal static byte[] WithPngChunk(byte[] png, string name, byte[] body) =>
        [.. png[..33], .. PngChunk(name, body), .. png[33..]];

    internal static byte[] PngHead(int width, int height, int depth = 8, int colour = 2, int interlace = 0)
    {
        var body = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(body, width);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(4), height);
        (body[8], body[9], body[12]) = ((byte)depth, (byte)colour, (byte)interlace);
        return [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. PngChunk("IHDR", body)];
    }

    /// <summary>A PNG without filters; each row is what PNG packs, without its filter byte.</summary>
    internal static byte[] Png(int width, byte[][] rows, int depth, int colour, params byte[][] before)
    {
        var packed = Deflate([.. rows.SelectMany(r => r.Prepend((byte)0))]);
        return
        [
            .. PngHead(width, rows.Length, depth, colour), .. before.SelectMany(c => c),
            .. PngChunk("IDAT", packed[..(packed.Length / 2)]), .. PngChunk("IDAT", packed[(packed.Length / 2)..]), .. PngChunk("IEND", []),
        ];
    }

    internal static byte[] Deflate(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(bytes);
        return output.ToArray();
    }

    /// <summary>Slow reader of a PNG that is not interlaced: its rows, filters undone by the letter of the specification.</summary>
    internal static byte[][] PngRows(byte[] png, int pixelBits)
    {
        var width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
        var height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        var data = new List<byte>();
        foreach (var (name, body) in PngChunks(png)) if (name == "IDAT") data.AddRange(body);
        using var zlib = new ZLibStream(new MemoryStream([.. data]), CompressionMode.Decompress);
        var rows = new byte[height][];
        var (length, back) = ((width * pixelBits + 7) / 8, Math.Max(1, pixelBits / 8));
        for (var y = 0; y < height; y++)
        {
            var filter = zlib.ReadByte();
            rows[y] = new byte[length];
            zlib.ReadExactly(rows[y]);
            for (var i = 0; i < length; i++)
            {
                int a = i < back ? 0 : rows[y][i - back], b = y == 0 ? 0 : rows[y - 1][i], c = i < back || y == 0 ? 0 : rows[y - 1][i - back];
                var p = a + b - c;
                var nearest = new[] { a, b, c }.MinBy(v => Math.Abs(p - v));
                rows[y][i] += (byte)(filter switch { 1 => a, 2 => b, 3 => (a + b) / 2, 4 => nearest, _ => 0 });
            }
        }
        return rows;
    }

    internal static IEnumerable<(string Name, byte[] Body)> PngChunks(byte[] png)
    {
        for (var at = 8; at < png.Length;)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            yield return (Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + size)]);
            at += 12 + size;
        }
    }

    /// <summary>Puts chunks behind an extended header, in front of and behind the picture.</summary>
    internal static byte[] ExtendedWebp(byte[] simple, int width, int height, byte flags, params (string Name, byte[] Body)[] chunks)
    {
        byte[] canvas =
        [
            flags, 0, 0, 0, (byte)(width - 1), (byte)(width - 1 >> 8), 0, (byte)(height - 1), (byte)(height - 1 >> 8), 0,
        ];
        return Riff([.. "WEBP"u8, .. RiffChunk("VP8X", canvas), .. simple[12..], .. chunks.SelectMany(c => RiffChunk(c.Name, c.Body))]);
    }

    internal static byte[] Riff(byte[] body) => RiffChunk("RIFF", body);

    private static byte[] RiffChunk(string name, byte[] body)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, body.Length);
        return [.. Encoding.ASCII.GetBytes(name), .. size, .. body, .. new byte[body.Length & 1]];
    }

    /// <summary>Bit by bit, as the specification's annex D words it.</summary>
    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var i = 0; i < 8; i++) crc = (crc & 1) == 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
