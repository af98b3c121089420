using System.Data.Common;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Schema;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Schema;

[Trait("kind", "db")]
public sealed class MigratorTests
{
    [Theory, EachEngine]
    public async Task Every_step_is_logged_and_the_log_only_grows(Engine engine)
    {
        await using var module = await SmallModule.CreateAsync(engine);
        var migrations = module.Two();
        var migrator = module.Migrator(migrations);
        (await migrator.UpAsync(default)).ShouldBe(migrations);
        (await migrator.DownAsync("m", 2, default)).ShouldBe(migrations.Reverse());
        await migrator.UpAsync(default);

        var log = await migrator.HistoryAsync(default);
        log.Select(s => (s.Kind, s.Number, s.Head)).ShouldBe(
            [(StepKind.Up, 1, 1), (StepKind.Up, 2, 2), (StepKind.Down, 2, 1), (StepKind.Down, 1, 0), (StepKind.Up, 1, 1), (StepKind.Up, 2, 2)]);
        foreach (var step in log)
        {
            step.Checksum.ShouldBe(migrations[step.Number - 1].Checksum);
            step.Name.ShouldBe(migrations[step.Number - 1].Name);
            step.Who.ShouldBe($"{Environment.UserName}@{Environment.MachineName}");
            step.Program.ShouldStartWith("0.");
            step.Took.ShouldBeGreaterThan(TimeSpan.Zero);
            step.At.ShouldBe(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(10));
        }

        log[5].Schema.Fingerprint.ShouldBe(log[1].Schema.Fingerprint);
        log[4].Schema.Fingerprint.ShouldBe(log[0].Schema.Fingerprint);
        log[3].Schema.Text.ShouldBeEmpty();
        log[0].Schema.Fingerprint.ShouldNotBe(log[1].Schema.Fingerprint);
        foreach (var change in new[] { $"UPDATE {module.Log} SET who = 'nobody'", $"DELETE FROM {module.Log}" })
            (await Should.ThrowAsync<DbException>(() => module.RunAsync(change))).Message.ShouldContain("only grows");
        (await migrator.InspectAsync(true, default)).States[0].Step!.At.ShouldBe(log[4].At);
    }

