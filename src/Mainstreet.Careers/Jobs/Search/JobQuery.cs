using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Foundation.Searching;

namespace Mainstreet.Careers.Jobs.Search;

/// <summary>The words that are looked for: all must be there, whole or in another number; the last also as the beginning of one. With a minus in front: must not be there.</summary>
internal sealed class JobQuery
{
    private JobQuery(IReadOnlyList<string> words, string? beginning, IReadOnlyList<string> without) => (Words, Beginning, Without) = (words, beginning, without);

    /// <summary>Stems, each once. The last is not among them where it may be a beginning.</summary>
    internal IReadOnlyList<string> Words { get; }

    /// <summary>The last word as it was typed, if it has two characters or more.</summary>
    internal string? Beginning { get; }

    /// <summary>Stems.</summary>
    internal IReadOnlyList<string> Without { get; }

    /// <summary>True when nothing was typed that could be a word; it finds nothing.</summary>
    internal bool IsEmpty => Words.Count == 0 && Beginning is null;

    /// <returns>Null where nothing was typed at all.</returns>
    internal static JobQuery? Read(string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed)) return null;
        var (wanted, without) = (new List<string>(), new List<string>());
        foreach (var piece in typed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (piece[0] == '-' && piece.Length > 1) without.AddRange(JobWords.In(piece[1..]).Select(SearchWords.Stem));
            else wanted.AddRange(JobWords.In(piece));
        }

        // A space behind says that the word is whole.
        var beginning = wanted.Count > 0 && wanted[^1].Length > 1 && !char.IsWhiteSpace(typed[^1]) ? wanted[^1] : null;
        if (beginning is not null) wanted.RemoveAt(wanted.Count - 1);
        return new JobQuery([.. wanted.Select(SearchWords.Stem).Distinct(StringComparer.Ordinal)], beginning, [.. without.Distinct(StringComparer.Ordinal)]);
    }
}
