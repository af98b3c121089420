using System.Data.Common;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Doctor;
using Mainstreet.Foundation.Doctor.Postgres;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Doctor;

/// <summary>Each check of PostgreSQL finds what was planted for it, and nothing before.</summary>
[Trait("kind", "db")]
public sealed class PostgresDoctorTests
{
    [Theory, EachEngine(Engine.Postgres)]
    public async Task Indexes_that_lack_that_idle_and_that_are_broken_are_found(Engine engine)
    {
        await using var patient = await Patient.AdmitAsync(engine, s => s.AddSingleton(new DoctorLimits { UnusedIndexBytes = 0, BigTable = 2_000, Scans = 10 }));
        (await patient.ExamineAsync("unindexed-foreign-keys")).ShouldNotContain(f => f.What.Contains("planted"));
        (await patient.ExamineAsync("invalid-indexes")).ShouldBeEmpty();
        await patient.ExecuteAsync(
            "CREATE TABLE planted_parent (id int PRIMARY KEY, b int UNIQUE)",
            "CREATE TABLE planted_child (id int PRIMARY KEY, parent_id int CONSTRAINT planted_key REFERENCES planted_parent (id), b int CONSTRAINT planted_covered REFERENCES planted_parent (b), note int)",
            "CREATE INDEX planted_covering ON planted_child (b, note)", "CREATE INDEX planted_idle ON planted_child (note)", "CREATE INDEX planted_broken ON planted_child (id, note)",
            "INSERT INTO planted_child (id, note) SELECT i, i FROM generate_series(1, 3000) i", "ANALYZE planted_child",
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'planted_broken'::regclass");
        for (var i = 0; i < 12; i++) await patient.ExecuteAsync("SET enable_indexscan = off; SET enable_bitmapscan = off; SELECT count(*) FROM planted_child WHERE note + 0 > 5; RESET ALL; SELECT pg_stat_force_next_flush()");

        var missing = (await patient.ExamineAsync("unindexed-foreign-keys")).Where(f => f.What.Contains("planted")).ToList();
        missing.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.What.ShouldBe("The foreign key planted_key of planted_child has no index."), f => f.Severity.ShouldBe(Severity.Medium),
            f => f.Remedy.ShouldBe("CREATE INDEX CONCURRENTLY ON planted_child (parent_id);"));
        (await patient.ExamineAsync("unused-indexes")).ShouldContain(f => f.What.Contains("planted_idle") && f.Remedy == "DROP INDEX CONCURRENTLY planted_idle;");
        (await patient.ExamineAsync("invalid-indexes")).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.Severity.ShouldBe(Severity.High), f => f.Remedy.ShouldBe("REINDEX INDEX CONCURRENTLY planted_broken;"));
        (await patient.ExamineAsync("scanned-tables")).ShouldContain(f => f.What.StartsWith("planted_child is read from end to end", StringComparison.Ordinal));

