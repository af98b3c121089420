using System.Buffers;
using System.Collections.Frozen;

namespace Mainstreet.Careers.Skills;

/// <summary>
/// Decides whether a text denies the skills that it names: "no Java needed", "Java is not required", "without Java or Kotlin",
/// "Python instead of Perl". "Not only", "not limited to", "no less than" and "if you do not have" deny nothing; two denials cancel out.
/// </summary>
internal sealed class Denial(string text, List<TextWord> words, List<FoundName> hits)
{
    private const int Reach = 6;

    private static readonly FrozenSet<string> Negators = FrozenSet.ToFrozenSet(
    [
        "no", "not", "without", "never", "neither", "nor", "dont", "doesnt", "didnt", "isnt", "arent", "wont", "wouldnt", "havent", "hasnt", "cannot", "cant", "non", "excluding",
    ], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Breaks = FrozenSet.ToFrozenSet(
    [
        "but", "however", "although", "though", "just", "only", "whereas", "yet", "because", "so", "while", "plus",
    ], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Wanted = FrozenSet.ToFrozenSet(
    [
        "required", "needed", "necessary", "essential", "mandatory", "expected", "need", "require", "requirement", "prerequisite", "used", "wanted", "important",
    ], StringComparer.Ordinal);

    private static readonly SearchValues<char> ClauseEnds = SearchValues.Create(";!?\n()[]•");

    private readonly int[] _hitOfWord = Owners(words.Count, hits);

    internal bool Denies(int index) => DeniedBefore(index) || DeniedAfter(index);

    private bool DeniedBefore(int index)
    {
        var denials = 0;
        var reach = Reach;
        for (var at = hits[index].First - 1; at >= 0 && reach > 0 && !Ends(at); at--)
        {
            var word = words[at].Text;
            if (Breaks.Contains(word) && !(word is "only" or "just" && at > 0 && words[at - 1].Text == "not")) break;
            // Other skills of the same list do not use up the reach.
            if (_hitOfWord[at] >= 0 || word is "and" or "or" or "nor" && at > 0 && _hitOfWord[at - 1] >= 0)
            {
                if (word == "nor") denials++;
                continue;
            }
            reach--;
            if (word is "than" or "of" && at > 0 && words[at - 1].Text is "rather" or "instead") return true;
            if (Negators.Contains(word) && !IsHollow(at)) denials++;
        }
        return denials % 2 == 1;
    }

    private bool DeniedAfter(int index)
    {
        var reach = Reach;
        for (var at = hits[index].Last + 1; at < words.Count && reach > 0 && !Ends(at - 1); at++)
        {
            var word = words[at].Text;
            if (Breaks.Contains(word) || word is "who" or "which" or "we" or "you" or "your") return false;
            if (_hitOfWord[at] >= 0) continue;
            reach--;
            if (word is "unnecessary" or "irrelevant") return true;
            if (word is "not" or "isnt" or "arent" or "never" or "no") return Follows(at);
        }
        return false;
    }

    // "is not required", "not strictly needed", "no requirement", "no longer used".
    private bool Follows(int negator)
    {
        for (var at = negator + 1; at < words.Count && at <= negator + 3 && !Ends(at - 1); at++)
        {
            if (Wanted.Contains(words[at].Text)) return true;
            if (words[at].Text is "only" or "just" || _hitOfWord[at] >= 0) return false;
        }
        return false;
    }

    private bool IsHollow(int at)
    {
        var next = at + 1 < words.Count ? words[at + 1].Text : "";
        var after = at + 2 < words.Count ? words[at + 2].Text : "";
        if (next is "only" or "just" or "merely" or "limited" or "least" or "less" or "fewer" or "more" or "later" or "hesitate" or "afraid" or "problem" or "matter" or "doubt") return true;
        if (next is "to" && after is "mention") return true;
        // "No experience? Learn Java": the sentence break ends the reach. "If you do not have Java" supposes it is asked for.
        for (var i = at - 1; i >= 0 && i >= at - 5 && !Ends(i); i--)
        {
            if (words[i].Text is "if" or "unless") return true;
        }
        return false;
    }

    // A clause ends after the word: a full stop, a semicolon, a new line; a comma only where no list goes on.
    private bool Ends(int word)
    {
        if (word + 1 >= words.Count) return true;
        var between = text.AsSpan(words[word].End, words[word + 1].Start - words[word].End);
        if (between.ContainsAny(ClauseEnds)) return true;
        if (between.IndexOf(':') >= 0 || between.Contains(" - ", StringComparison.Ordinal) || between.Contains(" – ", StringComparison.Ordinal)) return true;
        var dot = between.IndexOf('.');
        if (dot >= 0 && (dot + 1 == between.Length || char.IsWhiteSpace(between[dot + 1]))) return true;
        return between.IndexOf(',') >= 0 && _hitOfWord[word] < 0;
    }

    private static int[] Owners(int count, List<FoundName> hits)
    {
        var owners = new int[count];
        Array.Fill(owners, -1);
        for (var i = 0; i < hits.Count; i++)
        {
            for (var word = hits[i].First; word <= hits[i].Last; word++) owners[word] = i;
        }
        return owners;
    }
}
