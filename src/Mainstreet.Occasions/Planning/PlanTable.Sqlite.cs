using System.Text.Json;

using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Messages;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Mainstreet.Occasions.Planning;

/// <summary>
/// Raw, since LINQ has no ON CONFLICT. Two prepared statements run for each row: inside the process that is as quick as one statement for
/// all, and needs no text between.
/// </summary>
internal sealed class PlanTableSqlite : IPlanTable
{
    private const string Check = "SELECT count(*) FROM occasions_recipients WHERE id = $recipient AND version = $version";

    private const string Insert = """
        INSERT INTO occasions_messages
          (id, business_id, recipient_id, occasion, local_year, local_date, time_zone, due_at, send_by, status, reason, last_error, synthetic, created_at)
        VALUES ($id, $business, $recipient, $occasion, $year, $date, $zone, $due, $by, $status, $reason, $error, $synthetic, $created)
        ON CONFLICT (recipient_id, occasion, local_year) DO NOTHING
        """;

    public Task LockAsync(OccasionsDb db, bool exclusive, CancellationToken cancel) => Task.CompletedTask;

    public async Task<InsertReport> InsertAsync(OccasionsDb db, IReadOnlyList<PlannedRow> rows, DateTimeOffset createdAt, CancellationToken cancel)
    {
        if (rows.Count == 0) return default;
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        var transaction = (SqliteTransaction)db.Database.CurrentTransaction!.GetDbTransaction();
        await using var check = new SqliteCommand(Check, connection, transaction);
        await using var insert = new SqliteCommand(Insert, connection, transaction);
        var (scheduled, skipped, current) = (0, 0, 0);
        foreach (var row in rows)
        {
            Set(check, "$recipient", row.RecipientId);
            Set(check, "$version", row.RecipientVersion);
            if ((long)(await check.ExecuteScalarAsync(cancel))! == 0) continue;
            current++;
            Set(insert, "$id", row.Id);
            Set(insert, "$business", row.BusinessId);
            Set(insert, "$recipient", row.RecipientId);
            Set(insert, "$occasion", row.Occasion.ToString());
            Set(insert, "$year", row.LocalYear);
            Set(insert, "$date", row.LocalDate);
            Set(insert, "$zone", row.TimeZone);
            Set(insert, "$due", row.DueAt.ToMicroseconds());
            Set(insert, "$by", row.SendBy.ToMicroseconds());
            Set(insert, "$status", row.Status.ToString());
            Set(insert, "$reason", row.Reason);
            Set(insert, "$error", row.LastError);
            Set(insert, "$synthetic", row.Synthetic);
            Set(insert, "$created", createdAt.ToMicroseconds());
            if (await insert.ExecuteNonQueryAsync(cancel) == 0) continue;
            if (row.Status == MessageStatus.Scheduled) scheduled++;
            else skipped++;
        }

        return new InsertReport(scheduled, skipped, current);
    }

    public async Task<IReadOnlySet<Guid>> RemoveAsync(OccasionsDb db, IReadOnlyList<Guid> ids, CancellationToken cancel)
    {
        if (ids.Count == 0) return new HashSet<Guid>();
        var list = JsonSerializer.Serialize(ids.Select(id => id.ToString().ToUpperInvariant()));
        var gone = await db.Messages.FromSql($"""
            DELETE FROM occasions_messages
            WHERE id IN (SELECT value FROM json_each({list})) AND status IN ('Scheduled', 'Queued', 'Skipped')
              AND attempts = 0 AND in_flight = 0 AND uncertain = 0
            RETURNING *
            """).AsNoTracking().ToListAsync(cancel);
        return gone.Select(m => m.Id).ToHashSet();
    }

    private static void Set(SqliteCommand command, string name, object? value)
    {
        var at = command.Parameters.IndexOf(name);
        if (at < 0) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        else command.Parameters[at].Value = value ?? DBNull.Value;
    }
}
