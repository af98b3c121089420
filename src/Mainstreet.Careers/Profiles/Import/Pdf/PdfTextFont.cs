using Mainstreet.Foundation.Documents.Pdf;

namespace Mainstreet.Careers.Profiles.Import.Pdf;

/// <summary>One code of a text that a page shows.</summary>
/// <param name="Letters">What it reads as; null when nobody can know.</param>
/// <param name="Width">In thousandths of the font's size.</param>
/// <param name="IsBlank">The single-byte code 32, which word spacing applies to.</param>
internal readonly record struct PdfGlyph(string? Letters, double Width, bool IsBlank);

/// <summary>A font as far as reading needs it: the letters and widths of its codes.</summary>
internal sealed class PdfTextFont
{
    private readonly Dictionary<int, double> _widths = [];
    private readonly Dictionary<int, string> _differences = [];
    private readonly ToUnicodeMap? _map;
    private readonly bool _composite;
    private readonly double _otherWidth;
    private readonly Func<int, string?> _encoding = PdfEncodings.Win;

    internal PdfTextFont(PdfSource source, PdfMap font)
    {
        if (source.Get(font, "ToUnicode") is PdfStream map) _map = ToUnicodeMap.Read(source.Unpack(map));
        _composite = source.Name(font, "Subtype") == "Type0";
        var name = source.Name(font, "BaseFont") ?? "";
        IsBold = name.Contains("Bold", StringComparison.OrdinalIgnoreCase) || name.Contains("Black", StringComparison.OrdinalIgnoreCase) || name.Contains("Heavy", StringComparison.OrdinalIgnoreCase);
        if (_composite)
        {
            var descendant = source.List(font, "DescendantFonts") is [var first, ..] ? source.Resolve(first) as PdfMap : null;
            _otherWidth = descendant is null ? 1000 : source.Number(descendant, "DW") ?? 1000;
            if (descendant is not null && source.List(descendant, "W") is { } widths) CompositeWidths(source, widths);
            return;
        }

        var descriptor = source.Map(font, "FontDescriptor");
        _otherWidth = descriptor is null ? -1 : source.Number(descriptor, "MissingWidth") ?? 500;
        var firstCode = (int)(source.Number(font, "FirstChar") ?? 0);
        var simple = source.List(font, "Widths") ?? [];
        // Type 3 fonts measure in a space of their own.
        var scale = source.Name(font, "Subtype") == "Type3" && source.List(font, "FontMatrix") is [double matrix, ..] ? Math.Abs(matrix) * 1000 : 1;
        for (var i = 0; i < simple.Count && i < 256; i++) if (source.Resolve(simple[i]) is double width) _widths[firstCode + i] = width * scale;

        var encoding = source.Get(font, "Encoding");
        var named = (encoding as PdfName)?.Text ?? (encoding is PdfMap given ? source.Name(given, "BaseEncoding") : null);
        _encoding = named switch
        {
            "MacRomanEncoding" => PdfEncodings.Mac,
            "StandardEncoding" => PdfEncodings.Standard,
            _ => PdfEncodings.Win,
        };
        if (encoding is PdfMap { } map2 && source.List(map2, "Differences") is { } differences) Differences(source, differences);
    }

    internal bool IsBold { get; }

    internal IEnumerable<PdfGlyph> Read(byte[] text)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = _composite ? Math.Clamp(_map?.LengthAt(text.AsSpan(at), 2) ?? 2, 1, text.Length - at) : 1;
            var code = 0;
            for (var i = 0; i < length; i++) code = (code << 8) | text[at + i];
            at += length;
            var letters = _map?.Letters(code, length);
            // Without a map, the codes of a composite font are numbers of outlines: they say nothing about letters.
            if (letters is null && !_composite) letters = _differences.GetValueOrDefault(code) ?? _encoding(code);
            yield return new PdfGlyph(letters, Width(code), length == 1 && code == 32);
        }
    }

    private double Width(int code)
    {
        if (_widths.TryGetValue(code, out var width)) return width;
        // One of the standard fonts, which carry no widths.
        return _otherWidth >= 0 ? _otherWidth : PdfFont.Regular.Width([(byte)Math.Clamp(code, 32, 255)], 1000);
    }

    private void Differences(PdfSource source, List<object?> list)
    {
        var code = 0;
        foreach (var item in list)
        {
            switch (source.Resolve(item))
            {
                case double number: code = (int)number; break;
                case PdfName name:
                    if (PdfEncodings.OfGlyph(name.Text) is { } letters) _differences[code] = letters;
                    code++;
                    break;
            }
        }
    }

    private void CompositeWidths(PdfSource source, List<object?> list)
    {
        for (var i = 0; i + 1 < list.Count;)
        {
            if (source.Resolve(list[i]) is not double first) return;
            if (source.Resolve(list[i + 1]) is List<object?> each)
            {
                for (var k = 0; k < each.Count; k++) if (source.Resolve(each[k]) is double width) _widths[(int)first + k] = width;
                i += 2;
            }
            else if (i + 2 < list.Count && source.Resolve(list[i + 1]) is double last && source.Resolve(list[i + 2]) is double same)
            {
                for (var code = (int)first; code <= Math.Min((int)last, (int)first + 70_000); code++) _widths[code] = same;
                i += 3;
            }
            else
            {
                return;
            }
        }
    }
}
