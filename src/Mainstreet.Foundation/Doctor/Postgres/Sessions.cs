using System.Globalization;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Doctor.Postgres;

/// <summary>Transactions that stay open: they keep dead rows from being cleared, and locks from others.</summary>
internal sealed class LongTransactions(Storage storage, DoctorLimits limits) : PostgresCheck(storage)
{
    public override string Name => "long-transactions";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => await Storage.ReadAsync($"""
        SELECT pid, coalesce(usename, ''), coalesce(application_name, ''), coalesce(state, ''), extract(epoch FROM clock_timestamp() - xact_start)::float8, {Shown("query")}
        FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND clock_timestamp() - xact_start >= make_interval(secs => @seconds)
        ORDER BY xact_start LIMIT 20
        """,
        r => Found(r.GetString(3).StartsWith("idle", StringComparison.Ordinal) ? Severity.High : Severity.Medium,
            $"A transaction has been open for {Figures.Seconds(r.GetDouble(4))}.",
            $"process {r.GetInt32(0)} of {r.GetString(1)} ({r.GetString(2)}), {r.GetString(3)}: {r.GetString(5)}",
            $"SELECT pg_terminate_backend({r.GetInt32(0)});"),
        cancel, ("seconds", limits.LongTransaction.TotalSeconds));
}

/// <summary>Who waits for whose lock.</summary>
internal sealed class BlockedSessions(Storage storage, DoctorLimits limits) : PostgresCheck(storage)
{
    public override string Name => "blocked-sessions";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => await Storage.ReadAsync($"""
        SELECT w.pid, extract(epoch FROM clock_timestamp() - coalesce(w.state_change, w.query_start))::float8, {Shown("w.query")},
               b.pid, coalesce(b.usename, ''), coalesce(b.state, ''), {Shown("coalesce(b.query, '')")},
               extract(epoch FROM clock_timestamp() - coalesce(b.xact_start, b.state_change))::float8
        FROM pg_stat_activity w CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) blocker(pid) JOIN pg_stat_activity b ON b.pid = blocker.pid
        WHERE w.datname = current_database() AND clock_timestamp() - coalesce(w.state_change, w.query_start) >= make_interval(secs => @seconds)
        ORDER BY 2 DESC LIMIT 20
        """,
        r => Found(r.GetDouble(1) >= limits.SeriousLockWait.TotalSeconds ? Severity.High : Severity.Medium,
            string.Create(CultureInfo.InvariantCulture, $"Process {r.GetInt32(0)} waits for process {r.GetInt32(3)}, for {Figures.Seconds(r.GetDouble(1))} now."),
            $"waits: {r.GetString(2)}; holds, {r.GetString(5)} for {Figures.Seconds(r.IsDBNull(7) ? 0 : r.GetDouble(7))}, of {r.GetString(4)}: {r.GetString(6)}",
            $"SELECT pg_terminate_backend({r.GetInt32(3)});"),
        cancel, ("seconds", limits.LockWait.TotalSeconds));
}

/// <summary>How near the server, or this database's own limit, is to refusing connections.</summary>
internal sealed class ConnectionUse(Storage storage, DoctorLimits limits) : PostgresCheck(storage)
{
    public override string Name => "connections";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) =>
    [
        .. (await Storage.ReadAsync("""
            SELECT 'the server', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
                   current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint, 'ALTER SYSTEM SET max_connections'
            UNION ALL
            SELECT 'the database', (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'), datconnlimit,
                   'ALTER DATABASE ' || quote_ident(datname) || ' CONNECTION LIMIT'
            FROM pg_database WHERE datname = current_database() AND datconnlimit > 0
            """,
            r => (Whose: r.GetString(0), Used: r.GetInt64(1), Most: r.GetInt64(2), Remedy: r.GetString(3)), cancel))
            .Where(u => u.Used >= u.Most * limits.Connections)
            .Select(u => Found(u.Used >= u.Most * limits.SeriousConnections ? Severity.High : Severity.Medium,
                $"The connections of {u.Whose} are nearly used up.", $"{u.Used} of {u.Most}",
                $"Lower Database:MaxPoolSize or the number of replicas; or raise the limit: {u.Remedy} {(u.Whose == "the server" ? "= " : "")}{u.Most * 2};")),
    ];
}

/// <summary>This machine's clock against the database server's: leases, tokens and timers compare the two.</summary>
internal sealed class ClockSkew(Storage storage, DoctorLimits limits, TimeProvider clock) : PostgresCheck(storage)
{
    public override string Name => "clock-skew";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel)
    {
        var best = (Skew: TimeSpan.MaxValue, Doubt: TimeSpan.MaxValue);
        // The first answer may have waited for a connection: the quickest of three tells most.
        for (var i = 0; i < 3; i++)
        {
            await using var connection = await Storage.OpenAsync(cancel);
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT clock_timestamp()";
            var (before, started) = (clock.GetUtcNow(), clock.GetTimestamp());
            var there = (DateTime)(await command.ExecuteScalarAsync(cancel))!;
            var took = clock.GetElapsedTime(started);
            if (took < best.Doubt) best = (before + (took / 2) - new DateTimeOffset(DateTime.SpecifyKind(there, DateTimeKind.Utc)), took);
        }

        if (best.Skew.Duration() < limits.Skew) return [];
        return [Found(best.Skew.Duration() >= limits.SeriousSkew ? Severity.High : Severity.Medium,
            $"This machine's clock is {Figures.Seconds(best.Skew.Duration().TotalSeconds)} {(best.Skew > TimeSpan.Zero ? "ahead of" : "behind")} the database server's.",
            $"measured within {Figures.Seconds(best.Doubt.TotalSeconds)}", "Run NTP on both machines: chronyc tracking; chronyc makestep")];
    }
}