        await patient.ExecuteAsync(missing[0].Remedy, "REINDEX INDEX CONCURRENTLY planted_broken");
        (await patient.ExamineAsync("unindexed-foreign-keys")).ShouldNotContain(f => f.What.Contains("planted"));
        (await patient.ExamineAsync("invalid-indexes")).ShouldBeEmpty();
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task Who_blocks_whom_and_who_stays_open_is_named(Engine engine)
    {
        await using var patient = await Patient.AdmitAsync(engine,
            s => s.AddSingleton(new DoctorLimits { LongTransaction = TimeSpan.FromMilliseconds(1), LockWait = TimeSpan.Zero, SeriousLockWait = TimeSpan.Zero }));
        (await patient.ExamineAsync("blocked-sessions")).ShouldBeEmpty();
        await patient.ExecuteAsync("CREATE TABLE planted (id int PRIMARY KEY, who text)", "INSERT INTO planted VALUES (1, 'nobody')");
        await using var holder = await patient.Database.Storage.OpenAsync(TestContext.Current.CancellationToken);
        await using var held = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(holder, "UPDATE planted SET who = 'secret name' WHERE id = 1");
        await using var waiter = await patient.Database.Storage.OpenAsync(TestContext.Current.CancellationToken);
        var waiting = ExecuteAsync(waiter, "UPDATE planted SET who = 'another name' WHERE id = 1");

        IReadOnlyList<Finding> found;
        for (var attempt = 0; ; attempt++)
        {
            found = await patient.ExamineAsync("blocked-sessions");
            if (found.Count > 0 || attempt > 200) break;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        var blocker = ((Npgsql.NpgsqlConnection)holder).ProcessID;
        var blocked = found.ShouldHaveSingleItem();
        blocked.What.ShouldStartWith($"Process {((Npgsql.NpgsqlConnection)waiter).ProcessID} waits for process {blocker}, for ");
        blocked.Severity.ShouldBe(Severity.High);
        blocked.Remedy.ShouldBe($"SELECT pg_terminate_backend({blocker});");
        blocked.Evidence.ShouldContain("UPDATE planted SET who = '...'");
        blocked.Evidence.ShouldNotContain("secret name");
        (await patient.ExamineAsync("long-transactions")).ShouldContain(f => f.Severity == Severity.High && f.Remedy == $"SELECT pg_terminate_backend({blocker});");

        await held.RollbackAsync(TestContext.Current.CancellationToken);
        await waiting;
        (await patient.ExamineAsync("blocked-sessions")).ShouldBeEmpty();
        (await patient.ExamineAsync("long-transactions")).ShouldBeEmpty();
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task Dead_rows_and_a_sequence_near_its_end_are_found(Engine engine)
    {
        await using var patient = await Patient.AdmitAsync(engine, s => s.AddSingleton(new DoctorLimits { DeadRows = 500 }));
        (await patient.ExamineAsync("dead-rows")).ShouldBeEmpty();
        (await patient.ExamineAsync("sequences")).ShouldBeEmpty();
        await patient.ExecuteAsync(
            "CREATE TABLE planted (id int) WITH (autovacuum_enabled = off)", "INSERT INTO planted SELECT generate_series(1, 1000)", "DELETE FROM planted", "SELECT pg_stat_force_next_flush()",
            "CREATE SEQUENCE planted_numbers MAXVALUE 100", "SELECT setval('planted_numbers', 95)", "CREATE SEQUENCE planted_wide", "SELECT setval('planted_wide', 95)");
        (await patient.ExamineAsync("dead-rows")).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.What.ShouldBe("planted is full of dead rows."), f => f.Evidence.ShouldStartWith("1,000 dead beside 0 live"), f => f.Evidence.ShouldEndWith("last vacuum: never"));
        (await patient.ExamineAsync("sequences")).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.Severity.ShouldBe(Severity.High), f => f.What.ShouldBe("The sequence public.planted_numbers is near its end."), f => f.Evidence.ShouldBe("95 of 100 (95 %)"));
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task A_slow_statement_is_shown_without_what_people_wrote(Engine engine)
    {
        await using var patient = await Patient.AdmitAsync(engine,
            s => s.AddSingleton(new DoctorLimits { SlowCalls = 2, SlowMean = TimeSpan.FromMilliseconds(60), VerySlowMean = TimeSpan.FromSeconds(30) }));
        var loaded = (await patient.Database.Storage.ReadAsync("SELECT current_setting('shared_preload_libraries')", r => r.GetString(0), TestContext.Current.CancellationToken))[0].Contains("pg_stat_statements");
        (await patient.ExamineAsync("slow-statements")).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.What.ShouldBe("Nothing tells which statements are slow."), f => f.Severity.ShouldBe(Severity.Low), f => f.Remedy.ShouldContain("CREATE EXTENSION pg_stat_statements;"));
        if (!loaded) Assert.Skip("The server does not load pg_stat_statements.");

        await patient.ExecuteAsync("CREATE EXTENSION pg_stat_statements");
        for (var i = 0; i < 3; i++) await patient.ExecuteAsync("SELECT pg_sleep(0.07), 'somebody@example.test' AS planted");
        var found = await patient.ExamineAsync("slow-statements");
        found.ShouldContain(f => f.Evidence.Contains("pg_sleep") && f.Severity == Severity.Medium && f.Evidence.StartsWith("3 calls", StringComparison.Ordinal));
        found.ShouldAllBe(f => !f.Evidence.Contains("somebody@"));
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task Connections_that_run_out_are_found(Engine engine)
    {
        await using var patient = await Patient.AdmitAsync(engine);
        (await patient.ExamineAsync("connections")).ShouldNotContain(f => f.What.Contains("the database"));
        var name = new Npgsql.NpgsqlConnectionStringBuilder(patient.Database.Options.ConnectionString).Database!;
        // A superuser is not held up by the limit, so it can be full and still be looked at.
        await patient.ExecuteAsync($"ALTER DATABASE {name} CONNECTION LIMIT 4");
        var open = new List<DbConnection>();
        try
        {
            for (var i = 0; i < 4; i++) open.Add(await patient.Database.Storage.OpenAsync(TestContext.Current.CancellationToken));
            (await patient.ExamineAsync("connections")).Single(f => f.What == "The connections of the database are nearly used up.").ShouldSatisfyAllConditions(
                f => f.Severity.ShouldBe(Severity.High), f => f.Remedy.ShouldContain($"ALTER DATABASE {name} CONNECTION LIMIT 8;"));
        }
        finally
        {
            foreach (var connection in open) await connection.DisposeAsync();
        }
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task A_clock_that_goes_wrong_is_found(Engine engine)
    {
        foreach (var (skew, severity, words) in new[] { (TimeSpan.FromSeconds(30), Severity.High, "ahead of"), (TimeSpan.FromSeconds(-3), Severity.Medium, "behind") })
        {
            await using var patient = await Patient.AdmitAsync(engine, s => s.AddSingleton<TimeProvider>(new SkewedClock(skew)));
            var found = (await patient.ExamineAsync("clock-skew")).ShouldHaveSingleItem();
            found.Severity.ShouldBe(severity);
            found.What.ShouldContain(words);
            found.Remedy.ShouldContain("chronyc");
        }

        await using var healthy = await Patient.AdmitAsync(engine);
        (await healthy.ExamineAsync("clock-skew")).ShouldBeEmpty();
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task A_slot_that_nobody_reads_and_a_setting_that_loses_writes_are_found(Engine engine)
    {
        await using var patient = await Patient.AdmitAsync(engine);
        var database = new Npgsql.NpgsqlConnectionStringBuilder(patient.Database.Options.ConnectionString).Database!;
        var slot = database[..20];
        (await patient.ExamineAsync("replication")).ShouldNotContain(f => f.What.Contains(slot));
        (await patient.ExamineAsync("durability")).ShouldNotContain(f => f.What.StartsWith("synchronous_commit", StringComparison.Ordinal));
        await patient.ExecuteAsync($"SELECT pg_create_physical_replication_slot('{slot}', true)");
        try
        {
            (await patient.ExamineAsync("replication")).ShouldContain(f => f.What == $"Nobody reads the replication slot {slot}." && f.Remedy.Contains($"pg_drop_replication_slot('{slot}')"));
        }
        finally
        {
            await patient.ExecuteAsync($"SELECT pg_drop_replication_slot('{slot}')");
        }

        await patient.ExecuteAsync($"ALTER DATABASE {database} SET synchronous_commit = off");
        (await new Durability(patient.Database.OpenStorage()).LookAsync(TestContext.Current.CancellationToken)).ShouldContain(f => f.What == "synchronous_commit is off." && f.Severity == Severity.High);
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task Transactions_that_were_never_frozen_and_archiving_that_fails_are_found(Engine engine)
    {
        await using var patient = await Patient.AdmitAsync(engine, s => s.AddSingleton(new DoctorLimits { FreezeAge = 1, SeriousFreezeAge = 2_000_000_000 }));
        (await patient.ExamineAsync("freeze-age")).ShouldNotBeEmpty();
        (await patient.ExamineAsync("freeze-age")).ShouldAllBe(f => f.Severity == Severity.Medium && f.Remedy.StartsWith("vacuumdb --freeze", StringComparison.Ordinal));
        await using var young = await Patient.AdmitAsync(engine);
        (await young.ExamineAsync("freeze-age")).ShouldBeEmpty();

        var archiving = new WalArchiving(patient.Database.Storage);
        archiving.Judge("on", 3, "000000010000000000000007", "never", failing: true, receivers: 0).ShouldNotBeNull().ShouldSatisfyAllConditions(
            f => f.Severity.ShouldBe(Severity.High), f => f.Evidence.ShouldBe("3 failures, last with 000000010000000000000007; last success: never"));
        archiving.Judge("on", 3, "000000010000000000000007", "2026-01-01 10:00", failing: false, receivers: 0).ShouldBeNull("it works again");
        archiving.Judge("off", 0, "", "never", failing: false, receivers: 0).ShouldNotBeNull().Severity.ShouldBe(Severity.Low);
        archiving.Judge("off", 0, "", "never", failing: false, receivers: 1).ShouldBeNull("somebody receives it");
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private sealed class SkewedClock(TimeSpan skew) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + skew;
    }
}
