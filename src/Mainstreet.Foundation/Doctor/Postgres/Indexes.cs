using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Doctor.Postgres;

/// <summary>Large tables that are read from end to end more often than by an index.</summary>
internal sealed class ScannedTables(Storage storage, DoctorLimits limits) : PostgresCheck(storage)
{
    public override string Name => "scanned-tables";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => await Storage.ReadAsync("""
        SELECT relid::regclass::text, n_live_tup, seq_scan, coalesce(idx_scan, 0), seq_tup_read / seq_scan
        FROM pg_stat_user_tables
        WHERE n_live_tup >= @rows AND seq_scan >= @scans AND seq_scan > coalesce(idx_scan, 0) AND seq_tup_read / seq_scan >= @rows / 2
        ORDER BY seq_tup_read DESC LIMIT 20
        """,
        r => Found(Severity.Medium, $"{r.GetString(0)} is read from end to end most of the time.",
            $"{Figures.Number(r.GetInt64(1))} rows; {Figures.Number(r.GetInt64(2))} scans of {Figures.Number(r.GetInt64(4))} rows each, {Figures.Number(r.GetInt64(3))} by an index",
            $"SELECT query, calls FROM pg_stat_statements WHERE query ~ '{r.GetString(0).Split('.')[^1]}' ORDER BY total_exec_time DESC; then index what its WHERE asks for"),
        cancel, ("rows", limits.BigTable), ("scans", limits.Scans));
}

/// <summary>Foreign keys without an index: deleting or changing what they point to reads the whole table and holds its locks meanwhile.</summary>
internal sealed class UnindexedKeys(Storage storage, DoctorLimits limits) : PostgresCheck(storage)
{
    public override string Name => "unindexed-foreign-keys";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => await Storage.ReadAsync($"""
        SELECT c.conrelid::regclass::text, c.conname::text, greatest(t.reltuples, 0)::bigint,
               (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place) FROM unnest(c.conkey) WITH ORDINALITY k(number, place)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number)
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE c.contype = 'f' AND n.nspname {Ours} AND NOT EXISTS (
            SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indisvalid AND i.indpred IS NULL
              AND (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(c.conkey)] @> c.conkey)
        ORDER BY t.reltuples DESC
        """,
        r => Found(r.GetInt64(2) >= limits.BigTable ? Severity.Medium : Severity.Low, $"The foreign key {r.GetString(1)} of {r.GetString(0)} has no index.",
            $"about {Figures.Number(r.GetInt64(2))} rows", $"CREATE INDEX CONCURRENTLY ON {r.GetString(0)} ({r.GetString(3)});"),
        cancel);
}

/// <summary>Indexes that cost each write and served no read since the statistics began. Those that keep rows unique are left alone.</summary>
internal sealed class UnusedIndexes(Storage storage, DoctorLimits limits) : PostgresCheck(storage)
{
    public override string Name => "unused-indexes";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => await Storage.ReadAsync("""
        SELECT s.indexrelid::regclass::text, s.relid::regclass::text, pg_relation_size(s.indexrelid),
               coalesce((SELECT to_char(stats_reset AT TIME ZONE 'UTC', 'YYYY-MM-DD') FROM pg_stat_database WHERE datname = current_database()), 'the database was made')
        FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid
        WHERE s.idx_scan = 0 AND NOT i.indisunique AND i.indisvalid AND pg_relation_size(s.indexrelid) >= @bytes
        ORDER BY 3 DESC LIMIT 20
        """,
        r => Found(Severity.Low, $"The index {r.GetString(0)} of {r.GetString(1)} is not used.",
            $"{Figures.Bytes(r.GetInt64(2))}; no scan since {r.GetString(3)} on this server (a replica counts its own)", $"DROP INDEX CONCURRENTLY {r.GetString(0)};"),
        cancel, ("bytes", limits.UnusedIndexBytes));
}

/// <summary>Indexes that a broken-off CREATE INDEX CONCURRENTLY left behind: written to, never read.</summary>
internal sealed class InvalidIndexes(Storage storage) : PostgresCheck(storage)
{
    public override string Name => "invalid-indexes";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => await Storage.ReadAsync(
        "SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text FROM pg_index i WHERE NOT i.indisvalid",
        r => Found(Severity.High, $"The index {r.GetString(0)} of {r.GetString(1)} is invalid.", "it is kept up with each write and serves no read; a unique one does not keep rows unique",
            $"REINDEX INDEX CONCURRENTLY {r.GetString(0)};"),
        cancel);
}
