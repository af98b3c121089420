using System.Data.Common;

using Mainstreet.Foundation.Time;

using Microsoft.Data.Sqlite;

namespace Mainstreet.Foundation.Live;

/// <summary>
/// Prepared statements in a loop: the engine runs in this process, so a statement costs microseconds. The transaction holds
/// the only write lock there is.
/// </summary>
internal sealed class SqliteLiveFeedSql : ILiveFeedSql
{
    public Task LockAsync(DbTransaction transaction, CancellationToken cancel) => Task.CompletedTask;

    public Task AppendAsync(DbTransaction transaction, IReadOnlyList<LiveEntry> entries, long[] outboxIds, CancellationToken cancel)
    {
        var open = (SqliteTransaction)transaction;
        cancel.ThrowIfCancellationRequested();
        var ends = new Dictionary<string, long>(StringComparer.Ordinal);
        using (var read = Prepare(open, "SELECT last_offset FROM foundation_live_topics WHERE topic = $topic", "$topic"))
        using (var insert = Prepare(open,
            """
            INSERT INTO foundation_live_events (topic, "offset", type, payload, event_id, at)
            VALUES ($topic, $offset, $type, $payload, $event, $at) ON CONFLICT (topic, event_id) DO NOTHING
            """, "$topic", "$offset", "$type", "$payload", "$event", "$at"))
        {
            foreach (var entry in entries)
            {
                if (!ends.TryGetValue(entry.Topic, out var end))
                {
                    read.Parameters[0].Value = entry.Topic;
                    end = read.ExecuteScalar() as long? ?? 0;
                }

                insert.Parameters[0].Value = entry.Topic;
                insert.Parameters[1].Value = end + 1;
                insert.Parameters[2].Value = entry.Type;
                insert.Parameters[3].Value = entry.Payload;
                insert.Parameters[4].Value = entry.EventId;
                insert.Parameters[5].Value = entry.At.ToMicroseconds();
                ends[entry.Topic] = end + insert.ExecuteNonQuery();
            }
        }

        using (var raise = Prepare(open,
            """
            INSERT INTO foundation_live_topics (topic, last_offset, first_offset) VALUES ($topic, $last, 1)
            ON CONFLICT (topic) DO UPDATE SET last_offset = excluded.last_offset
            """, "$topic", "$last"))
        {
            foreach (var (topic, last) in ends)
            {
                raise.Parameters[0].Value = topic;
                raise.Parameters[1].Value = last;
                raise.ExecuteNonQuery();
            }
        }

        using var delete = Prepare(open, "DELETE FROM foundation_outbox WHERE id = $id", "$id");
        foreach (var id in outboxIds)
        {
            delete.Parameters[0].Value = id;
            delete.ExecuteNonQuery();
        }

        return Task.CompletedTask;
    }

    private static SqliteCommand Prepare(SqliteTransaction transaction, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var name in parameters) command.Parameters.Add(new SqliteParameter(name, null));
        return command;
    }
}
