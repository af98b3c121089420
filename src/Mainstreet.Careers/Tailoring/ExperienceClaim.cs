using System.Globalization;
using System.Text.RegularExpressions;

using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Tailoring;

/// <summary>"Plumber with 6 years of experience in boiler repair and welding": the one sentence that adds up rather than repeats. Checked against the dates of the cited jobs.</summary>
/// <param name="Who">Title or headline; may be empty.</param>
/// <param name="Years">Whole years claimed.</param>
/// <param name="What">Skills, or empty for work in all.</param>
internal sealed partial record ExperienceClaim(string Who, int Years, string What)
{
    internal static ExperienceClaim? Read(string sentence)
    {
        var match = Pattern().Match(sentence);
        return match.Success
            ? new ExperienceClaim(match.Groups["who"].Value.Trim(), int.Parse(match.Groups["years"].Value, CultureInfo.InvariantCulture), match.Groups["what"].Value.Trim())
            : null;
    }

    internal static string Write(string who, int years, IReadOnlyList<string> skills)
    {
        var unit = years == 1 ? "1 year" : string.Create(CultureInfo.InvariantCulture, $"{years} years");
        var what = skills.Count switch { 0 => "", 1 => $" in {skills[0]}", _ => $" in {string.Join(", ", skills.Take(skills.Count - 1))} and {skills[^1]}" };
        return $"{who} with {unit} of experience{what}.";
    }

    internal bool Holds(List<BookedFact> cited, SkillRecogniser recogniser, DateOnly today)
    {
        if (Who.Length > 0 && !cited.Exists(fact => (fact.Fact.Kind == FactKind.Headline ? fact.Fact.Text : fact.Fact.Title) is { } name && name.Equals(Who, StringComparison.OrdinalIgnoreCase))) return false;
        // Highlights carry the dates of their job; only work counts.
        var work = cited.Where(fact => fact.Fact.Path.StartsWith("$.work", StringComparison.Ordinal)).ToList();
        if (What.Length == 0) return Enough(work, today);
        var spans = recogniser.Read(What, SkillSetting.List);
        if (spans.Count == 0 || !OnlySkills(spans)) return false;
        return spans.TrueForAll(span => !span.Negated && Enough(work.FindAll(fact => fact.Statements.Any(one => one.Skills.Any(own => recogniser.Taxonomy.Implies(own.Skill, span.Skill)))), today));
    }

    private bool Enough(List<BookedFact> work, DateOnly today) => SkillYears.Months(work.Select(fact => (fact.Fact.From, fact.Fact.To)), today) >= Years * 12;

    private bool OnlySkills(List<SkillSpan> spans) =>
        TextWord.Split(What).TrueForAll(word => word.Text is "and" or "with" or "in" || spans.Exists(span => word.Start >= span.Start && word.End <= span.End));

    [GeneratedRegex(@"^(?<who>.*?)\bwith (?<years>\d{1,2}) years? of experience(?: (?:in|with) (?<what>[^.]+))?\.?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
