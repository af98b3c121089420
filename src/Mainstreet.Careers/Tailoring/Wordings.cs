using System.Collections.Frozen;

namespace Mainstreet.Careers.Tailoring;

/// <summary>
/// Which words say nothing by themselves, which say the same, and which narrow what follows them. A word that is in none of these must
/// stand in the fact. The lists are cautious: a word is filler only if no statement gets larger by it.
/// </summary>
internal static class Wordings
{
    private static readonly FrozenSet<string> Filler = FrozenSet.ToFrozenSet(
    [
        "a", "an", "the", "in", "at", "for", "with", "of", "on", "to", "from", "as", "into", "within", "during", "while", "where", "which", "that", "this", "these", "those", "who",
        "i", "my", "me", "it", "its", "their", "them", "they", "he", "she", "his", "her", "am", "is", "are", "was", "were", "be", "been", "being", "have", "has", "had", "having", "and", "or", "also", "then", "both",
        "work", "worked", "working", "works", "role", "position", "job", "use", "used", "using", "uses", "include", "includes", "including", "included", "there", "here", "such",
        "skills", "skill", "tools", "languages", "experience", "education", "previously", "formerly", "earlier", "studied", "background",
    ], StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> SameAs = Classes(
        "build built develop created create make made write wrote written implement",
        "reduce cut lower decrease", "increase raise grew grow grown", "help assist support aid", "train teach taught instruct",
        "repair fix mend", "sell sold sale", "handle process", "plan organise organize arrange", "start begin began launch introduce", "install fit", "customer client",
        "shop store", "keep kept maintain", "serve served", "run ran operate", "lead led", "oversee oversaw supervise", "drive drove", "buy bought purchase",
        "find found", "teacher tutor", "team group", "prepare prep", "resolve solve", "check inspect", "care caring", "clean cleaned", "person people", "show demonstrate", "staff employee");

    private static readonly FrozenSet<string> Verbs = FrozenSet.ToFrozenSet(
    [
        "led", "built", "ran", "wrote", "sold", "made", "kept", "taught", "won", "grew", "cut", "took", "held", "drove", "set", "oversaw", "brought", "gave", "met", "began", "bought", "found",
        "manage", "lead", "build", "run", "write", "sell", "keep", "teach", "grow", "take", "drive", "train", "serve", "repair", "fix", "install", "develop", "design", "handle", "answer", "clean", "cook", "prepare", "plan",
        "maintain", "support", "help", "test", "deploy", "organise", "organize", "supervise", "oversee", "reduce", "increase", "assist", "coordinate", "conduct", "deliver", "create", "implement", "monitor", "check", "review",
    ], StringComparer.Ordinal);

    /// <summary>Words that make less of what follows: left out, a statement grows ("Assistant Manager", "helped lead", "almost 40").</summary>
    private static readonly FrozenDictionary<string, int> Narrowing = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["assistant"] = 3, ["junior"] = 3, ["deputy"] = 3, ["trainee"] = 3, ["apprentice"] = 3, ["intern"] = 3, ["acting"] = 3, ["interim"] = 3, ["associate"] = 3, ["vice"] = 2, ["co"] = 2, ["aspiring"] = 3,
        ["student"] = 3, ["volunteer"] = 3, ["former"] = 3, ["help"] = 5, ["assist"] = 5, ["support"] = 5, ["shadow"] = 5, ["observ"] = 5, ["contribut"] = 5, ["participat"] = 5, ["almost"] = 2, ["nearly"] = 2, ["about"] = 2, ["around"] = 2,
        ["approximately"] = 2, ["roughly"] = 2, ["under"] = 3, ["below"] = 3, ["less"] = 3, ["fewer"] = 3, ["up"] = 3, ["partly"] = 3, ["basic"] = 3, ["beginner"] = 3, ["part"] = 4, ["some"] = 2, ["attempt"] = 5, ["try"] = 5, ["plan"] = 4, ["propos"] = 5, ["expect"] = 6, ["hope"] = 6,
        ["learn"] = 4, ["incomplete"] = 5, ["unfinished"] = 5, ["towards"] = 4, ["toward"] = 4, ["pre"] = 2, ["sub"] = 2, ["mock"] = 3, ["simulat"] = 3,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Denying = FrozenSet.ToFrozenSet(["no", "not", "never", "without", "neither", "nor", "dont", "didnt", "doesnt", "isnt", "wasnt", "cannot", "except", "excluding", "fail", "non", "unfinished", "incomplete", "expected", "withdrawn", "ongoing", "progress"], StringComparer.Ordinal);

    /// <summary>The form that two wordings of one word share: endings cut, classes of synonyms made one.</summary>
    internal static string Root(string word)
    {
        if (SameAs.TryGetValue(word, out var same)) return same;
        var stem = Stem(word);
        return SameAs.GetValueOrDefault(stem, stem);
    }

    internal static bool IsFiller(string word) => Filler.Contains(word);

    /// <summary>A new statement may begin with it.</summary>
    internal static bool BeginsStatement(string word) =>
        Verbs.Contains(word) || (word.Length > 4 && (word.EndsWith("ed", StringComparison.Ordinal) || (word.EndsWith("ing", StringComparison.Ordinal) && word.Length > 6)));

    internal static bool Denies(string word) => Denying.Contains(word) || Denying.Contains(Stem(word));

    /// <summary>It makes less of the whole statement, wherever in it it stands ("under supervision", "unpaid").</summary>
    internal static bool Qualifies(string word) => word is "supervision" or "guidance" or "unpaid" or "voluntary" or "voluntarily" or "shadowing" or "simulated" or "coursework";

    /// <summary>How many words after this one it narrows; 0 for most words.</summary>
    internal static int NarrowingReach(string word) => Narrowing.TryGetValue(word, out var reach) || Narrowing.TryGetValue(Stem(word), out reach) ? reach : 0;

    // "managed", "managing" and "manages" are one word; "manager" is another, since a title is more than a deed.
    private static string Stem(string word)
    {
        if (word.Length <= 3 || word[0] == '.' || word[^1] is '+' or '#') return word;
        var stem = word;
        if (stem.EndsWith("ies", StringComparison.Ordinal) && stem.Length > 4) stem = stem[..^3] + "y";
        else if (stem.EndsWith("ied", StringComparison.Ordinal) && stem.Length > 4) stem = stem[..^3] + "y";
        else if (stem.EndsWith("sses", StringComparison.Ordinal) || stem.EndsWith("ches", StringComparison.Ordinal) || stem.EndsWith("shes", StringComparison.Ordinal)) stem = stem[..^2];
        else if (stem[^1] == 's' && stem[^2] is not ('s' or 'u' or 'i')) stem = stem[..^1];
        if (stem.EndsWith("ing", StringComparison.Ordinal) && stem.Length > 5) stem = Single(stem[..^3]);
        else if (stem.EndsWith("ed", StringComparison.Ordinal) && stem.Length > 4) stem = Single(stem[..^2]);
        return stem.Length > 3 && stem[^1] == 'e' ? stem[..^1] : stem;
    }

    private static string Single(string stem) =>
        stem.Length > 3 && stem[^1] == stem[^2] && stem[^1] is not ('l' or 's' or 'z') ? stem[..^1] : stem;

    private static FrozenDictionary<string, string> Classes(params string[] classes)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in classes)
        {
            var words = line.Split(' ');
            foreach (var word in words)
            {
                map.TryAdd(word, "=" + words[0]);
                map.TryAdd(Stem(word), "=" + words[0]);
            }
        }
        return map.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
