using System.Text;

namespace Mainstreet.Foundation.Documents.Pdf;

/// <summary>
/// Helvetica, regular or bold: two of the fourteen fonts that every reader of PDF has (ISO 32000-1, 9.6.2.2), so none is carried along. Letters are those of
/// Windows-1252, which covers the languages of western Europe; any other prints as a question mark, the rupee sign as Rs.
/// </summary>
public sealed class PdfFont
{
    private const byte Unknown = (byte)'?';

    /// <summary>What Windows-1252 has at 0x80 to 0x9F; a blank where it has nothing.</summary>
    private const string HighControls = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

    private readonly short[] _widths;

    private PdfFont(string name, string resource, short[] widths)
    {
        Name = name;
        Resource = resource;
        _widths = widths;
    }

    public static PdfFont Regular { get; } = new("Helvetica", "F1", Widths(
        "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556",
        "1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556",
        "333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584 0",
        "556 0 222 556 333 1000 556 556 333 1000 667 333 1000 0 611 0 0 222 222 333 333 350 556 1000 333 1000 500 333 944 0 500 667",
        "278 333 556 556 556 556 260 556 333 737 370 556 584 333 737 333 400 584 333 333 333 556 537 278 333 333 365 556 834 834 834 611",
        "667 667 667 667 667 667 1000 722 667 667 667 667 278 278 278 278 722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611",
        "556 556 556 556 556 556 889 500 556 556 556 556 278 278 278 278 556 556 556 556 556 556 556 584 611 556 556 556 556 500 556 500"));

    public static PdfFont Bold { get; } = new("Helvetica-Bold", "F2", Widths(
        "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611",
        "975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556",
        "333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584 0",
        "556 0 278 556 500 1000 556 556 333 1000 667 333 1000 0 611 0 0 278 278 500 500 350 556 1000 333 1000 556 333 944 0 500 667",
        "278 333 556 556 556 556 280 556 333 737 370 556 584 333 737 333 400 584 333 333 333 611 556 278 333 333 365 556 834 834 834 611",
        "722 722 722 722 722 722 1000 722 667 667 667 667 278 278 278 278 722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611",
        "556 556 556 556 556 556 889 556 556 556 556 556 278 278 278 278 611 611 611 611 611 611 611 584 611 611 611 611 611 556 611 556"));

    public static IReadOnlyList<PdfFont> All { get; } = [Regular, Bold];

    /// <summary>The font's name in the standard.</summary>
    public string Name { get; }

    /// <summary>What pages call it.</summary>
    public string Resource { get; }

    /// <summary>The text in Windows-1252, as pages show it.</summary>
    public static byte[] Encode(string text)
    {
        var bytes = new List<byte>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is (>= 0x20 and < 0x7F) or (>= 0xA0 and <= 0xFF)) bytes.Add((byte)rune.Value);
            else if (rune.Value == '₹') bytes.AddRange("Rs"u8);
            else if (rune.IsBmp && rune.Value != ' ' && HighControls.IndexOf((char)rune.Value, StringComparison.Ordinal) is >= 0 and var at) bytes.Add((byte)(0x80 + at));
            else if (Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.Format) continue;
            else if (Rune.IsWhiteSpace(rune)) bytes.Add((byte)' ');
            else bytes.Add(Unknown);
        }

        return [.. bytes];
    }

    /// <summary>How wide the encoded text is in this font, in points.</summary>
    public double Width(ReadOnlySpan<byte> encoded, double size)
    {
        var sum = 0;
        foreach (var letter in encoded) sum += letter < 0x20 ? 0 : _widths[letter - 0x20];
        return sum * size / 1000;
    }

    /// <summary>Thousandths of the font's size for 0x20 to 0xFF (Adobe's metrics of the standard fonts).</summary>
    private static short[] Widths(params string[] rows) =>
        [.. rows.SelectMany(r => r.Split(' ')).Select(w => short.Parse(w, System.Globalization.CultureInfo.InvariantCulture))];
}
