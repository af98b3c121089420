using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Schema;
using Mainstreet.Testing;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Schema;

[Trait("kind", "db")]
public sealed class SchemaValidationTests
{
    private const string Concurrently = "-- no transaction\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a_unique ON m.a (note);";

    [Theory, EachEngine(Engine.Sqlite)]
    public async Task Rows_without_their_parents_stop_a_step_and_are_told_by_check(Engine engine)
    {
        await using var module = await SmallModule.CreateAsync(engine);
        var migrations = module.Two();
        await module.Migrator(migrations).UpAsync(default);
        await module.RunAsync("PRAGMA foreign_keys = 0; INSERT INTO m_b (id, a_id) VALUES (1, 7), (2, 8); PRAGMA foreign_keys = 1");
        var migrator = module.Migrator([.. migrations, new Migration("m", 3, "third", "SELECT 1", "SELECT 1")]);
        const string Told = "m_b: 2 rows point to rows of m_a that do not exist";
        (await migrator.InspectAsync(true, default)).Invalid.ShouldBe([Told]);
        (await Should.ThrowAsync<MigrationException>(() => migrator.UpAsync(default))).Message.ShouldContain(Told);
        (await migrator.StatusAsync(default))[2].AppliedAt.ShouldBeNull();
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task A_constraint_may_wait_for_its_validation_between_steps_and_not_at_head(Engine engine)
    {
        await using var module = await SmallModule.CreateAsync(engine);
        var add = new Migration("m", 3, "third", "ALTER TABLE m.a ADD CONSTRAINT longer CHECK (length(note) > 1) NOT VALID", "ALTER TABLE m.a DROP CONSTRAINT longer");
        var validate = new Migration("m", 4, "fourth", "ALTER TABLE m.a VALIDATE CONSTRAINT longer", "SELECT 1");
        var whole = module.Migrator([.. module.Two(), add, validate]);
        (await whole.UpAsync(new UpRequest { To = ("m", 3) }, default)).Count.ShouldBe(3);
        (await whole.UpAsync(default)).Single().ShouldBe(validate);
        await whole.DownAsync("m", 2, default);

        var half = module.Migrator([.. module.Two(), add]);
        (await Should.ThrowAsync<MigrationException>(() => half.UpAsync(default))).Message.ShouldContain("m.a.longer: constraint is NOT VALID");
        (await half.InspectAsync(true, default)).Problems.ShouldHaveSingleItem().ShouldContain("m.a.longer");
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task An_index_whose_building_was_cut_off_is_built_again(Engine engine)
    {
        await using var module = await SmallModule.CreateAsync(engine);
        var migrator = module.Migrator([.. module.Two(), new Migration("m", 3, "third", Concurrently, "DROP INDEX m.a_unique")]);
        await migrator.UpAsync(new UpRequest { To = ("m", 2) }, default);
        await module.RunAsync("INSERT INTO m.a (id, note) VALUES (1, 'same'), (2, 'same')");
        (await Should.ThrowAsync<MigrationException>(() => migrator.UpAsync(default))).Message.ShouldContain("m/0003_third failed at line 2");
        (await migrator.InspectAsync(true, default)).Problems.ShouldBe(["m.a_unique: index is invalid: drop it and build it again"]);

        await module.RunAsync("DELETE FROM m.a WHERE id = 2");
        (await migrator.UpAsync(default)).Single().Number.ShouldBe(3);
        (await migrator.InspectAsync(true, default)).Problems.ShouldBeEmpty();
        (await module.CountAsync("SELECT count(*) FROM pg_index i WHERE i.indexrelid = 'm.a_unique'::regclass AND i.indisvalid")).ShouldBe(1);
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task Who_waits_for_the_lock_is_not_waited_for_by_an_index_that_is_built_concurrently(Engine engine)
    {
        await using var module = await SmallModule.CreateAsync(engine);
        var migrations = (Migration[])[.. module.Two(), new Migration("m", 3, "third", Concurrently, "DROP INDEX m.a_unique")];
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => module.Migrator(migrations).UpAsync(default)));
        applied.SelectMany(a => a).Select(m => m.Number).Order().ShouldBe([1, 2, 3]);
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task A_step_whose_table_is_in_use_lets_others_pass_and_comes_back(Engine engine)
    {
        await using var module = await SmallModule.CreateAsync(engine);
        var migrations = module.Two();
        await module.Migrator(migrations[0]).UpAsync(default);
        await using var reader = await module.OpenAsync();
        await using var transaction = await reader.BeginTransactionAsync();
        await using var command = reader.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT count(*) FROM m.a";
        await command.ExecuteScalarAsync();

        var log = new WaitingSignal();
        var running = module.Migrator(log, migrations).UpAsync(default);
        await log.Heard.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        running.IsCompleted.ShouldBeFalse();
        await transaction.RollbackAsync();
        (await running).Single().Number.ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task Statement_by_statement_makes_what_the_whole_files_make(Engine engine)
    {
        var sources = MainstreetHost.MigrationSources();
        await using var stepped = await TestDatabase.CreateAsync(engine, sources);
        await using var whole = await TestDatabase.CreateEmptyAsync(engine);
        await using (var connection = await whole.Storage.OpenAsync(default))
        {
            await using var command = connection.CreateCommand();
            command.CommandTimeout = 120;
#pragma warning disable CA2100 // The program's own migrations.
            command.CommandText = (engine == Engine.Postgres ? "CREATE SCHEMA foundation;" : "") + string.Concat(sources.SelectMany(s => s.Load(engine)).Select(m => m.Up + "\n;\n"));
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }

        foreach (var source in sources)
        {
            var expected = await Of(whole).SnapshotAsync(source.Module, default);
            expected.Text.Length.ShouldBeGreaterThan(500);
            (await Of(stepped).SnapshotAsync(source.Module, default)).Text.ShouldBe(expected.Text);
        }

        Migrator Of(TestDatabase database) => new(database.Storage, sources, TimeProvider.System, NullLogger<Migrator>.Instance);
    }

    [Theory, EachEngine]
    public async Task Up_down_and_up_again_leave_the_same_schema_and_the_same_checksums(Engine engine)
    {
        var sources = MainstreetHost.MigrationSources();
        await using var database = await TestDatabase.CreateAsync(engine, sources);
        var migrator = new Migrator(database.Storage, sources, TimeProvider.System, NullLogger<Migrator>.Instance);
        var before = await StandAsync();
        var all = sources.Sum(s => s.Load(engine).Count);
        (await migrator.DownAsync(new DownRequest(), default)).Count.ShouldBe(all);
        foreach (var source in sources) (await migrator.SnapshotAsync(source.Module, default)).Text.ShouldBeEmpty();
        (await migrator.UpAsync(default)).Count.ShouldBe(all);
        (await StandAsync()).ShouldBe(before);
        (await migrator.InspectAsync(true, default)).Problems.ShouldBeEmpty();

        async Task<List<string>> StandAsync()
        {
            var lines = (await migrator.InspectAsync(false, default)).States.Select(s => $"{s.Migration.Module}/{s.Migration.Number} {s.Step!.Checksum} {s.Step.Schema.Fingerprint}").ToList();
            foreach (var source in sources) lines.Add((await migrator.SnapshotAsync(source.Module, default)).Fingerprint);
            return lines;
        }
    }

    /// <summary>Hears that a step gave up waiting for a table.</summary>
    private sealed class WaitingSignal : ILogger<Migrator>
    {
        private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Heard => _heard.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 1003) _heard.TrySetResult();
        }
    }
}
