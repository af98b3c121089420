using Mainstreet.Foundation.Data;

using Npgsql;

namespace Mainstreet.Store.Search;

/// <summary>
/// Rows carry the transaction that wrote them last; those are new that the last reading's snapshot did not see. Numbers given at the write
/// would not do: they are not committed in their order. SQL by hand, since LINQ knows no snapshots.
/// </summary>
internal sealed class SearchChangesPostgres(Storage storage) : ISearchChanges
{
    private const string New = """
        changed >= pg_snapshot_xmin(@since::pg_snapshot) AND changed < pg_snapshot_xmax(pg_current_snapshot()) AND NOT pg_visible_in_snapshot(changed, @since::pg_snapshot)
        """;

    private const string Nobody = "'00000000-0000-0000-0000-000000000000'::uuid";

    private const string All = $"SELECT pg_current_snapshot()::text, c.* FROM (SELECT 1) one LEFT JOIN (SELECT {ISearchChanges.Columns} FROM store.product_search WHERE active) c ON true";

    private const string Changed = $"""
        SELECT pg_current_snapshot()::text, c.* FROM (SELECT 1) one LEFT JOIN (
          SELECT {ISearchChanges.Columns} FROM store.product_search WHERE {New}
          UNION ALL SELECT product_id, {Nobody}, false, false, '', '', '', 0, false, '', 0, 0, '' FROM store.search_removed WHERE {New}) c ON true
        ORDER BY c.active
        """;

    public async Task<string> ReadAsync(string? since, Action<SearchEntry> changed, CancellationToken cancel)
    {
        await using var connection = await storage.Postgres.OpenConnectionAsync(cancel);
        await using var command = new NpgsqlCommand(since is null ? All : Changed, connection);
        if (since is not null) command.Parameters.AddWithValue("since", since);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var seen = since;
        while (await reader.ReadAsync(cancel))
        {
            seen = reader.GetString(0);
            if (!await reader.IsDBNullAsync(1, cancel)) changed(ISearchChanges.Entry(reader, 1));
        }

        return seen!;
    }
}
