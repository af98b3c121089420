using System.Buffers;

namespace Mainstreet.Careers.Skills;

/// <summary>What sort of text is read.</summary>
internal enum SkillSetting
{
    /// <summary>Sentences: a name that is an everyday word too needs words around it that speak of skills.</summary>
    Prose,

    /// <summary>The text is a skill's name or a list of them, as in the skills of a résumé: "Go" and "R" stand for themselves.</summary>
    List,
}

/// <summary>
/// Finds the skills that a text names: whole words only, the longest name first, each with its place and whether it is denied.
/// Deterministic; linear in the length of the text.
/// </summary>
internal sealed class SkillRecogniser(SkillTaxonomy taxonomy)
{
    /// <summary>The longest text that is read; what comes after is not looked at.</summary>
    internal const int MaximumLength = 200_000;

    private static readonly SearchValues<char> Joints = SearchValues.Create(" \t\u00a0-/–");

    internal static SkillRecogniser Own { get; } = new(SkillTaxonomy.Own);

    internal SkillTaxonomy Taxonomy => taxonomy;

    /// <summary>In the order of the text, not overlapping.</summary>
    internal List<SkillSpan> Read(string text, SkillSetting setting = SkillSetting.Prose)
    {
        if (text.Length > MaximumLength) text = text[..MaximumLength];
        var words = TextWord.Split(text);
        var found = Scan(text, words);
        if (found.Count == 0) return [];
        var names = new AmbiguousNames(text, words, found, setting);
        var kept = new List<FoundName>(found.Count);
        for (var i = 0; i < found.Count; i++)
        {
            if (!found[i].Name.Ambiguous || names.Stands(i)) kept.Add(found[i]);
        }
        var denial = new Denial(text, words, kept);
        return [.. kept.Select((hit, i) =>
        {
            var start = words[hit.First].Start;
            if (text[start] == '.' && !hit.Name.Text.StartsWith('.')) start++;
            return new SkillSpan(hit.Name.Skill, start, words[hit.Last].End - start, denial.Denies(i));
        })];
    }

    /// <summary>Every name, the everyday words too: at each place the longest, from left to right.</summary>
    internal List<FoundName> Scan(string text, List<TextWord> words)
    {
        var found = new List<FoundName>();
        for (var first = 0; first < words.Count;)
        {
            var hit = Longest(text, words, first);
            if (hit is null)
            {
                first++;
                continue;
            }
            found.Add(hit.Value);
            first = hit.Value.Last + 1;
        }
        return found;
    }

    private FoundName? Longest(string text, List<TextWord> words, int first)
    {
        if (words[first].InAddress) return null;
        var node = taxonomy.Root.Next(words[first].Text);
        // "I know SQL.Java is next": a dot that no name begins with ends a sentence.
        if (node is null && words[first].Text[0] == '.') node = taxonomy.Root.Next(words[first].Text[1..]);
        FoundName? best = null;
        for (var last = first; node is not null;)
        {
            if (node.Name is { } name) best = new FoundName(name, first, last);
            if (++last == words.Count || !Joined(text, words, last)) break;
            node = node.Next(words[last].Text);
        }
        return best;
    }

    // The words of one name stand close: up to three spaces, hyphens or slashes between them, or the end of a line.
    private static bool Joined(string text, List<TextWord> words, int last)
    {
        var between = text.AsSpan(words[last - 1].End, words[last].Start - words[last - 1].End);
        return between.Length <= 3 && (!between.ContainsAnyExcept(Joints) || between is "\n" or "\r\n");
    }
}

/// <summary>A name at the words <paramref name="First"/> to <paramref name="Last"/>.</summary>
internal readonly record struct FoundName(SkillName Name, int First, int Last);
