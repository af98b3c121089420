using System.Data.Common;

using Npgsql;

namespace Mainstreet.Foundation.Live;

/// <summary>
/// One round trip a batch. The advisory lock comes first: ids and offsets are then handed out in commit order, so that a
/// reader who follows ids never passes a row that is still uncommitted.
/// </summary>
internal sealed class PostgresLiveFeedSql : ILiveFeedSql
{
    /// <summary>Any constant will do as long as every replica uses the same.</summary>
    private const string Lock = "SELECT pg_advisory_xact_lock(5080020)";

    private const string Append = """
        WITH input AS (
          SELECT * FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS i (topic, type, payload, event_id, at, n)
        ), fresh AS (
          SELECT i.*, row_number() OVER (PARTITION BY i.topic ORDER BY i.n) AS k FROM input i
          WHERE NOT EXISTS (SELECT 1 FROM foundation.live_events e WHERE e.topic = i.topic AND e.event_id = i.event_id)
        ), grown AS (
          SELECT topic, count(*) AS rows FROM fresh GROUP BY topic
        ), numbered AS (
          INSERT INTO foundation.live_topics AS t (topic, last_offset, first_offset)
          SELECT topic, rows, 1 FROM grown
          ON CONFLICT (topic) DO UPDATE SET last_offset = t.last_offset + excluded.last_offset
          RETURNING topic, last_offset
        )
        INSERT INTO foundation.live_events (topic, "offset", type, payload, event_id, at)
        SELECT f.topic, u.last_offset - g.rows + f.k, f.type, f.payload, f.event_id, f.at
        FROM fresh f JOIN grown g USING (topic) JOIN numbered u USING (topic)
        ORDER BY f.n
        """;

    private const string Delete = "DELETE FROM foundation.outbox WHERE id = ANY($1)";

    public async Task LockAsync(DbTransaction transaction, CancellationToken cancel)
    {
        var open = (NpgsqlTransaction)transaction;
        await using var command = new NpgsqlCommand(Lock, open.Connection, open);
        await command.ExecuteNonQueryAsync(cancel);
    }

    public async Task AppendAsync(DbTransaction transaction, IReadOnlyList<LiveEntry> entries, long[] outboxIds, CancellationToken cancel)
    {
        var open = (NpgsqlTransaction)transaction;
        await using var batch = new NpgsqlBatch(open.Connection!, open);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Lock));
        if (entries.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Append)
            {
                Parameters =
                {
                    new NpgsqlParameter<string[]> { TypedValue = [.. entries.Select(e => e.Topic)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. entries.Select(e => e.Type)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. entries.Select(e => e.Payload)] },
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. entries.Select(e => e.EventId)] },
                    new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. entries.Select(e => e.At.ToUniversalTime())] },
                },
            });
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand(Delete) { Parameters = { new NpgsqlParameter<long[]> { TypedValue = outboxIds } } });
        await batch.ExecuteNonQueryAsync(cancel);
    }
}
