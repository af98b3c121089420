using Mainstreet.Occasions.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

using Npgsql;

using NpgsqlTypes;

namespace Mainstreet.Occasions.Planning;

/// <summary>
/// Raw, since LINQ has no advisory lock, no insert from arrays and no ON CONFLICT. One statement carries a chunk: twelve arrays,
/// joined with the recipients by id and version.
/// </summary>
internal sealed class PlanTablePostgres : IPlanTable
{
    private const string Insert = """
        WITH given AS (
          SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            AS g(id, business_id, recipient_id, version, occasion, local_year, local_date, time_zone, due_at, send_by, status, reason, last_error, synthetic)
        ), held AS MATERIALIZED (
          SELECT g.* FROM given g JOIN occasions.recipients r ON r.id = g.recipient_id AND r.version = g.version
        ), done AS (
          INSERT INTO occasions.messages
            (id, business_id, recipient_id, occasion, local_year, local_date, time_zone, due_at, send_by, status, reason, last_error, synthetic, created_at)
          SELECT id, business_id, recipient_id, occasion, local_year, local_date, time_zone, due_at, send_by, status, reason, last_error, synthetic, $15
          FROM held
          ON CONFLICT (recipient_id, occasion, local_year) DO NOTHING
          RETURNING status
        )
        SELECT (SELECT count(*) FROM done WHERE status = 'Scheduled')::int, (SELECT count(*) FROM done WHERE status <> 'Scheduled')::int, (SELECT count(*) FROM held)::int
        """;

    public Task LockAsync(OccasionsDb db, bool exclusive, CancellationToken cancel) => exclusive
        ? db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(5080030)", cancel)
        : db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock_shared(5080030)", cancel);

    public async Task<InsertReport> InsertAsync(OccasionsDb db, IReadOnlyList<PlannedRow> rows, DateTimeOffset createdAt, CancellationToken cancel)
    {
        if (rows.Count == 0) return default;
        await using var command = new NpgsqlCommand(
            Insert, (NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction());
        Add(NpgsqlDbType.Uuid, r => r.Id);
        Add(NpgsqlDbType.Uuid, r => r.BusinessId);
        Add(NpgsqlDbType.Uuid, r => r.RecipientId);
        Add(NpgsqlDbType.Integer, r => r.RecipientVersion);
        Add(NpgsqlDbType.Text, r => r.Occasion == Occasion.Birthday ? nameof(Occasion.Birthday) : nameof(Occasion.Anniversary));
        Add(NpgsqlDbType.Integer, r => r.LocalYear);
        Add(NpgsqlDbType.Text, r => r.LocalDate);
        Add(NpgsqlDbType.Text, r => r.TimeZone);
        Add(NpgsqlDbType.TimestampTz, r => r.DueAt.UtcDateTime);
        Add(NpgsqlDbType.TimestampTz, r => r.SendBy.UtcDateTime);
        Add(NpgsqlDbType.Text, r => r.Status.ToString());
        Add(NpgsqlDbType.Text, r => r.Reason);
        Add(NpgsqlDbType.Text, r => r.LastError);
        Add(NpgsqlDbType.Boolean, r => r.Synthetic);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = createdAt.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new InsertReport(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2));

        void Add<T>(NpgsqlDbType type, Func<PlannedRow, T> value)
        {
            var values = new T[rows.Count];
            for (var i = 0; i < values.Length; i++) values[i] = value(rows[i]);
            command.Parameters.Add(new NpgsqlParameter<T[]> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values });
        }
    }

    public async Task<IReadOnlySet<Guid>> RemoveAsync(OccasionsDb db, IReadOnlyList<Guid> ids, CancellationToken cancel)
    {
        if (ids.Count == 0) return new HashSet<Guid>();
        var array = ids.ToArray();
        var gone = await db.Messages.FromSql($"""
            DELETE FROM occasions.messages
            WHERE id = ANY({array}) AND status IN ('Scheduled', 'Queued', 'Skipped') AND attempts = 0 AND NOT in_flight AND NOT uncertain
            RETURNING *
            """).AsNoTracking().ToListAsync(cancel);
        return gone.Select(m => m.Id).ToHashSet();
    }
}
