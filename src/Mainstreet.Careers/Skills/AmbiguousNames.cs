using System.Buffers;
using System.Collections.Frozen;

namespace Mainstreet.Careers.Skills;

/// <summary>
/// Decides whether a name that is an everyday word too is meant as a skill: it is spelled as the list spells it, no neighbour gives it
/// another meaning ("R &amp; D", "C-level", "go to the store", "vitamin C"), and either a word nearby speaks of skills or a sure name stands beside it.
/// </summary>
internal sealed class AmbiguousNames(string text, List<TextWord> words, List<FoundName> found, SkillSetting setting)
{
    private const int CueBefore = 5, CueAfter = 3;

    private static readonly FrozenSet<string> CuesBefore = FrozenSet.ToFrozenSet(
    [
        "experience", "experienced", "knowledge", "proficient", "proficiency", "skills", "skilled", "familiar", "familiarity", "expertise",
        "expert", "fluent", "fluency", "programming", "program", "programs", "coding", "code", "written", "languages", "language", "develop", "developing", "development",
        "developer", "stack", "technologies", "tools", "tool", "frameworks", "framework", "using", "ms", "microsoft", "software", "packages", "package", "know",
        "learn", "learning", "competent", "competence", "mastery", "background", "understanding", "services", "backend", "including", "need", "needed", "require", "required",
        "scripting", "use", "used", "uses", "apache", "years",
    ], StringComparer.Ordinal);

    private static readonly FrozenSet<string> CuesAfter = FrozenSet.ToFrozenSet(
    [
        "developer", "developers", "programmer", "programmers", "engineer", "engineers", "programming", "language", "code", "codebase", "scripts", "scripting",
        "stack", "experience", "skills", "knowledge", "modules", "microservices", "backend", "services", "spreadsheets", "expertise", "proficiency", "required", "needed",
        "compiler", "toolchain", "packages", "speaker", "speaking", "database",
    ], StringComparer.Ordinal);

    private static readonly FrozenSet<string> AfterGo = FrozenSet.ToFrozenSet(
    [
        "to", "through", "beyond", "above", "for", "the", "on", "live", "out", "back", "ahead", "into", "over", "further", "getter", "market", "around", "up", "down", "off", "home",
    ], StringComparer.Ordinal);

    private static readonly FrozenSet<string> BeforeLetter = FrozenSet.ToFrozenSet(
    [
        "vitamin", "class", "category", "grade", "hepatitis", "series", "plan", "section", "type", "level", "schedule", "appendix", "part", "option", "tier", "band", "group", "exhibit", "usb",
    ], StringComparer.Ordinal);

    private static readonly SearchValues<char> ListSigns = SearchValues.Create(",/|;•·&+\n");

    internal bool Stands(int index)
    {
        var hit = found[index];
        var written = text.AsSpan(words[hit.First].Start, words[hit.Last].End - words[hit.First].Start);
        if (setting == SkillSetting.List && IsWholeItem(hit)) return true;
        return written.SequenceEqual(hit.Name.Text) && !HasOtherMeaning(hit) && (HasCue(hit) || BesideSure(index));
    }

    // In a list, an item that is the name and nothing else.
    private bool IsWholeItem(FoundName hit)
    {
        var start = words[hit.First].Start;
        var end = words[hit.Last].End;
        while (start > 0 && char.IsWhiteSpace(text[start - 1])) start--;
        while (end < text.Length && char.IsWhiteSpace(text[end])) end++;
        return (start == 0 || text[start - 1] is ',' or ';' or '/' or '|' or ':' or '(' or '•') && (end == text.Length || text[end] is ',' or ';' or '/' or '|' or '(' or ')' or '•');
    }

    private bool HasOtherMeaning(FoundName hit)
    {
        var before = hit.First > 0 ? words[hit.First - 1].Text : "";
        var after = hit.Last + 1 < words.Count ? words[hit.Last + 1].Text : "";
        if (hit.Name.Text == "Go" && AfterGo.Contains(after)) return true;
        if (hit.Name.Text == "Excel" && after is "in" or "at" && !CuesBefore.Contains(before)) return true;
        if (hit.Name.Text.Length != 1) return Sign(words[hit.Last].End) == '-' || Sign(words[hit.First].Start - 1) == '-';
        // A single letter is easily something else: an initial, a grade, a hyphenated word, a temperature, half of "R & D".
        return BeforeLetter.Contains(before)
            || Sign(words[hit.Last].End) is '-' or '\'' or '’' or '+' or '#' or '&'
            || Sign(words[hit.First].Start - 1) is '-' or '&' or '°' or '.' or '\'' or '’'
            || Beside(words[hit.Last].End, 1) == '&' || Beside(words[hit.First].Start - 1, -1) == '&'
            || (Sign(words[hit.Last].End) == '.' && IsInitial(hit));
    }

    // "J. R. Smith", "C.V.": a letter with a dot, and a name or another letter right after it.
    private bool IsInitial(FoundName hit)
    {
        if (hit.Last + 1 >= words.Count) return false;
        var next = words[hit.Last + 1];
        var gap = next.Start - words[hit.Last].End;
        return gap == 0 || (gap <= 2 && hit.First > 0 && words[hit.First - 1].Text.Length == 1) || next.End - next.Start == 1;
    }

    private bool HasCue(FoundName hit)
    {
        for (var i = hit.First - 1; i >= 0 && i >= hit.First - CueBefore && SameSentence(i, hit.First); i--)
        {
            if (CuesBefore.Contains(words[i].Text)) return true;
        }
        for (var i = hit.Last + 1; i < words.Count && i <= hit.Last + CueAfter && SameSentence(hit.Last, i); i++)
        {
            if (CuesAfter.Contains(words[i].Text)) return true;
        }
        return false;
    }

    // One of a list: a name that is sure stands next to it, perhaps over other doubtful ones ("Python, Go and R").
    private bool BesideSure(int index) => Walk(index, -1) || Walk(index, +1);

    private bool Walk(int index, int step)
    {
        for (var i = index; ; i += step)
        {
            var next = i + step;
            if (next < 0 || next >= found.Count) return false;
            var (left, right) = step < 0 ? (found[next], found[i]) : (found[i], found[next]);
            if (!Listed(left, right)) return false;
            if (!found[next].Name.Ambiguous) return true;
        }
    }

    private bool Listed(FoundName left, FoundName right)
    {
        if (right.First - left.Last > 2) return false;
        if (right.First - left.Last == 2 && words[left.Last + 1].Text is not ("and" or "or" or "und" or "plus")) return false;
        var between = text.AsSpan(words[left.Last].End, words[right.First].Start - words[left.Last].End);
        return between.ContainsAny(ListSigns) || right.First - left.Last == 2;
    }

    private bool SameSentence(int left, int right)
    {
        for (var i = left; i < right; i++)
        {
            var between = text.AsSpan(words[i].End, words[i + 1].Start - words[i].End);
            if (between.IndexOfAny("!?\n") >= 0 || between.Contains(". ", StringComparison.Ordinal)) return false;
        }
        return true;
    }

    private char Sign(int at) => at >= 0 && at < text.Length ? text[at] : ' ';

    private char Beside(int at, int step)
    {
        while (at >= 0 && at < text.Length && text[at] == ' ') at += step;
        return Sign(at);
    }
}
