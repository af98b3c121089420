using Mainstreet.Foundation.Data;
using Mainstreet.Occasions.Data;

using Microsoft.EntityFrameworkCore;

using Npgsql;

namespace Mainstreet.Occasions.Delivery;

/// <summary>Raw SQL because many replicas take from one list without waiting for each other (SKIP LOCKED), which LINQ cannot say.</summary>
internal sealed class PostgresDueRows(IDbContextFactory<OccasionsDb> contexts, Storage storage) : IDueRows
{
    // A paused row is neither taken nor forgotten.
    private const string PausedBusiness = "coalesce(s.paused OR CASE m.occasion WHEN 'Birthday' THEN s.birthday_paused ELSE s.anniversary_paused END, false)";

    private const string Due = $"""
        SELECT m.id FROM occasions.messages m
        LEFT JOIN occasions.recipients r ON r.id = m.recipient_id
        LEFT JOIN occasions.settings s ON s.business_id = m.business_id
        WHERE m.status = 'Scheduled' AND m.due_at > @after AND m.due_at <= @now AND m.send_by >= @now AND NOT coalesce(r.paused, false) AND NOT {PausedBusiness}
        ORDER BY m.due_at LIMIT @count
        """;

    public async Task<int> DecideLateAsync(
        DateTimeOffset before, DateTimeOffset now, int count,
        Func<OccasionsDb, IReadOnlyList<LateMessage>, CancellationToken, Task<IReadOnlyList<LateDecision>>> decide, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.InTransactionAsync(async token =>
        {
            var connection = (NpgsqlConnection)db.Database.GetDbConnection();
            var late = await ReadLateAsync(connection, before, now, count, token);
            if (late.Count == 0) return 0;
            var decisions = await decide(db, late, token);
            await using var command = new NpgsqlCommand("""
                UPDATE occasions.messages AS m
                SET status = d.status, due_at = d.due_at, send_by = d.send_by, reason = d.reason, last_error = d.error,
                    work_at = CASE d.status WHEN 'Queued' THEN greatest(d.due_at, @now) END
                FROM unnest(@ids, @statuses, @dueAt, @sendBy, @reasons, @errors) AS d(id, status, due_at, send_by, reason, error)
                WHERE m.id = d.id AND m.status = 'Scheduled'
                """, connection);
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("now", now));
            command.Parameters.Add(new NpgsqlParameter<Guid[]>("ids", [.. decisions.Select(d => d.Id)]));
            command.Parameters.Add(new NpgsqlParameter<string[]>("statuses", [.. decisions.Select(d => d.Status.ToString())]));
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset[]>("dueAt", [.. decisions.Select(d => d.DueAt)]));
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset[]>("sendBy", [.. decisions.Select(d => d.SendBy)]));
            command.Parameters.Add(new NpgsqlParameter<string?[]>("reasons", [.. decisions.Select(d => d.Reason)]));
            command.Parameters.Add(new NpgsqlParameter<string?[]>("errors", [.. decisions.Select(d => d.Error)]));
            await command.ExecuteNonQueryAsync(token);
            return late.Count;
        }, cancel);
    }

    public async Task<int> QueueDueAsync(DateTimeOffset after, DateTimeOffset now, int count, CancellationToken cancel)
    {
        await using var command = Command($"UPDATE occasions.messages SET status = 'Queued', work_at = @now WHERE id = ANY(ARRAY({Due} FOR UPDATE OF m SKIP LOCKED))", now);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("after", after));
        command.Parameters.Add(new NpgsqlParameter<int>("count", count));
        return await command.ExecuteNonQueryAsync(cancel);
    }

    public async Task<Guid[]> FindDueAsync(DateTimeOffset after, DateTimeOffset now, int count, CancellationToken cancel)
    {
        await using var command = Command(Due, now);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("after", after));
        command.Parameters.Add(new NpgsqlParameter<int>("count", count));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancel)) ids.Add(reader.GetGuid(0));
        return [.. ids];
    }

    public async Task<int> QueueAsync(Guid[] ids, DateTimeOffset workAt, CancellationToken cancel)
    {
        // In the order of ids, as a consumer that claims the same rows takes them.
        await using var command = Command("""
            UPDATE occasions.messages SET status = 'Queued', work_at = @now
            WHERE id = ANY(ARRAY(SELECT id FROM occasions.messages WHERE id = ANY(@ids) AND status = 'Scheduled' ORDER BY id FOR UPDATE))
            """, workAt);
        command.Parameters.Add(new NpgsqlParameter<Guid[]>("ids", ids));
        return await command.ExecuteNonQueryAsync(cancel);
    }

    public async Task<int> RepairAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = Command("UPDATE occasions.messages SET work_at = @now, in_flight = false WHERE work_at IS NULL AND status IN ('Queued', 'Sending')", now);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    public async Task<int> CountAbandonedAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = Command("SELECT count(*)::int FROM occasions.messages WHERE in_flight AND work_at <= statement_timestamp()", now);
        return (int)(await command.ExecuteScalarAsync(cancel))!;
    }

    public async Task<Backlog> BacklogAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = Command("""
            SELECT (SELECT count(*)::int FROM (SELECT 1 FROM occasions.messages WHERE work_at IS NOT NULL AND NOT in_flight AND due_at <= @now LIMIT 100000) w),
                   (SELECT count(*)::int FROM (SELECT 1 FROM occasions.messages WHERE work_at IS NOT NULL AND in_flight LIMIT 100000) f),
                   (SELECT min(work_at) FROM occasions.messages WHERE work_at <= @now AND NOT in_flight),
                   (SELECT count(*)::int FROM (SELECT 1 FROM occasions.messages WHERE status = 'Dead' LIMIT 100000) d)
            """, now);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new Backlog(reader.GetInt32(0), reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt32(3));
    }

    private static async Task<List<LateMessage>> ReadLateAsync(NpgsqlConnection connection, DateTimeOffset before, DateTimeOffset now, int count, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"""
            SELECT m.id, m.business_id, coalesce(r.time_zone, m.time_zone), m.due_at, m.send_by, m.reason, coalesce(r.paused, false) OR {PausedBusiness}
            FROM occasions.messages m
            LEFT JOIN occasions.recipients r ON r.id = m.recipient_id
            LEFT JOIN occasions.settings s ON s.business_id = m.business_id
            WHERE m.status = 'Scheduled' AND m.due_at <= @before AND (m.send_by < @now OR NOT (coalesce(r.paused, false) OR {PausedBusiness}))
            ORDER BY m.due_at LIMIT @count FOR UPDATE OF m SKIP LOCKED
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("before", before));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("now", now));
        command.Parameters.Add(new NpgsqlParameter<int>("count", count));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var late = new List<LateMessage>();
        while (await reader.ReadAsync(cancel))
        {
            late.Add(new LateMessage(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4),
                reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetBoolean(6)));
        }

        return late;
    }

    private NpgsqlCommand Command(string sql, DateTimeOffset now)
    {
        var command = storage.Postgres.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("now", now));
        return command;
    }
}
