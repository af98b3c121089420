using System.Data.Common;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Delivery;

/// <summary>Raw SQL, word for word that of PostgreSQL but for locks (one writer needs none), so that both behave alike.</summary>
internal sealed class SqliteDueRows(IDbContextFactory<OccasionsDb> contexts, Storage storage, TimeProvider real) : IDueRows
{
    private const string PausedBusiness = "coalesce(s.paused OR CASE m.occasion WHEN 'Birthday' THEN s.birthday_paused ELSE s.anniversary_paused END, 0)";

    private const string Due = $"""
        SELECT m.id FROM occasions_messages m
        LEFT JOIN occasions_recipients r ON r.id = m.recipient_id
        LEFT JOIN occasions_settings s ON s.business_id = m.business_id
        WHERE m.status = 'Scheduled' AND m.due_at > @after AND m.due_at <= @now AND m.send_by >= @now AND NOT coalesce(r.paused, 0) AND NOT {PausedBusiness}
        ORDER BY m.due_at LIMIT @count
        """;

    public async Task<int> DecideLateAsync(
        DateTimeOffset before, DateTimeOffset now, int count,
        Func<OccasionsDb, IReadOnlyList<LateMessage>, CancellationToken, Task<IReadOnlyList<LateDecision>>> decide, CancellationToken cancel)
    {
        if (await ReadAsync("SELECT count(*) FROM (SELECT 1 FROM occasions_messages WHERE status = 'Scheduled' AND due_at <= @now LIMIT 1)", before, cancel) == 0) return 0;
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.InTransactionAsync(async token =>
        {
            var late = new List<LateMessage>();
            await using (var command = db.Raw($"""
                SELECT m.id, m.business_id, coalesce(r.time_zone, m.time_zone), m.due_at, m.send_by, m.reason, coalesce(r.paused, 0) OR {PausedBusiness}
                FROM occasions_messages m
                LEFT JOIN occasions_recipients r ON r.id = m.recipient_id
                LEFT JOIN occasions_settings s ON s.business_id = m.business_id
                WHERE m.status = 'Scheduled' AND m.due_at <= @before AND (m.send_by < @now OR NOT (coalesce(r.paused, 0) OR {PausedBusiness}))
                ORDER BY m.due_at LIMIT @count
                """))
            {
                command.With("before", before.ToMicroseconds()).With("now", now.ToMicroseconds()).With("count", count);
                await using var reader = await command.ExecuteReaderAsync(token);
                while (await reader.ReadAsync(token))
                {
                    late.Add(new LateMessage(
                        reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), Instants.FromMicroseconds(reader.GetInt64(3)),
                        Instants.FromMicroseconds(reader.GetInt64(4)), reader.Text(5), reader.GetBoolean(6)));
                }
            }

            if (late.Count == 0) return 0;
            await using var update = db.Raw("""
                UPDATE occasions_messages SET status = @status, due_at = @dueAt, send_by = @sendBy, reason = @reason, last_error = @error,
                  work_at = CASE @status WHEN 'Queued' THEN max(@dueAt, @now) END
                WHERE id = @id AND status = 'Scheduled'
                """);
            update.With("now", now.ToMicroseconds());
            foreach (var d in await decide(db, late, token))
            {
                await update.With("id", d.Id).With("status", d.Status.ToString()).With("dueAt", d.DueAt.ToMicroseconds()).With("sendBy", d.SendBy.ToMicroseconds())
                    .With("reason", d.Reason).With("error", d.Error).ExecuteNonQueryAsync(token);
            }

            return late.Count;
        }, cancel);
    }

    public async Task<int> QueueDueAsync(DateTimeOffset after, DateTimeOffset now, int count, CancellationToken cancel)
    {
        if ((await FindDueAsync(after, now, 1, cancel)).Length == 0) return 0;
        return await WriteAsync(
            $"UPDATE occasions_messages SET status = 'Queued', work_at = @now WHERE id IN ({Due})",
            command => command.With("after", after.ToMicroseconds()).With("now", now.ToMicroseconds()).With("count", count), cancel);
    }

    public async Task<Guid[]> FindDueAsync(DateTimeOffset after, DateTimeOffset now, int count, CancellationToken cancel)
    {
        await using var connection = await storage.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = Due;
        command.With("after", after.ToMicroseconds()).With("now", now.ToMicroseconds()).With("count", count);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancel)) ids.Add(reader.GetGuid(0));
        return [.. ids];
    }

    public Task<int> QueueAsync(Guid[] ids, DateTimeOffset workAt, CancellationToken cancel) => WriteAsync(
        "UPDATE occasions_messages SET status = 'Queued', work_at = @now WHERE status = 'Scheduled' AND id IN (SELECT value FROM json_each(@ids))",
        command => command.With("now", workAt.ToMicroseconds()).With("ids", SqliteCommands.Json(ids)), cancel);

    public Task<int> RepairAsync(DateTimeOffset now, CancellationToken cancel) => WriteAsync(
        "UPDATE occasions_messages SET work_at = @now, in_flight = 0 WHERE work_at IS NULL AND status IN ('Queued', 'Sending')",
        command => command.With("now", now.ToMicroseconds()), cancel);

    public Task<int> CountAbandonedAsync(DateTimeOffset now, CancellationToken cancel) =>
        ReadAsync("SELECT count(*) FROM occasions_messages WHERE in_flight AND work_at <= @now", real.GetUtcNow(), cancel);

    public async Task<Backlog> BacklogAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await storage.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT (SELECT count(*) FROM (SELECT 1 FROM occasions_messages WHERE work_at IS NOT NULL AND NOT in_flight AND due_at <= @now LIMIT 100000)),
                   (SELECT count(*) FROM (SELECT 1 FROM occasions_messages WHERE work_at IS NOT NULL AND in_flight LIMIT 100000)),
                   (SELECT min(work_at) FROM occasions_messages WHERE work_at <= @now AND NOT in_flight),
                   (SELECT count(*) FROM (SELECT 1 FROM occasions_messages WHERE status = 'Dead' LIMIT 100000))
            """;
        command.With("now", now.ToMicroseconds());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new Backlog(reader.GetInt32(0), reader.GetInt32(1), reader.IsDBNull(2) ? null : Instants.FromMicroseconds(reader.GetInt64(2)), reader.GetInt32(3));
    }

    private async Task<int> WriteAsync(string sql, Action<DbCommand> bind, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.InTransactionAsync(async token =>
        {
            await using var command = db.Raw(sql);
            bind(command);
            return await command.ExecuteNonQueryAsync(token);
        }, cancel);
    }

    private async Task<int> ReadAsync(string sql, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await storage.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.With("now", now.ToMicroseconds());
        return (int)(long)(await command.ExecuteScalarAsync(cancel))!;
    }
}
