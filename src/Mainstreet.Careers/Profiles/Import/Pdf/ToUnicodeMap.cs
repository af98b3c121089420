using System.Text;

namespace Mainstreet.Careers.Profiles.Import.Pdf;

/// <summary>A ToUnicode CMap: which letters a font's codes stand for (ISO 32000-1, 9.10.3).</summary>
internal sealed class ToUnicodeMap
{
    private const int MaxEntries = 70_000;

    private readonly Dictionary<(int Length, int Code), string> _letters = [];

    /// <summary>Bytes of a code, by the first range that fits; 0 when the map names none.</summary>
    private readonly List<(int Length, int Low, int High)> _spaces = [];

    internal static ToUnicodeMap Read(byte[] cmap)
    {
        var map = new ToUnicodeMap();
        var lexer = new PdfLexer(cmap);
        while (!lexer.IsAtEnd && map._letters.Count < MaxEntries)
        {
            switch (lexer.Next())
            {
                case PdfWord { Text: "begincodespacerange" }: map.Spaces(lexer); break;
                case PdfWord { Text: "beginbfchar" }: map.Letters(lexer); break;
                case PdfWord { Text: "beginbfrange" }: map.Ranges(lexer); break;
            }
        }

        return map;
    }

    internal string? Letters(int code, int length) => _letters.GetValueOrDefault((length, code));

    /// <summary>How many bytes the code at this place has.</summary>
    internal int LengthAt(ReadOnlySpan<byte> bytes, int otherwise)
    {
        foreach (var (length, low, high) in _spaces)
        {
            if (bytes.Length >= length && Code(bytes[..length]) is var code && code >= low && code <= high) return length;
        }

        return _spaces.Count > 0 ? _spaces[0].Length : otherwise;
    }

    private static int Code(ReadOnlySpan<byte> bytes)
    {
        var code = 0;
        foreach (var b in bytes) code = (code << 8) | b;
        return code;
    }

    private void Spaces(PdfLexer lexer)
    {
        while (lexer.Next() is PdfBytes { Bytes: { Length: > 0 and <= 4 } low } && lexer.Next() is PdfBytes { Bytes: { Length: > 0 and <= 4 } high } && _spaces.Count < 100)
            _spaces.Add((low.Length, Code(low), Code(high)));
    }

    private void Letters(PdfLexer lexer)
    {
        while (lexer.Next() is PdfBytes { Bytes: { Length: > 0 and <= 4 } code })
        {
            switch (lexer.Next())
            {
                case PdfBytes letters: _letters[(code.Length, Code(code))] = Text(letters.Bytes); break;
                case PdfName name when PdfEncodings.OfGlyph(name.Text) is { } known: _letters[(code.Length, Code(code))] = known; break;
            }
        }
    }

    private void Ranges(PdfLexer lexer)
    {
        while (lexer.Next() is PdfBytes { Bytes: { Length: > 0 and <= 4 } low } && lexer.Next() is PdfBytes { Bytes: { Length: > 0 and <= 4 } high })
        {
            var (first, last) = (Code(low), Math.Min(Code(high), Code(low) + 65_535));
            switch (lexer.Next())
            {
                case PdfBytes { Bytes.Length: > 0 } start:
                    var target = (byte[])start.Bytes.Clone();
                    for (var code = first; code <= last && _letters.Count < MaxEntries; code++)
                    {
                        _letters[(low.Length, code)] = Text(target);
                        for (var i = target.Length - 1; i >= 0 && ++target[i] == 0; i--)
                        {
                            // The next higher byte takes the carry.
                        }
                    }

                    break;
                case List<object?> list:
                    for (var i = 0; i < list.Count && first + i <= last; i++)
                        if (list[i] is PdfBytes one) _letters[(low.Length, first + i)] = Text(one.Bytes);
                    break;
            }
        }
    }

    private static string Text(byte[] bytes) => bytes.Length == 1 ? ((char)bytes[0]).ToString() : Encoding.BigEndianUnicode.GetString(bytes);
}
