using System.Numerics;

namespace Mainstreet.Store.Search;

/// <summary>Ranks words that are near to a misspelled one.</summary>
internal static class Spelling
{
    private const int MostRanked = 16;

    private const int MostRow = 64;

    /// <summary>A word that may have been meant.</summary>
    internal readonly record struct Candidate(string Word, int Edits);

    /// <summary>Edits forgiven: none below four letters, one below eight, two from there. Numbers and other scripts are taken as they are.</summary>
    internal static int Forgiven(string word) =>
        word.Length < 4 || !word.All(char.IsAsciiLetterOrDigit) || word.All(char.IsAsciiDigit) ? 0 : word.Length < 8 ? 1 : 2;

    /// <summary>The candidates that are near enough, the likeliest first.</summary>
    /// <param name="word">As typed.</param>
    /// <param name="isBeginning">Somebody may still be typing it: it is compared with the beginnings of the candidates.</param>
    /// <param name="candidates">In any order.</param>
    /// <param name="count">How many at most.</param>
    internal static IReadOnlyList<Candidate> Rank(string word, bool isBeginning, IEnumerable<string> candidates, int count = MostRanked)
    {
        var most = Forgiven(word);
        if (most == 0) return [];
        return
        [
            .. candidates.Where(c => c != word)
                .Select(c => new Candidate(c, Distance(word, c, isBeginning, most)))
                .Where(c => c.Edits <= most)
                .OrderBy(c => c.Edits)
                .ThenByDescending(c => c.Word[0] == word[0])
                .ThenBy(c => Math.Abs(c.Word.Length - word.Length))
                .ThenBy(c => c.Word, StringComparer.Ordinal)
                .Take(count),
        ];
    }

    /// <summary>A bit for each letter or digit that the word has.</summary>
    internal static ulong LettersOf(string word)
    {
        var letters = 0UL;
        foreach (var c in word) letters |= char.IsAsciiLetterOrDigit(c) ? 1UL << (c & 63) : 0;
        return letters;
    }

    /// <summary>False only where letters alone tell that <see cref="Distance"/> is more: an edit mends one letter that the other word lacks.</summary>
    internal static bool MayBe(ulong typed, ulong word, bool isBeginning, int most) =>
        BitOperations.PopCount(typed & ~word) <= most && (isBeginning || BitOperations.PopCount(word & ~typed) <= most);

    /// <summary>Letters inserted, left out, replaced or swapped with a neighbour (optimal string alignment); more than <paramref name="most"/> counts as one more.</summary>
    internal static int Distance(string typed, string word, bool isBeginning, int most)
    {
        if (word.Length < typed.Length - most || (!isBeginning && word.Length > typed.Length + most)) return most + 1;
        var width = Math.Min(word.Length, typed.Length + most);
        var cells = width + 1;
        Span<int> rows = cells > MostRow ? new int[3 * cells] : stackalloc int[3 * cells];
        var before = rows[..cells];
        var last = rows[cells..(2 * cells)];
        var row = rows[(2 * cells)..];
        for (var j = 0; j <= width; j++) last[j] = j;
        for (var i = 1; i <= typed.Length; i++)
        {
            row[0] = i;
            var least = i;
            for (var j = 1; j <= width; j++)
            {
                var cost = typed[i - 1] == word[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && typed[i - 1] == word[j - 2] && typed[i - 2] == word[j - 1]) row[j] = Math.Min(row[j], before[j - 2] + 1);
                least = Math.Min(least, row[j]);
            }

            if (least > most) return most + 1;
            var free = before;
            before = last;
            last = row;
            row = free;
        }

        return Math.Min(most + 1, isBeginning ? Least(last) : word.Length > width ? most + 1 : last[width]);
    }

    private static int Least(ReadOnlySpan<int> row)
    {
        var least = row[0];
        foreach (var edits in row) least = Math.Min(least, edits);
        return least;
    }
}
