using System.Buffers.Binary;

namespace Mainstreet.Foundation.Photos.Png;

/// <summary>The IHDR chunk. PNG specification (third edition), 11.2.1.</summary>
internal readonly record struct PngHeader(int Width, int Height, byte Depth, byte Colour, bool IsInterlaced)
{
    internal const byte Palette = 3;

    internal const int Size = 13;

    internal int BitsAPixel => Depth * (Colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 });

    /// <summary>Distance in bytes to the same byte of the pixel before, as the filters count it.</summary>
    internal int BytesAPixel => Math.Max(1, BitsAPixel / 8);

    internal int RowBytes => RowBytesOf(Width);

    internal int RowBytesOf(int pixels) => (int)(((long)pixels * BitsAPixel + 7) / 8);

    internal static PngHeader? Parse(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length != Size) return null;
        var width = BinaryPrimitives.ReadUInt32BigEndian(chunk);
        var height = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
        var (depth, colour) = (chunk[8], chunk[9]);
        var isDepthAllowed = colour switch
        {
            0 => depth is 1 or 2 or 4 or 8 or 16,
            Palette => depth is 1 or 2 or 4 or 8,
            2 or 4 or 6 => depth is 8 or 16,
            _ => false,
        };
        if (!isDepthAllowed || chunk[10] != 0 || chunk[11] != 0 || chunk[12] > 1) return null;
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue) return null;
        return new PngHeader((int)width, (int)height, depth, colour, chunk[12] == 1);
    }

    internal byte[] ToBytes()
    {
        var chunk = new byte[Size];
        BinaryPrimitives.WriteInt32BigEndian(chunk, Width);
        BinaryPrimitives.WriteInt32BigEndian(chunk.AsSpan(4), Height);
        chunk[8] = Depth;
        chunk[9] = Colour;
        chunk[12] = (byte)(IsInterlaced ? 1 : 0);
        return chunk;
    }
}
