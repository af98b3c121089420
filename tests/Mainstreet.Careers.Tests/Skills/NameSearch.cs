using System.Text;
using System.Text.RegularExpressions;

using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Tests.Skills;

/// <summary>The slow and obvious way: one expression for every name, all hits, from the left the longest.</summary>
internal static class NameSearch
{
    private static readonly List<(Regex Pattern, SkillName Name)> Patterns =
    [
        .. SkillTaxonomy.Own.Names.Select(name => (Expression(name.Text, plural: false), name)),
        .. SkillTaxonomy.Own.Names.Where(name => !name.Ambiguous && IsPlural(name.Text)).Select(name => (Expression(name.Text, plural: true), name)),
    ];

    internal static List<(int Start, int End, string Id)> Find(string text)
    {
        // Names are known without their accents, "é commerce" too; a letter stays one letter, so places stay what they are.
        text = string.Concat(text.Select(c => char.IsSurrogate(c) ? c : c.ToString().Normalize(NormalizationForm.FormD)[0]));
        var hits = new List<(int Start, int End, string Id)>();
        foreach (var (pattern, name) in Patterns)
        {
            for (var match = pattern.Match(text); match.Success; match = pattern.Match(text, match.Index + 1)) hits.Add((match.Index, match.Index + match.Length, name.Skill.Id));
        }
        var chosen = new List<(int, int, string)>();
        var free = 0;
        foreach (var at in hits.GroupBy(hit => hit.Start).OrderBy(group => group.Key))
        {
            if (at.Key < free) continue;
            // Of two of one length the one that is a name itself, not a plural, stands first in the list.
            var longest = at.OrderByDescending(hit => hit.End).First();
            chosen.Add(longest);
            free = longest.End;
        }
        return chosen;
    }

    private static bool IsPlural(string name) => TextWord.Split(name)[^1].Text is var last && last.Length >= 4 && last[^1] is not ('s' or 'y') && char.IsLetter(last[^1]);

    // A dotted word ("ASP.NET") may follow directly; other words need a joint between them.
    private static Regex Expression(string name, bool plural)
    {
        var pattern = "";
        foreach (var word in TextWord.Split(name))
        {
            if (pattern.Length > 0) pattern += word.Text[0] == '.' ? @"(?:[ \t\u00a0\-/–]{0,3}|\r?\n)" : @"(?:[ \t\u00a0\-/–]{1,3}|\r?\n)";
            pattern += Regex.Escape(word.Text);
        }
        return new Regex($@"(?<![\p{{L}}\p{{N}}.&'’]){pattern}{(plural ? "s" : "")}(?![\p{{L}}\p{{N}}#&'’]|\+\+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }
}
