using Mainstreet.Careers.Profiles.Resumes;

namespace Mainstreet.Careers.Profiles.Export;

/// <summary>A JSON Resume as a document: one column, plain headings, so that people and programs read it in the same order.</summary>
internal static class ResumeParts
{
    internal static string TitleOf(CvView cv) => cv.Name ?? "Résumé";

    internal static IReadOnlyList<PaperPart> Of(CvView cv)
    {
        var parts = new List<PaperPart> { new(PaperStyle.Title, TitleOf(cv)) };
        if (cv.Label is { } label) parts.Add(new PaperPart(PaperStyle.Subtitle, label));
        var contact = new[] { cv.Email, cv.Phone, cv.Place, cv.Url }.OfType<string>().Concat(cv.Links.Select(l => l.Url ?? $"{l.Network}: {l.Text}"));
        if (string.Join(" | ", contact) is { Length: > 0 } line) parts.Add(new PaperPart(PaperStyle.Line, line));
        if (cv.Summary is { } summary)
        {
            parts.Add(new PaperPart(PaperStyle.Heading, "Summary"));
            parts.Add(new PaperPart(PaperStyle.Paragraph, summary));
        }

        foreach (var section in cv.Sections)
        {
            parts.Add(new PaperPart(PaperStyle.Heading, section.Title));
            foreach (var entry in section.Entries)
            {
                if (section.IsList)
                {
                    parts.Add(new PaperPart(PaperStyle.Paragraph, entry.Keywords.Count > 0 ? $"{entry.Title}: {string.Join(", ", entry.Keywords)}" : Both(entry.Title, entry.By)));
                    continue;
                }

                parts.Add(new PaperPart(PaperStyle.Entry, Both(entry.Title, entry.By), entry.Dates));
                if (entry.Text is { } text) parts.Add(new PaperPart(PaperStyle.Paragraph, text));
                foreach (var item in entry.Items) parts.Add(new PaperPart(PaperStyle.Item, item));
                if (entry.Keywords.Count > 0) parts.Add(new PaperPart(PaperStyle.Paragraph, string.Join(", ", entry.Keywords)));
            }
        }

        return parts;
    }

    private static string Both(string? first, string? second) => first is not null && second is not null ? $"{first}, {second}" : first ?? second ?? "";
}
