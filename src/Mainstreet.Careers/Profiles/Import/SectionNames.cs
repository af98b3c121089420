using System.Collections.Frozen;

namespace Mainstreet.Careers.Profiles.Import;

/// <summary>Headings of résumés and the sections they open.</summary>
internal static class SectionNames
{
    /// <summary>The section of lines that belong to none of JSON Resume.</summary>
    internal const string Other = "other";

    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string[]>
    {
        ["summary"] = ["summary", "profile", "about", "about me", "objective", "career objective", "professional summary", "career summary", "personal statement", "personal profile", "executive summary", "professional profile", "summary of qualifications"],
        ["work"] = ["experience", "work experience", "professional experience", "employment", "employment history", "work history", "career history", "relevant experience", "career", "work", "positions held", "professional background"],
        ["volunteer"] = ["volunteer", "volunteering", "volunteer experience", "voluntary work", "volunteer work", "community involvement", "community service"],
        ["education"] = ["education", "education and training", "academic background", "qualifications", "academic qualifications", "training", "studies", "schooling"],
        ["skills"] = ["skills", "technical skills", "key skills", "core skills", "core competencies", "competencies", "skills and abilities", "technologies", "expertise", "areas of expertise", "professional skills", "skills summary", "featured skills", "additional skills", "computer skills", "it skills"],
        ["projects"] = ["projects", "personal projects", "selected projects", "project experience", "side projects", "project"],
        ["certificates"] = ["certifications", "certificates", "licenses", "licences", "licenses and certifications", "certifications and licenses", "licences and certificates", "certification", "courses and certificates"],
        ["awards"] = ["awards", "honors", "honours", "awards and honors", "awards and honours", "honors and awards", "achievements", "accomplishments"],
        ["publications"] = ["publications", "papers", "selected publications"],
        ["languages"] = ["languages", "language skills"],
        ["interests"] = ["interests", "hobbies", "hobbies and interests", "interests and hobbies", "personal interests"],
        ["references"] = ["references", "referees"],
        ["contact"] = ["contact", "contact information", "contact details", "personal details", "personal information", "details", "get in touch"],
    }.SelectMany(s => s.Value.Select(name => (name, s.Key))).ToFrozenDictionary(n => n.name, n => n.Key, StringComparer.Ordinal);

    /// <summary>The section that the line opens, <see cref="Other"/> for a heading of one we do not know, null for no heading.</summary>
    internal static string? Of(TextLine line)
    {
        var text = line.Text.Trim(' ', ':', '\t', '-', '–', '—', '_', '|');
        if (text.Length is 0 or > 50 || line.Bullet) return null;
        var words = Normalise(text);
        if (Names.TryGetValue(words, out var section)) return section;
        if (text.Length > 30 || words.Split(' ').Length > 4 || text.Any(c => char.IsDigit(c) || c is '@' or ',' or '/' or '\t')) return null;
        return line.Heading && !words.Contains("curriculum", StringComparison.Ordinal) ? Other : null;
    }

    private static string Normalise(string text)
    {
        // Spaced out for looks: "E D U C A T I O N".
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > 3 && Array.TrueForAll(parts, p => p.Length == 1)) text = string.Concat(parts);
        return string.Join(' ', text.Replace("&", " and ", StringComparison.Ordinal).ToLowerInvariant()
            .Split([' ', '/', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(w => w.Trim('.', ',', ':', '(', ')')));
    }
}
