using Mainstreet.Foundation.Data;

using Npgsql;

namespace Mainstreet.Careers.Jobs.Search;

/// <summary>
/// Rows carry the transaction that wrote them last; those are new that the last reading's snapshot did not see. Numbers given at the write
/// would not do: they are not committed in their order. SQL by hand, since LINQ knows no snapshots.
/// </summary>
internal sealed class JobChangesPostgres(Storage storage) : IJobChanges
{
    private const string All = $"SELECT pg_current_snapshot()::text, c.* FROM (SELECT 1) one LEFT JOIN (SELECT {IJobChanges.Columns} FROM careers.posting_search WHERE open) c ON true";

    private const string Changed = $"""
        SELECT pg_current_snapshot()::text, c.* FROM (SELECT 1) one LEFT JOIN (
          SELECT {IJobChanges.Columns} FROM careers.posting_search
          WHERE changed >= pg_snapshot_xmin(@since::pg_snapshot) AND changed < pg_snapshot_xmax(pg_current_snapshot()) AND NOT pg_visible_in_snapshot(changed, @since::pg_snapshot)) c ON true
        """;

    public async Task<string> ReadAsync(string? since, Action<PostingEntry> changed, CancellationToken cancel)
    {
        await using var connection = await storage.Postgres.OpenConnectionAsync(cancel);
        await using var command = new NpgsqlCommand(since is null ? All : Changed, connection);
        if (since is not null) command.Parameters.AddWithValue("since", since);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var seen = since;
        while (await reader.ReadAsync(cancel))
        {
            seen = reader.GetString(0);
            if (!await reader.IsDBNullAsync(1, cancel)) changed(IJobChanges.Entry(reader, 1));
        }

        return seen!;
    }
}
