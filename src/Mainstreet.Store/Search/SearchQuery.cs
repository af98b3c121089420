using System.Text;

using Mainstreet.Foundation.Searching;

namespace Mainstreet.Store.Search;

/// <summary>
/// The words that are looked for: every group must be met; a group is met by one of its alternatives, an alternative by all of its words.
/// Synonyms, corrections and prefixes are alternatives. One form for PostgreSQL, SQLite and the matcher in memory.
/// </summary>
internal sealed class SearchQuery
{
    internal const int LongestPhrase = 4;

    private SearchQuery(IReadOnlyList<Group> groups) => Groups = groups;

    /// <param name="Alternatives">At least one.</param>
    /// <param name="Typed">The folded words that the shopper typed for it.</param>
    internal sealed record Group(IReadOnlyList<Alternative> Alternatives, string Typed);

    /// <param name="Words">Stems, or the beginning of a word where <paramref name="Prefix"/> says so.</param>
    /// <param name="Prefix">The last word is the beginning of one.</param>
    /// <param name="Literal">Typed as it stands: no synonym, correction or prefix.</param>
    internal sealed record Alternative(IReadOnlyList<string> Words, bool Prefix, bool Literal);

    /// <summary>Empty when nothing was typed that could be a word.</summary>
    internal IReadOnlyList<Group> Groups { get; }

    /// <summary>
    /// Reads what was typed. The last word also finds what begins with it, if it has two characters or more; words and phrases that have
    /// synonyms find those too.
    /// </summary>
    internal static SearchQuery Read(string? typed, SynonymTable synonyms)
    {
        var words = SearchWords.In(typed).Select(w => w.Text).ToList();
        var stems = words.Select(SearchWords.Stem).ToList();
        var groups = new List<Group>();
        for (var i = 0; i < words.Count;)
        {
            var (length, same) = Phrase(stems, i, synonyms);
            var typedHere = string.Join(' ', words.Skip(i).Take(length));
            var alternatives = new List<Alternative> { new(stems.GetRange(i, length), Prefix: false, Literal: true) };
            if (i + length == words.Count && words[^1].Length > 1)
                alternatives.Add(new Alternative([.. stems.GetRange(i, length - 1), words[^1]], Prefix: true, Literal: false));
            alternatives.AddRange(same.Select(s => new Alternative(s.Split(' '), Prefix: false, Literal: false)));
            if (groups.All(g => g.Typed != typedHere)) groups.Add(new Group(alternatives, typedHere));
            i += length;
        }

        return new SearchQuery(groups);
    }

    /// <summary>One group as a query.</summary>
    internal static SearchQuery Of(Group group) => new([group]);

    /// <summary>Each word by itself as a group.</summary>
    internal static SearchQuery OfWords(IEnumerable<string> words) =>
        new([.. words.Select(w => new Group([new Alternative([SearchWords.Stem(w)], Prefix: false, Literal: true)], w))]);

    /// <summary>The same query where groups may also be met by other words: typed word to corrections.</summary>
    internal SearchQuery With(IReadOnlyDictionary<string, IReadOnlyList<string>> corrections) => new(
    [
        .. Groups.Select(g => corrections.TryGetValue(g.Typed, out var words)
            ? g with { Alternatives = [.. g.Alternatives, .. words.Select(w => new Alternative([SearchWords.Stem(w)], Prefix: false, Literal: false))] }
            : g),
    ]);

    /// <summary>True when a product with these words (as in <see cref="SearchEntry.Words"/>, in ordinal order) is found.</summary>
    internal bool IsMetBy(string[] words) => Groups.All(g => g.Alternatives.Any(a => Holds(words, a, name: false)));

    /// <summary>
    /// How closely a found product matches: 3 all words as typed in the name; 2 all in the name, also by synonym, prefix or correction;
    /// 1 all words as typed anywhere; 0 the rest.
    /// </summary>
    internal int TierOf(string[] words)
    {
        if (Groups.All(g => g.Alternatives.Any(a => a.Literal && Holds(words, a, name: true)))) return 3;
        if (Groups.All(g => g.Alternatives.Any(a => Holds(words, a, name: true)))) return 2;
        return Groups.All(g => g.Alternatives.Any(a => a.Literal && Holds(words, a, name: false))) ? 1 : 0;
    }

    /// <summary>The query in an engine's language.</summary>
    /// <param name="dialect">How the engine writes words, and, or.</param>
    /// <param name="literal">Only what was typed as it stands.</param>
    /// <param name="name">Only words of the name.</param>
    internal string Render(SearchDialect dialect, bool literal = false, bool name = false)
    {
        var text = new StringBuilder();
        foreach (var group in Groups)
        {
            if (text.Length > 0) text.Append(dialect.And);
            text.Append('(').AppendJoin(dialect.Or, group.Alternatives.Where(a => !literal || a.Literal).Select(Alternatively)).Append(')');
        }

        return text.ToString();

        string Alternatively(Alternative alternative) => "(" + string.Join(dialect.And, alternative.Words.Select((word, i) =>
            dialect.Word(name ? SearchWords.NameMark + word : word, alternative.Prefix && i == alternative.Words.Count - 1))) + ")";
    }

    /// <summary>True when a word of a text is one of those looked for.</summary>
    internal bool Marks(string word)
    {
        var stem = SearchWords.Stem(word);
        foreach (var alternative in Groups.SelectMany(g => g.Alternatives))
        {
            for (var i = 0; i < alternative.Words.Count; i++)
            {
                var wanted = alternative.Words[i];
                if (wanted == stem || wanted == word) return true;
                if (alternative.Prefix && i == alternative.Words.Count - 1 && word.StartsWith(wanted, StringComparison.Ordinal)) return true;
            }
        }

        return false;
    }

    private static bool Holds(string[] words, Alternative alternative, bool name)
    {
        for (var i = 0; i < alternative.Words.Count; i++)
        {
            var word = name ? SearchWords.NameMark + alternative.Words[i] : alternative.Words[i];
            var at = Array.BinarySearch(words, word, StringComparer.Ordinal);
            if (at >= 0) continue;
            if (!alternative.Prefix || i < alternative.Words.Count - 1) return false;
            if (~at >= words.Length || !words[~at].StartsWith(word, StringComparison.Ordinal)) return false;
        }

        return true;
    }

    private static (int Length, IReadOnlyList<string> Same) Phrase(List<string> stems, int start, SynonymTable synonyms)
    {
        for (var length = Math.Min(LongestPhrase, stems.Count - start); length > 0; length--)
        {
            if (synonyms.Of(string.Join(' ', stems.Skip(start).Take(length))) is { Count: > 0 } same) return (length, same);
        }

        return (1, []);
    }
}
