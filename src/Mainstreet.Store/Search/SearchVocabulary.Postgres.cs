using System.Globalization;

using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

using Npgsql;

namespace Mainstreet.Store.Search;

/// <summary>A GIN index of trigrams, and its operator. SQL by hand, since LINQ has neither the operator nor ON CONFLICT.</summary>
internal sealed class SearchVocabularyPostgres : ISearchVocabulary
{
    // The threshold holds for the one implicit transaction of both statements.
    private static readonly string Near = string.Create(CultureInfo.InvariantCulture, $"""
        SELECT set_config('pg_trgm.similarity_threshold', '{ISearchVocabulary.LeastSimilarity}', true);
        SELECT word FROM store.search_words WHERE word % @word
        """);

    public async Task AddAsync(StoreDb db, IReadOnlyList<string> words, CancellationToken cancel)
    {
        if (words.Count == 0) return;
        // What is there already is left out without a lock: most words are.
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO store.search_words (word)
            SELECT w.word FROM unnest({words.ToArray()}) AS w (word)
            WHERE NOT EXISTS (SELECT 1 FROM store.search_words k WHERE k.word = w.word)
            ORDER BY w.word COLLATE "C" ON CONFLICT DO NOTHING
            """, cancel);
    }

    public async Task<IReadOnlySet<string>> KnownAsync(StoreDb db, IReadOnlyList<string> words, CancellationToken cancel) =>
        await db.Database.SqlQuery<string>($"SELECT word AS \"Value\" FROM store.search_words").Where(w => words.Contains(w)).ToHashSetAsync(StringComparer.Ordinal, cancel);

    public async Task<IReadOnlyList<string>> NearAsync(StoreDb db, string word, CancellationToken cancel)
    {
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            await using var command = (NpgsqlCommand)db.Database.GetDbConnection().CreateCommand();
            command.Transaction = (NpgsqlTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
            command.CommandText = Near;
            command.Parameters.AddWithValue("word", word);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            await reader.NextResultAsync(cancel);
            var near = new List<string>();
            while (await reader.ReadAsync(cancel)) near.Add(reader.GetString(0));
            return near;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}
