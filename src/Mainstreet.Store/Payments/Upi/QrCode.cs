using System.Globalization;
using System.Text;

namespace Mainstreet.Store.Payments.Upi;

/// <summary>
/// QR codes (ISO/IEC 18004:2015) of texts: byte mode, error correction level M (15 % may be lost), the smallest version that fits, and the mask with the least
/// penalty. Made here because a payment link must not travel to somebody else's picture service.
/// </summary>
internal static class QrCode
{
    /// <summary>What the largest version holds at level M.</summary>
    internal const int MaxBytes = 2_331;

    private const int QuietZone = 4;

    /// <summary>Error correction words of a block at level M, by version (table 9).</summary>
    private static ReadOnlySpan<byte> CorrectionWords =>
    [
        0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ];

    /// <summary>Blocks at level M, by version (table 9).</summary>
    private static ReadOnlySpan<byte> Blocks =>
    [
        0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ];

    /// <summary>The code as an SVG document, dark on white with the quiet zone around it, one unit a module; scales to any size.</summary>
    /// <exception cref="ArgumentException">The text is longer than <see cref="MaxBytes"/> in UTF-8.</exception>
    internal static string Svg(string text)
    {
        var modules = Encode(text);
        var size = modules.GetLength(0);
        var path = new StringBuilder();
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                if (!modules[y, x]) continue;
                var from = x;
                while (x < size && modules[y, x]) x++;
                path.Append(CultureInfo.InvariantCulture, $"M{from + QuietZone} {y + QuietZone}h{x - from}v1h-{x - from}z");
            }
        }

        var side = size + 2 * QuietZone;
        return $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" role="img"><path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path d="{path}"/></svg>""";
    }

    /// <summary>The modules by row and column, true for dark.</summary>
    /// <param name="text">What a reader reads.</param>
    /// <param name="mask">0 to 7; null for the one with the least penalty.</param>
    /// <exception cref="ArgumentException">The text is longer than <see cref="MaxBytes"/> in UTF-8.</exception>
    internal static bool[,] Encode(string text, int? mask = null)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > MaxBytes) throw new ArgumentException("The text is too long for a QR code.", nameof(text));
        var version = 1;
        while (DataWords(version) * 8 < 4 + LengthBits(version) + 8 * bytes.Length) version++;
        var drawing = new QrDrawing(version);
        drawing.Fill(Interleave(Words(bytes, version), version));
        return mask is { } wanted ? drawing.Masked(wanted) : drawing.Masked();
    }

    /// <summary>Modules that carry data or correction: all but patterns, format and version.</summary>
    internal static int RawModules(int version)
    {
        var modules = (16 * version + 128) * version + 64;
        if (version < 2) return modules;
        var alignments = version / 7 + 2;
        modules -= (25 * alignments - 10) * alignments - 55;
        return version < 7 ? modules : modules - 36;
    }

    private static int DataWords(int version) => RawModules(version) / 8 - CorrectionWords[version] * Blocks[version];

    private static int LengthBits(int version) => version < 10 ? 8 : 16;

    /// <summary>Mode, length, data, end mark and padding (section 7.4).</summary>
    private static byte[] Words(byte[] bytes, int version)
    {
        var words = new byte[DataWords(version)];
        var at = 0;
        void Write(int value, int bits)
        {
            for (var i = bits - 1; i >= 0; i--, at++)
            {
                if (((value >> i) & 1) != 0) words[at >> 3] |= (byte)(0x80 >> (at & 7));
            }
        }

        Write(0b0100, 4);
        Write(bytes.Length, LengthBits(version));
        foreach (var b in bytes) Write(b, 8);
        at = Math.Min(at + 4, words.Length * 8);
        at = (at + 7) & ~7;
        for (var pad = 0xEC; at < words.Length * 8; pad ^= 0xEC ^ 0x11) Write(pad, 8);
        return words;
    }

    /// <summary>Blocks with their correction words, woven into each other (section 7.6). The last blocks may be one word longer than the first.</summary>
    private static byte[] Interleave(byte[] data, int version)
    {
        var (blocks, correction, raw) = (Blocks[version], CorrectionWords[version], RawModules(version) / 8);
        var shorter = blocks - raw % blocks;
        var length = raw / blocks - correction;
        var parts = new List<(byte[] Data, byte[] Correction)>(blocks);
        for (int i = 0, at = 0; i < blocks; i++)
        {
            var part = data.AsSpan(at, length + (i < shorter ? 0 : 1)).ToArray();
            at += part.Length;
            parts.Add((part, QrCorrection.Of(part, correction)));
        }

        var woven = new List<byte>(raw);
        for (var i = 0; i <= length; i++) woven.AddRange(parts.Where(p => i < p.Data.Length).Select(p => p.Data[i]));
        for (var i = 0; i < correction; i++) woven.AddRange(parts.Select(p => p.Correction[i]));
        return [.. woven];
    }
}
