using System.Buffers.Binary;

namespace Mainstreet.Foundation.Photos;

/// <summary>
/// How stored pixels must be turned to stand upright: flips along the stored axes first, then the exchange of both axes.
/// Source: Exif 2.32, tag 0x0112, whose eight values are exactly these eight combinations.
/// </summary>
internal readonly record struct Orientation(bool FlipX, bool FlipY, bool Transpose)
{
    internal const ushort Tag = 0x0112;

    internal static readonly Orientation Upright;

    internal bool IsUpright => this == Upright;

    /// <summary>The turn for an Exif value; values outside 1..8 mean upright.</summary>
    internal static Orientation FromExif(int value) => value switch
    {
        2 => new(true, false, false),
        3 => new(true, true, false),
        4 => new(false, true, false),
        5 => new(false, false, true),
        6 => new(false, true, true),
        7 => new(true, true, true),
        8 => new(true, false, true),
        _ => Upright,
    };

    internal int ToExif() => (Transpose, FlipX, FlipY) switch
    {
        (false, false, false) => 1,
        (false, true, false) => 2,
        (false, true, true) => 3,
        (false, false, true) => 4,
        (true, false, false) => 5,
        (true, false, true) => 6,
        (true, true, true) => 7,
        (true, true, false) => 8,
    };

    /// <summary>Reads the turn from a TIFF block as Exif holds it; anything unreadable means upright.</summary>
    internal static Orientation FromTiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8) return Upright;
        bool little;
        if (tiff[0] == 'I' && tiff[1] == 'I') little = true;
        else if (tiff[0] == 'M' && tiff[1] == 'M') little = false;
        else return Upright;
        if (Read16(tiff[2..], little) != 42) return Upright;
        var offset = Read32(tiff[4..], little);
        if (offset > tiff.Length - 2) return Upright;

        var directory = tiff[(int)offset..];
        var entries = Read16(directory, little);
        directory = directory[2..];
        for (var i = 0; i < entries && directory.Length >= 12; i++, directory = directory[12..])
        {
            if (Read16(directory, little) != Tag) continue;
            var isOneShort = Read16(directory[2..], little) == 3 && Read32(directory[4..], little) == 1;
            return isOneShort ? FromExif(Read16(directory[8..], little)) : Upright;
        }
        return Upright;
    }

    /// <summary>A TIFF block of 26 bytes that says the turn and nothing else.</summary>
    internal byte[] ToTiff()
    {
        var tiff = new byte[26];
        "MM\0*"u8.CopyTo(tiff);
        BinaryPrimitives.WriteUInt32BigEndian(tiff.AsSpan(4), 8);
        BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(10), Tag);
        BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(12), 3);
        BinaryPrimitives.WriteUInt32BigEndian(tiff.AsSpan(14), 1);
        BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(18), (ushort)ToExif());
        return tiff;
    }

    private static ushort Read16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Read32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
