using System.Globalization;
using System.Text.RegularExpressions;

using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Tailoring;

namespace Mainstreet.Careers.Tests.Tailoring;

/// <summary>Writes what a model might: true lines worded anew, and lies of every kind that we could think of. It uses nothing of the validator's own lists.</summary>
internal sealed partial class Wordsmith(Crowd crowd, IReadOnlyList<Fact> facts)
{
    private static readonly (string From, string To)[] Synonyms =
    [
        ("Managed", "Managing"), ("Reduced", "Cut"), ("Built", "Developed"), ("Trained", "Taught"), ("Repaired", "Fixed"), ("Handled", "Dealt with"), ("Planned", "Organised"), ("Wrote", "Created"),
        ("customers", "clients"), ("Kept", "Maintained"), ("Helped", "Assisted"), ("Installed", "Fitted"),
    ];

    private List<Fact> Highlights => [.. facts.Where(fact => fact.Kind == FactKind.Highlight)];

    internal ProposedBlock Truth()
    {
        var fact = crowd.Pick(Highlights);
        switch (crowd.Random.Next(8))
        {
            case 0: return Line(fact.Text + ".", fact);
            case 1: return Line(Shorter(fact.Text), fact);
            case 2: return Line(Reworded(fact.Text), fact);
            case 3: return Line($"As {fact.Title} at {fact.Employer}, I {char.ToLowerInvariant(fact.Text[0])}{fact.Text[1..]}.", fact);
            case 4:
                var other = crowd.Pick(Highlights.FindAll(one => one.Employer == fact.Employer));
                return Line($"{fact.Text} and {char.ToLowerInvariant(other.Text[0])}{other.Text[1..]}", fact, other);
            case 5:
                var job = crowd.Pick([.. facts.Where(one => one.Kind == FactKind.Work)]);
                return Line($"{job.Title} at {job.Employer} ({job.From!.Value.Year}–{(job.To is { } to ? to.Year.ToString(CultureInfo.InvariantCulture) : "present")})", job);
            case 6:
                var skills = facts.Where(one => one.Kind == FactKind.Skill).ToArray();
                return Line("Skills: " + string.Join(", ", skills.Reverse().Select(skill => skill.Text)), skills);
            default: return Line($"At {fact.Employer}: {Reworded(fact.Text)}.", fact);
        }
    }

