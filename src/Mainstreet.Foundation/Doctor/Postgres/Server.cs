using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Doctor.Postgres;

/// <summary>Whether the log of changes leaves the machine, for a restore to any moment.</summary>
internal sealed class WalArchiving(Storage storage) : PostgresCheck(storage)
{
    public override string Name => "wal-archiving";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => await Storage.ReadAsync("""
        SELECT current_setting('archive_mode'), failed_count, coalesce(last_failed_wal, ''), coalesce(to_char(last_archived_time AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), 'never'),
               coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false),
               (SELECT count(*) FROM pg_stat_replication WHERE application_name ~* '(receivewal|pgbackrest|barman)')
        FROM pg_stat_archiver
        """,
        r => Judge(r.GetString(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetBoolean(4), r.GetInt64(5)), cancel) is [{ } finding] ? [finding] : [];

    internal Finding? Judge(string mode, long failed, string segment, string last, bool failing, long receivers)
    {
        if (mode == "off")
        {
            return receivers > 0 ? null : Found(Severity.Low, "The log of changes is not archived.", "archive_mode is off and nobody receives it: what was written since the last backup is lost with the disk",
                "ALTER SYSTEM SET archive_mode = on; ALTER SYSTEM SET archive_command = '...'; restart PostgreSQL");
        }

        return failing ? Found(Severity.High, "Archiving the log of changes fails.", $"{Figures.Number(failed)} failures, last with {segment}; last success: {last}",
            "Read PostgreSQL's log for what archive_command says; until it works, the log fills the server's disk") : null;
    }
}

/// <summary>Replicas that lag, and slots that keep the log for nobody.</summary>
internal sealed class Replication(Storage storage, DoctorLimits limits) : PostgresCheck(storage)
{
    public override string Name => "replication";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel)
    {
        var lags = await Storage.ReadAsync("""
            SELECT coalesce(application_name, ''), coalesce(state, ''), extract(epoch FROM replay_lag)::float8 FROM pg_stat_replication
            WHERE replay_lag >= make_interval(secs => @seconds)
            """,
            r => Found(Severity.Medium, $"The replica {r.GetString(0)} is {Figures.Seconds(r.GetDouble(2))} behind.", $"state {r.GetString(1)}",
                "Look at the replica's disk and network; a long query there holds replay back (max_standby_streaming_delay)"),
            cancel, ("seconds", limits.ReplicaLag.TotalSeconds));
        var slots = await Storage.ReadAsync("""
            SELECT slot_name::text, coalesce(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn), 0)::bigint
            FROM pg_replication_slots WHERE NOT active
            """,
            r => Found(r.GetInt64(1) >= limits.SlotBytes ? Severity.High : Severity.Medium, $"Nobody reads the replication slot {r.GetString(0)}.",
                $"it keeps {Figures.Bytes(r.GetInt64(1))} of log, and more with every write", $"Start its replica, or SELECT pg_drop_replication_slot('{r.GetString(0)}');"), cancel);
        return [.. lags, .. slots];
    }
}

/// <summary>Settings without which an acknowledged write may be lost.</summary>
internal sealed class Durability(Storage storage) : PostgresCheck(storage)
{
    public override string Name => "durability";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => await Storage.ReadAsync(
        "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'autovacuum') AND setting = 'off'",
        r => Found(Severity.High, $"{r.GetString(0)} is off.", r.GetString(0) switch
        {
            "autovacuum" => "dead rows are never cleared, and the server stops when transaction numbers run out",
            "synchronous_commit" => "an acknowledged write may be lost in a crash",
            _ => "a power cut may destroy the database",
        },
            $"ALTER SYSTEM RESET {r.GetString(0)}; SELECT pg_reload_conf(); and look at ALTER DATABASE and ALTER ROLE settings"), cancel);
}
