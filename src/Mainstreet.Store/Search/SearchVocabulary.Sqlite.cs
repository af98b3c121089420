using System.Runtime.CompilerServices;

using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Search;

/// <summary>A table of trigrams beside that of the words. SQL by hand, since LINQ has no INSERT OR IGNORE.</summary>
internal sealed class SearchVocabularySqlite : ISearchVocabulary
{
    public async Task AddAsync(StoreDb db, IReadOnlyList<string> words, CancellationToken cancel)
    {
        foreach (var word in words)
        {
            if (await db.Database.ExecuteSqlAsync($"INSERT OR IGNORE INTO store_search_words (word) VALUES ({word})", cancel) == 0) continue;
            foreach (var trigram in Trigrams.Of(word))
                await db.Database.ExecuteSqlAsync($"INSERT INTO store_search_trigrams (trigram, word) VALUES ({trigram}, {word})", cancel);
        }
    }

    public async Task<IReadOnlySet<string>> KnownAsync(StoreDb db, IReadOnlyList<string> words, CancellationToken cancel) =>
        await db.Database.SqlQuery<string>($"SELECT word AS \"Value\" FROM store_search_words").Where(w => words.Contains(w)).ToHashSetAsync(StringComparer.Ordinal, cancel);

    public async Task<IReadOnlyList<string>> NearAsync(StoreDb db, string word, CancellationToken cancel)
    {
        var trigrams = Trigrams.Of(word);
        var names = string.Join(", ", trigrams.Select((_, i) => $"{{{i}}}"));
        var shared = await db.Database.SqlQuery<Shared>(FormattableStringFactory.Create(
            $"SELECT word AS Word, count(*) AS Count FROM store_search_trigrams WHERE trigram IN ({names}) GROUP BY word", [.. trigrams])).ToListAsync(cancel);
        return
        [
            .. shared.Where(s => (float)s.Count / (trigrams.Count + Trigrams.Of(s.Word).Count - s.Count) >= ISearchVocabulary.LeastSimilarity).Select(s => s.Word),
        ];
    }

    private sealed record Shared(string Word, int Count);
}