    /// <summary>Null where this life gives no occasion for this kind of lie.</summary>
    internal ProposedBlock? Lie(int kind)
    {
        var fact = crowd.Pick(Highlights);
        var job = facts.First(one => one.Id == fact.ParentId);
        var elsewhere = facts.FirstOrDefault(one => one.Kind == FactKind.Work && one.Employer != fact.Employer);
        var skill = facts.First(one => one.Kind == FactKind.Skill);
        return (kind % Kinds) switch
        {
            0 => Number().IsMatch(fact.Text) ? Line(Number().Replace(fact.Text, match => (int.Parse(match.Value, CultureInfo.InvariantCulture) * 3 + 1).ToString(CultureInfo.InvariantCulture)), fact) : null,
            1 => Line($"{fact.Text} at Google", fact),
            2 => Line($"As Head of Operations at {fact.Employer}, {fact.Text}", fact),
            3 => Line($"{job.Title}, {job.Employer}, {job.From!.Value.Year - 4} – {job.To?.ToString() ?? "present"}", job),
            4 => Line($"Master of Science, {facts.First(one => one.Kind == FactKind.Education).Employer}", facts.First(one => one.Kind == FactKind.Education)),
            5 => Line($"{fact.Text}, using Terraform and Rust", fact),
            6 => Line("Certified Kubernetes Administrator", skill),
            7 => Line($"{fact.Text}, for which I won the Employee of the Year award", fact),
            8 => elsewhere is null ? null : Line($"At {elsewhere.Employer}: {fact.Text}", fact, elsewhere),
            9 => new ProposedBlock("work", fact.Text, []),
            10 => new ProposedBlock("work", fact.Text, ["highlight-000000000000"]),
            11 => Line(fact.Text, skill),
            12 => Line($"{fact.Text} and led a team of twelve engineers", fact),
            13 => fact.Text.StartsWith("Helped", StringComparison.Ordinal) ? Line("Ran" + fact.Text["Helped run".Length..], fact) : null,
            14 => job.Title!.StartsWith("Assistant", StringComparison.Ordinal) ? Line($"{job.Title["Assistant ".Length..]}, {job.Employer}", job) : null,
            15 => Line($"{fact.Text} with Terra\u200bform", fact),
            16 => Line($"{fact.Text} in J\u0430va", fact),
            17 => fact.Text.Contains('%', StringComparison.Ordinal) ? Line(fact.Text.Replace(" %", " customers", StringComparison.Ordinal), fact) : null,
            18 => Line($"{job.Title} with 19 years of experience.", job),
            19 => fact.Text.Contains("about", StringComparison.Ordinal) ? Line(fact.Text.Replace("about ", "", StringComparison.Ordinal), fact) : null,
            20 => Line($"Award-winning {job.Title}", job),
            21 => fact.Text.Contains("without", StringComparison.Ordinal) ? Line(fact.Text.Replace("without", "with", StringComparison.Ordinal), fact) : null,
            22 => Line($"{skill.Text} (expert level)", skill),
            23 => Line($"{char.ToUpperInvariant(fact.Text[0])}{fact.Text[1..]}. Familiar with Blockchain", fact),
            24 => fact.Text.StartsWith("Assisted with gas", StringComparison.Ordinal) ? Line("Gas fitting" + fact.Text["Assisted with gas fitting".Length..], fact) : null,
            25 => fact.Text.Contains(" and trained", StringComparison.Ordinal) ? Line("Managed new staff", fact) : null,
            26 => Number().Matches(fact.Text) is { Count: 2 } numbers ? Line(Swap(fact.Text, numbers), fact) : null,
            27 => fact.Text.Contains("under supervision", StringComparison.Ordinal) ? Line(fact.Text.Replace("Administered medication", "Administered medication and supervised", StringComparison.Ordinal), fact) : null,
            28 => elsewhere is null || elsewhere.Title == fact.Title ? null : Line($"{elsewhere.Title} at {fact.Employer} ({job.From!.Value.Year}–{job.To?.Year ?? 2026})", job, elsewhere),
            29 => Line("The candidate has a PhD from MIT", job),
            30 => fact.Text.Contains("up to", StringComparison.Ordinal) ? Line(fact.Text.Replace("up to ", "", StringComparison.Ordinal), fact) : null,
            _ => Line($"{fact.Text}, saving ${crowd.Random.Next(1, 9)} million", fact),
        };
    }

    internal const int Kinds = 32;

    private static ProposedBlock Line(string text, params Fact[] cited) => new(cited[0].Kind == FactKind.Skill ? "skills" : "work", text, [.. cited.Select(fact => fact.Id)]);

    // Cut at a comma or before a second statement.
    private static string Shorter(string text)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        if (comma > 0) return text[..comma];
        var and = text.IndexOf(" and ", StringComparison.Ordinal);
        return and > 12 ? text[..and] : text;
    }

    private string Reworded(string text)
    {
        foreach (var (from, to) in Synonyms.OrderBy(_ => crowd.Random.Next()))
        {
            if (text.Contains(from, StringComparison.Ordinal)) return text.Replace(from, to, StringComparison.Ordinal);
        }
        return text;
    }

    private static string Swap(string text, MatchCollection numbers) =>
        text[..numbers[0].Index] + numbers[1].Value + text[(numbers[0].Index + numbers[0].Length)..numbers[1].Index] + numbers[0].Value + text[(numbers[1].Index + numbers[1].Length)..];

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
