using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Tailoring;

internal enum KeywordPlace
{
    InDocument,

    /// <summary>The profile supports it, the document leaves it out.</summary>
    InProfileOnly,

    /// <summary>The profile does not have it: it is not to be written.</summary>
    Nowhere,
}

internal sealed record Keyword(string Name, Importance Importance, KeywordPlace Place, IReadOnlyList<string> BlockIds);

/// <summary>Which of a posting's keywords an applicant tracking system would find in a document. A share to look at, never a goal: nothing is written to raise it.</summary>
/// <param name="Coverage">Share of the keywords that the document has, 0 to 1; null when the posting has none.</param>
/// <param name="Reachable">The share that the profile could honestly reach.</param>
/// <param name="Notes">What a machine may trip over.</param>
internal sealed record KeywordReport(decimal? Coverage, decimal? Reachable, IReadOnlyList<Keyword> Keywords, IReadOnlyList<string> Notes)
{
    internal static KeywordReport Of(CareerDocument document, Analysis analysis, Candidate candidate, SkillRecogniser recogniser)
    {
        var named = document.Blocks.Select(block => (block.Id, Skills: recogniser.Read(block.Text, block.Section is "skills" or "languages" ? SkillSetting.List : SkillSetting.Prose).Where(span => !span.Negated).Select(span => span.Skill).ToHashSet())).ToList();
        var keywords = new List<Keyword>();
        foreach (var answer in analysis.Requirements)
        {
            foreach (var skill in answer.Asked.AnyOf)
            {
                if (keywords.Exists(one => one.Name == skill.Name)) continue;
                var blocks = named.Where(block => block.Skills.Contains(skill)).Select(block => block.Id).ToList();
                var place = blocks.Count > 0 ? KeywordPlace.InDocument : candidate.Proofs(skill).Count > 0 ? KeywordPlace.InProfileOnly : KeywordPlace.Nowhere;
                keywords.Add(new Keyword(skill.Name, answer.Asked.Importance, place, blocks));
            }
        }
        return new KeywordReport(Share(keywords, one => one.Place == KeywordPlace.InDocument), Share(keywords, one => one.Place != KeywordPlace.Nowhere), keywords, Look(document));
    }

    private static decimal? Share(List<Keyword> keywords, Func<Keyword, bool> which) => keywords.Count == 0 ? null : Math.Round((decimal)keywords.Count(which) / keywords.Count, 3);

    private static List<string> Look(CareerDocument document)
    {
        var notes = new List<string>();
        if (document.Kind != DocumentKind.Resume) return notes;
        foreach (var section in new[] { "name", "skills", "work", "education" })
        {
            if (!document.Blocks.Any(block => block.Section == section)) notes.Add($"The document has no part \"{section}\".");
        }
        if (!document.Blocks.Any(block => block.Section == "name" && block.Text.Contains('@', StringComparison.Ordinal))) notes.Add("No e-mail address was found.");
        if (document.Blocks.Sum(block => block.Text.Length) > 7_000) notes.Add("It is longer than two pages.");
        return notes;
    }
}
