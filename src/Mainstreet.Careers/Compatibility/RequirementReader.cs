using System.Text.RegularExpressions;

using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Compatibility;

/// <summary>Reads what a posting asks for out of its title and description. What it denies ("no Java needed") is not asked for.</summary>
internal sealed partial class RequirementReader(SkillRecogniser recogniser)
{
    private const string Languages = "general/languages";

    /// <summary>One requirement a skill (or list of alternatives), degree, certificate; the strongest wording of each. In the order of the posting.</summary>
    internal List<Requirement> Read(PostingText posting)
    {
        var found = new List<Requirement>();
        foreach (var span in recogniser.Read(posting.Title))
        {
            if (!span.Negated) found.Add(new Requirement(KindOf(span.Skill), posting.Title, default, Importance.Required, [span.Skill]));
        }
        foreach (var segment in PostingSegment.Split(posting.Description))
        {
            if (!segment.AboutOffer) ReadSegment(segment, found);
        }
        return Merge(found);
    }

    private void ReadSegment(PostingSegment segment, List<Requirement> found)
    {
        var years = AskedYears.In(segment.Text).ToList();
        var spans = recogniser.Read(segment.Text);
        var used = new bool[years.Count];
        foreach (var group in Alternatives(segment.Text, spans))
        {
            if (group.Exists(span => span.Negated)) continue;
            int? asked = null;
            for (var i = 0; i < years.Count; i++)
            {
                if (!BindsTo(segment.Text, years, i, group[0].Start)) continue;
                asked = years[i].Years;
                used[i] = true;
            }
            var at = new PostingSpan(segment.Start + group[0].Start, group[^1].End - group[0].Start);
            foreach (var kind in group.GroupBy(span => KindOf(span.Skill)))
                found.Add(new Requirement(kind.Key, segment.Text, at, segment.Importance, [.. kind.Select(span => span.Skill).Distinct()], kind.Key == RequirementKind.Skill ? asked : null));
        }
        for (var i = 0; i < years.Count; i++)
        {
            if (used[i] || !ExperienceWords().IsMatch(segment.Text)) continue;
            found.Add(new Requirement(RequirementKind.Experience, segment.Text, new(segment.Start + years[i].Start, years[i].Length), Stronger(segment), [], years[i].Years));
        }
        ReadPapers(segment, spans, found);
    }

    private static void ReadPapers(PostingSegment segment, List<SkillSpan> spans, List<Requirement> found)
    {
        if (Degrees.In(segment.Text) is { } degree && !NoDegree().IsMatch(segment.Text))
            found.Add(new Requirement(RequirementKind.Degree, segment.Text, new(segment.Start + degree.Start, degree.Length), Stronger(segment), [], Level: degree.Lowest));
        if (Permit().Match(segment.Text) is { Success: true } permit)
            found.Add(new Requirement(RequirementKind.Permit, segment.Text, new(segment.Start + permit.Index, permit.Length), Importance.Required, []));
        foreach (Match match in Certificate().Matches(segment.Text))
        {
            var name = match.Groups["name"].Value.Trim();
            // "Driving licence" is on our list already.
            if (spans.Exists(span => span.Start <= match.Index && span.End >= match.Index + match.Length)) continue;
            if (name.Length > 2) found.Add(new Requirement(RequirementKind.Certificate, segment.Text, new(segment.Start + match.Index, match.Length), Stronger(segment), [], Name: name));
        }
    }

    private static Importance Stronger(PostingSegment segment) => segment.Importance == Importance.Preferred ? Importance.Preferred : Importance.Required;

    private static RequirementKind KindOf(Skill skill) => skill.Family == Languages ? RequirementKind.Language : RequirementKind.Skill;

    // Skills with "or" or a slash between them are alternatives, and so is the list that ends in one: "Java, Kotlin or Scala".
    private static List<List<SkillSpan>> Alternatives(string text, List<SkillSpan> spans)
    {
        var groups = new List<List<SkillSpan>>();
        for (var i = 0; i < spans.Count;)
        {
            var end = i;
            var or = false;
            while (end + 1 < spans.Count)
            {
                var between = text.AsSpan(spans[end].End, spans[end + 1].Start - spans[end].End).Trim();
                if (between is "or" or ", or" or "/" or "and/or") or = true;
                else if (or || between is not ",") break;
                end++;
            }
            if (or) groups.Add(spans[i..(end + 1)]);
            else for (var one = i; one <= end; one++) groups.Add([spans[one]]);
            i = end + 1;
        }
        return groups;
    }

    // "5+ years with Java, 2 years of SQL": a number binds to what follows it in its clause, before the next number; "Java (5 years)" to what it follows.
    private static bool BindsTo(string text, List<AskedYears> years, int index, int skill)
    {
        var asked = years[index];
        if (skill > asked.Start)
        {
            var next = index + 1 < years.Count ? years[index + 1].Start : int.MaxValue;
            return skill < next && !text.AsSpan(asked.Start, skill - asked.Start).ContainsAny(";.") && !Elsewhere().IsMatch(text[asked.Start..skill]);
        }
        return text.AsSpan(skill, asked.Start - skill).IndexOf('(') >= 0 && asked.Start - skill < 40;
    }

    private static List<Requirement> Merge(List<Requirement> found)
    {
        var merged = new List<Requirement>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var one in found)
        {
            var key = one.Kind switch
            {
                RequirementKind.Skill or RequirementKind.Language => "skill:" + string.Join('|', one.AnyOf.Select(skill => skill.Id).Order(StringComparer.Ordinal)),
                RequirementKind.Certificate => "certificate:" + one.Name!.ToLowerInvariant(),
                _ => one.Kind.ToString(),
            };
            if (!places.TryGetValue(key, out var at))
            {
                places[key] = merged.Count;
                merged.Add(one);
                continue;
            }
            var before = merged[at];
            var words = before.Span.Length == 0 ? one : before;
            merged[at] = words with
            {
                Importance = (Importance)Math.Max((int)before.Importance, (int)one.Importance),
                Years = before.Years is null ? one.Years : one.Years is null ? before.Years : Math.Max(before.Years.Value, one.Years.Value),
                Level = Math.Max(before.Level, one.Level),
            };
        }
        return merged;
    }

    [GeneratedRegex(@"\bexperience|\bbackground|\bin (a|the) (similar|same|comparable)|\bworking (as|in|with)|\bin (the )?(field|industry|trade)|\bas an? ", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ExperienceWords();

    [GeneratedRegex(@"\bexperience,|\bexperience and\b|, (including|ideally|plus|and)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Elsewhere();

    [GeneratedRegex(@"\bno (\w+ )?degree|degree (is )?not (required|needed)|without a degree", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NoDegree();

    [GeneratedRegex(@"right to work|authori[sz]ed to work|work (permit|authori[sz]ation|visa)|visa sponsorship (is )?(not|unavailable)|no visa sponsorship|(not|unable to|cannot) (offer |provide )?sponsor(ship)?|security clearance", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Permit();

    [GeneratedRegex(@"\b(?<name>[A-Z][\w+#/-]*(?:\s+[A-Z0-9][\w+#/-]*){0,4})\s+(?:certificate|certification|certified|licen[cs]e|registration)\b|\b[Cc]ertified\s+(?<name>[A-Z][\w+#/-]*(?:\s+[A-Z][\w+#/-]*){0,3})", RegexOptions.CultureInvariant)]
    private static partial Regex Certificate();
}
