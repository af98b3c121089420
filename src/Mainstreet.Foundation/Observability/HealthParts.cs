using System.Diagnostics;
using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Observability;

/// <summary>The database answers.</summary>
internal sealed class DatabaseHealth(Storage storage) : IHealthPart
{
    public string Name => "database";

    public async Task<PartHealth> CheckAsync(CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        await using var connection = await storage.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1";
        await command.ExecuteScalarAsync(cancel);
        return PartHealth.Up(null,
            ("engine", storage.Engine == Engine.Postgres ? "postgres" : "sqlite"),
            ("latencyMilliseconds", Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 2)));
    }
}

/// <summary>Every migration that this program knows is applied; a newer schema is fine, as in a rolling update.</summary>
internal sealed class MigrationsHealth(Storage storage, IEnumerable<MigrationSource> sources) : IHealthPart
{
    public string Name => "migrations";

    public async Task<PartHealth> CheckAsync(CancellationToken cancel)
    {
        var applied = new HashSet<(string, int)>();
        await using (var connection = await storage.OpenAsync(cancel))
        await using (var command = connection.CreateCommand())
        {
            // Read-only, unlike the migrator's own status, which makes the history table when it is missing.
            command.CommandText = storage.Engine == Engine.Postgres
                ? "SELECT to_regclass('foundation.migrations') IS NOT NULL"
                : "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'foundation_migrations')";
            if (Convert.ToBoolean(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture))
            {
                command.CommandText = $"SELECT module, number FROM {storage.Table("foundation", "migrations")}";
                await using var reader = await command.ExecuteReaderAsync(cancel);
                while (await reader.ReadAsync(cancel)) applied.Add((reader.GetString(0), reader.GetInt32(1)));
            }
        }

        var known = sources.SelectMany(s => s.Load(storage.Engine)).ToList();
        var missing = known.Where(m => !applied.Contains((m.Module, m.Number))).ToList();
        return missing.Count == 0
            ? PartHealth.Up(null, ("applied", known.Count))
            : PartHealth.Down($"{missing.Count} not applied, first {missing[0].Module}/{missing[0].Number:D4}_{missing[0].Name}: run 'mainstreet migrate'",
                ("missing", missing.Count));
    }
}

/// <summary>Committed events leave the outbox in time.</summary>
internal sealed class OutboxHealth(FoundationDb db, TimeProvider clock, IOptionsMonitor<HealthOptions> options) : IHealthPart
{
    public string Name => "outbox";

    public async Task<PartHealth> CheckAsync(CancellationToken cancel)
    {
        var rows = await db.Outbox.CountAsync(cancel);
        var oldest = await db.Outbox.OrderBy(r => r.Id).Select(r => (DateTimeOffset?)r.At).FirstOrDefaultAsync(cancel);
        var age = oldest is null ? 0 : Math.Max(0, Math.Round((clock.Now() - oldest.Value).TotalSeconds, 1));
        (string, object?)[] figures = [("rows", rows), ("oldestSeconds", age)];
        return age > options.CurrentValue.OutboxAgeSeconds
            ? PartHealth.Degraded($"the oldest row has waited {age.ToString(CultureInfo.InvariantCulture)} s", figures)
            : PartHealth.Up(null, figures);
    }
}

/// <summary>Due jobs are done in time and none was given up.</summary>
internal sealed class JobsHealth(FoundationDb db, TimeProvider clock, IOptionsMonitor<HealthOptions> options) : IHealthPart
{
    public string Name => "jobs";

    public async Task<PartHealth> CheckAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var late = now - TimeSpan.FromMinutes(1);
        var due = await db.Jobs.CountAsync(j => !j.Dead && j.DueAt <= now, cancel);
        var overdue = await db.Jobs.CountAsync(j => !j.Dead && j.DueAt <= late, cancel);
        var dead = await db.Jobs.CountAsync(j => j.Dead, cancel);
        (string, object?)[] figures = [("due", due), ("overdue", overdue), ("dead", dead)];
        if (overdue >= options.CurrentValue.JobBacklog) return PartHealth.Degraded($"{overdue} jobs are overdue by more than a minute", figures);
        return dead > 0 ? PartHealth.Degraded($"{dead} jobs were given up", figures) : PartHealth.Up(null, figures);
    }
}

/// <summary>The data folder has room.</summary>
internal sealed class DiskHealth(DataDirectory data, IOptionsMonitor<HealthOptions> options) : IHealthPart
{
    public string Name => "disk";

    public Task<PartHealth> CheckAsync(CancellationToken cancel)
    {
        var free = DataDisk.Of(data).AvailableFreeSpace / 1_048_576;
        (string, object?)[] figures = [("freeMebibytes", free)];
        return Task.FromResult(
            free < options.CurrentValue.FreeMebibytes / 10 ? PartHealth.Down("the data folder's disk is full", figures)
            : free < options.CurrentValue.FreeMebibytes ? PartHealth.Degraded("the data folder's disk is nearly full", figures)
            : PartHealth.Up(null, figures));
    }
}
