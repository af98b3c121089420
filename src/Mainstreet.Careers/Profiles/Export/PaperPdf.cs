using Mainstreet.Foundation.Documents.Pdf;

namespace Mainstreet.Careers.Profiles.Export;

/// <summary>
/// Writes a document as PDF on A4, in process. Letters that Windows-1252 does not have print as question marks; the DOCX and the JSON keep them.
/// </summary>
internal static class PaperPdf
{
    private const double Left = 50;
    private const double Right = PdfPage.Width - 50;
    private const double Top = 60;
    private const double Bottom = PdfPage.Height - 50;

    /// <summary>Same parts, title and date: same bytes.</summary>
    internal static byte[] Write(string title, DateTimeOffset at, IReadOnlyList<PaperPart> parts)
    {
        var file = new PdfFile(title, at);
        var page = file.AddPage();
        var y = Top;
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            var (font, size, above, indent) = part.Style switch
            {
                PaperStyle.Title => (PdfFont.Bold, 20d, 0d, 0d),
                PaperStyle.Subtitle => (PdfFont.Regular, 13d, 3d, 0d),
                PaperStyle.Line => (PdfFont.Regular, 9.5, 3d, 0d),
                PaperStyle.Heading => (PdfFont.Bold, 12d, 14d, 0d),
                PaperStyle.Entry => (PdfFont.Bold, 10.5, 7d, 0d),
                PaperStyle.Item => (PdfFont.Regular, 10d, 2d, 14d),
                _ => (PdfFont.Regular, 10d, 3d, 0d),
            };
            var right = part.Right is { } text ? PdfFont.Regular.Width(PdfFont.Encode(text), 9.5) + 12 : 0;
            var lines = Wrap(part.Text, font, size, Right - Left - indent - right);
            // A heading is never the last thing on a page.
            var wanted = above + lines.Count * size * 1.35 + (part.Style is PaperStyle.Heading or PaperStyle.Entry && i + 1 < parts.Count ? 30 : 0);
            if (y > Top && y + Math.Min(wanted, 120) > Bottom) Turn();
            else y += above;
            for (var l = 0; l < lines.Count; l++)
            {
                if (y + size > Bottom) Turn();
                y += size * 1.35;
                if (l == 0 && part.Style == PaperStyle.Item) page.Text(Left + 4, y, PdfFont.Regular, size, "•");
                if (l == 0 && part.Right is not null) page.Text(Right, y, PdfFont.Regular, 9.5, part.Right, gray: 0.3, toTheLeft: true);
                page.Text(Left + indent, y, font, size, lines[l], part.Style is PaperStyle.Line ? 0.3 : 0);
            }

            if (part.Style == PaperStyle.Heading) page.Rule(Left, Right, y + 3);
        }

        return file.ToArray();

        void Turn()
        {
            page = file.AddPage();
            y = Top;
        }
    }

    private static List<string> Wrap(string text, PdfFont font, double size, double width)
    {
        var lines = new List<string>();
        foreach (var paragraph in text.Split('\n'))
        {
            var line = "";
            foreach (var word in paragraph.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(w => Pieces(w, font, size, width)))
            {
                var longer = line.Length == 0 ? word : $"{line} {word}";
                if (line.Length > 0 && font.Width(PdfFont.Encode(longer), size) > width)
                {
                    lines.Add(line);
                    line = word;
                }
                else
                {
                    line = longer;
                }
            }

            lines.Add(line);
        }

        return lines;
    }

    /// <summary>A word that is wider than the paper is cut. Each letter is measured once: a word may be as long as a profile.</summary>
    private static IEnumerable<string> Pieces(string word, PdfFont font, double size, double width)
    {
        var (start, wide) = (0, 0d);
        for (var at = 0; at < word.Length; at++)
        {
            var letter = font.Width(PdfFont.Encode(word[at..(at + 1)]), size);
            if (at > start && wide + letter > width && !char.IsLowSurrogate(word[at]))
            {
                yield return word[start..at];
                (start, wide) = (at, 0);
            }

            wide += letter;
        }

        yield return word[start..];
    }
}
