using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Doctor.Postgres;

/// <summary>Dead rows that vacuum does not keep up with: tables and indexes grow, reads slow down.</summary>
internal sealed class DeadRows(Storage storage, DoctorLimits limits) : PostgresCheck(storage)
{
    public override string Name => "dead-rows";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => await Storage.ReadAsync("""
        SELECT relid::regclass::text, n_dead_tup, n_live_tup, coalesce(to_char(greatest(last_vacuum, last_autovacuum) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), 'never'),
               pg_total_relation_size(relid)
        FROM pg_stat_user_tables
        WHERE n_dead_tup >= @dead AND n_dead_tup >= @share * (n_dead_tup + n_live_tup)
        ORDER BY n_dead_tup DESC LIMIT 20
        """,
        r => Found(Severity.Medium, $"{r.GetString(0)} is full of dead rows.",
            $"{Figures.Number(r.GetInt64(1))} dead beside {Figures.Number(r.GetInt64(2))} live, {Figures.Bytes(r.GetInt64(4))}; last vacuum: {r.GetString(3)}",
            $"VACUUM (ANALYZE, VERBOSE) {r.GetString(0)}; if they stay, an old transaction or replication slot holds them"),
        cancel, ("dead", limits.DeadRows), ("share", limits.DeadShare));
}

/// <summary>Sequences that soon run out of numbers: every insert would then fail.</summary>
internal sealed class SequenceEnds(Storage storage, DoctorLimits limits) : PostgresCheck(storage)
{
    public override string Name => "sequences";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => await Storage.ReadAsync("""
        SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value, max_value, last_value::float8 / max_value
        FROM pg_sequences WHERE NOT cycle AND increment_by > 0 AND last_value::float8 / max_value >= @share
        ORDER BY 4 DESC
        """,
        r => Found(Severity.High, $"The sequence {r.GetString(0)} is near its end.", $"{Figures.Number(r.GetInt64(1))} of {Figures.Number(r.GetInt64(2))} ({Figures.Percent(r.GetDouble(3))})",
            $"ALTER SEQUENCE {r.GetString(0)} AS bigint NO MAXVALUE; and its column: ALTER TABLE ... ALTER COLUMN ... TYPE bigint"),
        cancel, ("share", limits.SequenceUse));
}

/// <summary>Transactions since the oldest row was frozen: PostgreSQL stops writing before the numbers run out.</summary>
internal sealed class FreezeAge(Storage storage, DoctorLimits limits) : PostgresCheck(storage)
{
    public override string Name => "freeze-age";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => await Storage.ReadAsync("""
        SELECT datname::text, age(datfrozenxid)::bigint FROM pg_database WHERE age(datfrozenxid)::bigint >= @age ORDER BY 2 DESC
        """,
        r => Found(r.GetInt64(1) >= limits.SeriousFreezeAge ? Severity.High : Severity.Medium, $"The database {r.GetString(0)} has not been frozen for long.",
            $"{Figures.Number(r.GetInt64(1))} of about 2,100,000,000 transactions", $"vacuumdb --freeze --jobs 2 {r.GetString(0)}; see to it that autovacuum is on and nothing holds it back"),
        cancel, ("age", limits.FreezeAge));
}
