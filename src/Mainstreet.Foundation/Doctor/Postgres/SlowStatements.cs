using System.Globalization;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Doctor.Postgres;

/// <summary>Statements with a high mean time, from pg_stat_statements; the ten that cost most in all.</summary>
internal sealed class SlowStatements(Storage storage, DoctorLimits limits) : PostgresCheck(storage)
{
    public override string Name => "slow-statements";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel)
    {
        var places = await Storage.ReadAsync(
            "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'", r => r.GetString(0), cancel);
        var loaded = (await Storage.ReadAsync("SELECT current_setting('shared_preload_libraries')", r => r.GetString(0), cancel))[0].Contains("pg_stat_statements", StringComparison.Ordinal);
        if (places.Count == 0 || !loaded)
        {
            return [Found(Severity.Low, "Nothing tells which statements are slow.", $"pg_stat_statements is {(loaded ? "loaded but not made in this database" : "not loaded")}",
                (loaded ? "" : "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'; restart PostgreSQL; ") + "CREATE EXTENSION pg_stat_statements;")];
        }

        return await Storage.ReadAsync($"""
            SELECT {Shown("s.query")}, s.calls, s.mean_exec_time, s.total_exec_time / nullif(sum(s.total_exec_time) OVER (), 0), s.queryid
            FROM {places[0]}.pg_stat_statements s
            WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND s.query ~* '^\s*(select|insert|update|delete|with|merge)'
              AND s.calls >= @calls AND s.mean_exec_time >= @mean
            ORDER BY s.total_exec_time DESC LIMIT 10
            """,
            r => Found(r.GetDouble(2) >= limits.VerySlowMean.TotalMilliseconds ? Severity.High : Severity.Medium,
                $"A statement takes {Figures.Seconds(r.GetDouble(2) / 1000)} on average.",
                string.Create(CultureInfo.InvariantCulture, $"{Figures.Number(r.GetInt64(1))} calls, {Figures.Percent(r.IsDBNull(3) ? 0 : r.GetDouble(3))} of this database's time: {r.GetString(0)}"),
                string.Create(CultureInfo.InvariantCulture, $"SELECT query FROM pg_stat_statements WHERE queryid = {r.GetInt64(4)}; then EXPLAIN (ANALYZE, BUFFERS) with its values")),
            cancel, ("calls", limits.SlowCalls), ("mean", limits.SlowMean.TotalMilliseconds));
    }
}
