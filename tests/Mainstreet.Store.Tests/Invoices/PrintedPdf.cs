using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Mainstreet.Store.Tests.Invoices;

/// <summary>Reads a PDF as strictly as its standard says, by the cross-reference table alone: a byte in the wrong place is found.</summary>
internal sealed partial class PrintedPdf
{
    private readonly string _bytes;
    private readonly Dictionary<int, string> _objects = [];

    internal PrintedPdf(byte[] file)
    {
        _bytes = Encoding.Latin1.GetString(file);
        if (!_bytes.StartsWith("%PDF-1.7\n", StringComparison.Ordinal) || !_bytes.EndsWith("%%EOF\n", StringComparison.Ordinal)) throw new FormatException("No PDF.");
        var start = Number(StartXref().Match(_bytes).Groups[1].Value);
        var table = Xref().Match(_bytes, start);
        if (!table.Success || table.Index != start) throw new FormatException("startxref does not lead to the table.");
        var count = Number(table.Groups[1].Value);
        var entries = start + table.Length;
        for (var i = 1; i < count; i++)
        {
            var entry = _bytes.Substring(entries + 20 * i, 20);
            if (!entry.EndsWith(" 00000 n \n", StringComparison.Ordinal)) throw new FormatException($"Entry {i} is not twenty bytes.");
            var at = Number(entry[..10]);
            var head = $"{i} 0 obj\n";
            if (string.CompareOrdinal(_bytes, at, head, 0, head.Length) != 0) throw new FormatException($"Object {i} is not at {at}.");
            var end = _bytes.IndexOf("endobj\n", at, StringComparison.Ordinal);
            _objects[i] = _bytes[(at + head.Length)..end];
        }

        var trailer = _bytes[(entries + 20 * count)..];
        Root = Follow(trailer, "Root");
        Title = Encoding.BigEndianUnicode.GetString(Convert.FromHexString(TitleText().Match(Follow(trailer, "Info")).Groups[1].Value));
        Pages = [.. Kids().Match(Follow(Root, "Pages")).Groups[1].Value.Split(" 0 R", StringSplitOptions.RemoveEmptyEntries).Select(k => Page(_objects[Number(k)]))];
    }

    internal string Root { get; }

    internal string Title { get; }

    /// <summary>The lines of text of each page.</summary>
    internal IReadOnlyList<IReadOnlyList<string>> Pages { get; }

    internal IEnumerable<string> Text => Pages.SelectMany(p => p);

    private string Follow(string from, string name) => _objects[Number(Regex.Match(from, $"/{name} ([0-9]+) 0 R").Groups[1].Value)];

    private List<string> Page(string page)
    {
        foreach (Match font in FontNames().Matches(page)) _ = _objects[Number(font.Groups[1].Value)];
        var content = Follow(page, "Contents");
        var length = Number(StreamLength().Match(content).Groups[1].Value);
        var begin = content.IndexOf("stream\n", StringComparison.Ordinal) + 7;
        if (content[(begin + length)..] != "\nendstream\n") throw new FormatException("The stream is not as long as it says.");
        using var packed = new ZLibStream(new MemoryStream(Encoding.Latin1.GetBytes(content.Substring(begin, length))), CompressionMode.Decompress);
        using var drawing = new MemoryStream();
        packed.CopyTo(drawing);
        return [.. Shown().Matches(Encoding.Latin1.GetString(drawing.ToArray())).Select(m => Escaped().Replace(m.Groups[1].Value, "$1"))];
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"startxref\n([0-9]+)\n%%EOF\n$")]
    private static partial Regex StartXref();

    [GeneratedRegex(@"xref\n0 ([0-9]+)\n")]
    private static partial Regex Xref();

    [GeneratedRegex(@"/Title <FEFF([0-9A-F]*)>")]
    private static partial Regex TitleText();

    [GeneratedRegex(@"/Kids \[([^\]]*)\]")]
    private static partial Regex Kids();

    [GeneratedRegex(@"/F[12] ([0-9]+) 0 R")]
    private static partial Regex FontNames();

    [GeneratedRegex(@"/Length ([0-9]+)")]
    private static partial Regex StreamLength();

    [GeneratedRegex(@"Td \(((?:[^()\\]|\\[()\\])*)\) Tj ET\n")]
    private static partial Regex Shown();

    [GeneratedRegex(@"\\([()\\])")]
    private static partial Regex Escaped();
}