    public static TheoryData<string, string, string> ByHand { get; } = new()
    {
        { "m.a.extra: column that no migration made", "ALTER TABLE {a} ADD COLUMN extra integer", "ALTER TABLE {a} ADD COLUMN extra integer" },
        { "m.a.m_a_note: index is missing", "DROP INDEX m.m_a_note", "DROP INDEX m_a_note" },
        { "m.a.own: index that no migration made", "CREATE INDEX own ON {a} (id, note)", "CREATE INDEX own ON {a} (id, note)" },
        { "m.a.note: column is text default 'x'", "ALTER TABLE {a} ALTER note DROP NOT NULL", "" },
        { "m.a.id: column is bigint not null", "ALTER TABLE {a} ALTER id TYPE bigint", "" },
        { "m.a.a_note_check: constraint is missing", "ALTER TABLE {a} DROP CONSTRAINT a_note_check", "" },
        { "m.own: table that no migration made", "CREATE TABLE m.own (id integer)", "CREATE TABLE m_own (id integer)" },
        { "m.f(): function that no migration made", "CREATE FUNCTION m.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "" },
        { "m.a.g: trigger that no migration made", "", "CREATE TRIGGER g AFTER INSERT ON {a} BEGIN SELECT 1; END" },
        { "m.a: table is CREATE TABLE", "", "PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = replace(sql, '<> ''''', '<> ''-''') WHERE name = 'm_a'; PRAGMA writable_schema = 0" },
    };

    [Theory, MemberData(nameof(ByHand))]
    public async Task A_change_by_hand_is_named_and_stops_the_next_step_until_it_is_accepted(string named, string postgres, string sqlite)
    {
        foreach (var (engine, sql) in new[] { (Engine.Postgres, postgres), (Engine.Sqlite, sqlite) })
        {
            if (sql.Length == 0 || (engine == Engine.Postgres && TestDatabase.WhyNoPostgres is not null)) continue;
            await using var module = await SmallModule.CreateAsync(engine);
            var migrations = module.Two();
            await module.Migrator(migrations[0]).UpAsync(default);
            var migrator = module.Migrator(migrations);
            (await migrator.InspectAsync(true, default)).Problems.ShouldBeEmpty();
            await module.RunAsync(sql.Replace("{a}", module.Table("a"), StringComparison.Ordinal));

            (await migrator.InspectAsync(false, default)).Drift.ShouldHaveSingleItem().ShouldStartWith(named);
            (await migrator.PlanAsync(new UpRequest(), default)).IsRefused.ShouldBeTrue();
            (await Should.ThrowAsync<MigrationException>(() => migrator.UpAsync(default))).Message.ShouldContain(named);
            (await Should.ThrowAsync<MigrationException>(() => migrator.DownAsync("m", 1, default))).Message.ShouldContain(named);
            (await module.Migrator(migrations[0]).UpAsync(default)).ShouldBeEmpty("at head there is nothing that a change by hand could break");

            (await migrator.AcceptDriftAsync(default)).ShouldHaveSingleItem().ShouldStartWith(named);
            (await migrator.InspectAsync(true, default)).Problems.ShouldBeEmpty();
            (await migrator.UpAsync(default)).Count.ShouldBe(1);
            (await migrator.HistoryAsync(default)).Select(s => s.Kind).ShouldBe([StepKind.Up, StepKind.Accepted, StepKind.Up]);
        }
    }

    [Theory, EachEngine]
    public async Task A_database_from_before_the_log_gets_one_that_begins_with_what_is_there(Engine engine)
    {
        await using var module = await SmallModule.CreateAsync(engine);
        var migrations = module.Two();
        await module.Migrator(migrations[0]).UpAsync(default);
        await module.RunAsync(engine == Engine.Postgres ? $"DROP TABLE {module.Log}; DROP FUNCTION foundation.keep_migration_log()" : $"DROP TABLE {module.Log}");
        var migrator = module.Migrator(migrations);
        var before = await migrator.InspectAsync(true, default);
        before.Problems.ShouldBeEmpty();
        before.States[0].AppliedAt.ShouldNotBeNull();
        (await module.CountAsync(engine == Engine.Postgres ? "SELECT count(*) FROM pg_class WHERE relname = 'migration_log'" : "SELECT count(*) FROM sqlite_master WHERE name = 'foundation_migration_log'"))
            .ShouldBe(0, "looking changes nothing");

        (await migrator.UpAsync(default)).Count.ShouldBe(1);
        (await migrator.HistoryAsync(default)).Select(s => (s.Kind, s.Number)).ShouldBe([(StepKind.Found, 1), (StepKind.Up, 2)]);
        await module.RunAsync($"ALTER TABLE {module.Table("b")} ADD COLUMN extra integer");
        (await migrator.InspectAsync(false, default)).Drift.ShouldHaveSingleItem().ShouldStartWith("m.b.extra:");
    }

    [Theory, EachEngine]
    public async Task A_history_that_does_not_fit_is_refused_and_a_newer_one_is_not(Engine engine)
    {
        await using var module = await SmallModule.CreateAsync(engine);
        var migrations = module.Two();
        await module.Migrator(migrations).UpAsync(default);
        (await module.Migrator(migrations[0]).UpAsync(default)).ShouldBeEmpty();
        (await module.Migrator(migrations[0]).InspectAsync(true, default)).Problems.ShouldBeEmpty("a newer schema is a rolling update");
        await RefusesAsync(() => module.Migrator(migrations[0]).DownAsync("m", 1, default), "m/0002 was applied by a newer program");

        var changed = module.Migrator(new Migration("m", 1, "first", migrations[0].Up + " ", migrations[0].Down), migrations[1]);
        await RefusesAsync(() => changed.UpAsync(default), "m/0001_first was changed after it was applied");
        await RefusesAsync(() => changed.StatusAsync(default), "m/0001_first was changed");

        var third = new Migration("m", 3, "third", "SELECT 1", "SELECT 1");
        await RefusesAsync(() => module.Migrator(migrations[0], third).UpAsync(default), "m/0002_second is applied, and this program lacks it");
        await module.RunAsync($"DELETE FROM {module.Applied} WHERE number = 1");
        await RefusesAsync(() => module.Migrator([.. migrations, third]).UpAsync(default), "m/0001_first is not applied, though m/0002");
    }

    [Theory, EachEngine]
    public async Task A_step_that_fails_leaves_nothing_and_names_its_line(Engine engine)
    {
        await using var module = await SmallModule.CreateAsync(engine);
        var migrations = module.Two();
        var broken = migrations[1] with { Up = migrations[1].Up + "\nINSERT INTO nowhere VALUES (1);" };
        await RefusesAsync(() => module.Migrator(migrations[0], broken).UpAsync(default), "m/0002_second failed at line 3:");
        var migrator = module.Migrator(migrations);
        (await migrator.HistoryAsync(default)).Select(s => s.Number).ShouldBe([1]);
        (await migrator.UpAsync(default)).Single().Number.ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task Steps_go_as_far_as_asked_and_modules_in_their_order(Engine engine)
    {
        await using var module = await SmallModule.CreateAsync(engine);
        Migration[] Of(string name) => [.. Enumerable.Range(1, 3).Select(n => new Migration(name, n, "step", "SELECT 1", "SELECT 1"))];
        var migrator = module.Migrator(("base", Of("base")), ("left", Of("left")), ("right", Of("right")));
        await RefusesAsync(() => migrator.UpAsync(new UpRequest { To = ("left", 4) }, default), "There is no migration left/0004");
        (await migrator.PlanAsync(new UpRequest { To = ("left", 2) }, default)).Steps.Count.ShouldBe(5);
        Names(await migrator.UpAsync(new UpRequest { To = ("left", 2) }, default)).ShouldBe("base1 base2 base3 left1 left2");
        Names(await migrator.UpAsync(default)).ShouldBe("left3 right1 right2 right3");

        await RefusesAsync(() => migrator.DownAsync("base", 3, default), "base carries the other modules: take back left, right first.");
        await RefusesAsync(() => migrator.DownAsync(new DownRequest { Module = "left", To = 4 }, default), "left is at 0003, below 0004");
        (await migrator.PlanAsync(new DownRequest { Module = "left", To = 1 }, default)).Steps.Count.ShouldBe(2);
        Names(await migrator.DownAsync(new DownRequest { Module = "left", To = 1 }, default)).ShouldBe("left3 left2");
        Names(await migrator.DownAsync("base", 1, default)).ShouldBe("base3");
        Names(await migrator.DownAsync(new DownRequest(), default)).ShouldBe("right3 right2 right1 left1 base2 base1");
        (await migrator.HistoryAsync(default)).Count.ShouldBe(18);

        static string Names(IEnumerable<Migration> steps) => string.Join(' ', steps.Select(m => $"{m.Module}{m.Number}"));
    }

    [Theory, EachEngine]
    public async Task A_backup_is_taken_once_before_the_first_step_and_only_of_something(Engine engine)
    {
        await using var module = await SmallModule.CreateAsync(engine);
        var migrations = module.Two();
        var taken = new List<int>();
        var migrator = module.Migrator(migrations);
        async Task TakeAsync(CancellationToken cancel) => taken.Add((await migrator.StatusAsync(cancel)).Count(s => s.AppliedAt is not null));
        await migrator.UpAsync(new UpRequest { To = ("m", 1), Backup = TakeAsync }, default);
        taken.ShouldBeEmpty("there was nothing to back up");
        await migrator.UpAsync(new UpRequest { Backup = TakeAsync }, default);
        await migrator.UpAsync(new UpRequest { Backup = TakeAsync }, default);
        await migrator.DownAsync(new DownRequest { Backup = TakeAsync }, default);
        taken.ShouldBe([1, 2]);

        await migrator.UpAsync(new UpRequest { To = ("m", 1) }, default);
        await Should.ThrowAsync<IOException>(() => migrator.UpAsync(new UpRequest { Backup = _ => throw new IOException("the disk is full") }, default));
        (await migrator.StatusAsync(default))[1].AppliedAt.ShouldBeNull("without its backup no step is taken");
    }

    private static async Task RefusesAsync(Func<Task> act, string because) => (await Should.ThrowAsync<MigrationException>(act)).Message.ShouldContain(because);
}
