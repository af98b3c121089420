using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Schema;
using Mainstreet.Testing;

using Microsoft.Extensions.Logging.Abstractions;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Recovery;

/// <summary>Migrations of an empty database, killed after any of their statements and run again; and several at once.</summary>
[Trait("kind", "recovery")]
public sealed class KilledMigrationTests
{
    [Theory, EachEngine]
    public async Task Killed_after_any_statement_the_next_run_makes_the_same_schema(Engine engine)
    {
        var expected = await UndisturbedAsync(engine);
        var last = Commands(engine);
        last.ShouldBeGreaterThan(300);
        // Evenly spread with the first and the last; all of them in the long run.
        var points = TestSeeds.Sweeping ? Enumerable.Range(1, last) : Enumerable.Range(0, 5).Select(i => 1 + i * (last - 1) / 4);
        foreach (var point in points)
        {
            await using var database = await TestDatabase.CreateEmptyAsync(engine);
            var (code, output) = await ProgramRun.RunAsync(database, Failpoints.AfterMigrationStatement(point), "migrate", "up");
            code.ShouldBe(137, $"not killed after {point}: {output}");
            var migrator = Of(database);
            var applied = (await migrator.StatusAsync(default)).Count(s => s.AppliedAt is not null);
            if (point == last) applied.ShouldBe(expected.Count);
            (await migrator.UpAsync(default)).Count.ShouldBe(expected.Count - applied, $"after {point}");
            (await StepsAsync(migrator)).ShouldBe(expected, $"after {point}");
            (await migrator.InspectAsync(true, default)).Problems.ShouldBeEmpty($"after {point}");
        }
    }

    [Theory, EachEngine]
    public async Task Four_processes_that_start_at_once_take_each_step_once(Engine engine)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(engine);
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ProgramRun.RunAsync(database, null, "migrate")));
        runs.ShouldAllBe(r => r.Code == 0, string.Join('\n', runs.Select(r => r.Output)));
        var expected = await UndisturbedAsync(engine);
        runs.Sum(r => r.Output.Split('\n').Count(l => l.StartsWith("applied ", StringComparison.Ordinal))).ShouldBe(expected.Count);
        (await StepsAsync(Of(database))).ShouldBe(expected);
    }

    /// <summary>
    /// The schema of the release before, as far as files tell: every module without its last step. The demo street is written at head and the last steps are taken
    /// back, so rows are as that release could have left them; what only its code would have written is not in it.
    /// </summary>
    [Theory, EachEngine]
    public async Task The_last_step_of_every_module_leaves_the_rows_that_were_there(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, seed: true);
        await app.Host.StopAsync();
        var migrator = Of(app.Database);
        var stepped = MainstreetHost.MigrationSources().Where(s => s.Load(engine).Count > 1).Reverse().ToList();
        foreach (var source in stepped) (await migrator.DownAsync(source.Module, 1, default)).Count.ShouldBe(1);
        var before = await TablesAsync(app.Database);
        var rows = await RowsAsync(app.Database, before);
        rows.Values.Sum(r => r.Count).ShouldBeGreaterThan(200);

        (await migrator.UpAsync(default)).Count.ShouldBe(stepped.Count);
        var after = await RowsAsync(app.Database, before);
        foreach (var (table, was) in rows) after[table].ShouldBe(was, table);
        (await migrator.InspectAsync(true, default)).Problems.ShouldBeEmpty();
    }

    private static async Task<List<string>> UndisturbedAsync(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        return await StepsAsync(Of(database));
    }

    private static async Task<List<string>> StepsAsync(Migrator migrator) =>
        [.. (await migrator.HistoryAsync(default)).Select(s => $"{s.Kind} {s.Module}/{s.Number} {s.Checksum} {s.Schema.Fingerprint}")];

    /// <summary>Statements, the two that record each step, and each commit.</summary>
    private static int Commands(Engine engine) =>
        MainstreetHost.MigrationSources().SelectMany(s => s.Load(engine)).Sum(m => SqlScript.Split(m.Up, engine).Count + 3);

    private static Migrator Of(TestDatabase database) =>
        new(database.Storage, MainstreetHost.MigrationSources(), TimeProvider.System, NullLogger<Migrator>.Instance);

    /// <summary>Tables of the modules with their columns, without the history.</summary>
    private static async Task<Dictionary<string, string>> TablesAsync(TestDatabase database)
    {
        var lines = await database.ReadAsync(database.Engine == Engine.Postgres
            ? """
              SELECT table_schema || '.' || table_name, string_agg(quote_ident(column_name), ', ' ORDER BY column_name) FROM information_schema.columns
              WHERE table_schema IN ('foundation', 'access', 'trades', 'occasions', 'store', 'careers', 'studio') AND table_name NOT LIKE 'migration%' GROUP BY 1
              """
            : """
              SELECT l.name, group_concat('"' || x.name || '"', ', ') FROM pragma_table_list l JOIN pragma_table_xinfo(l.name) x
              WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite_%' AND l.name NOT LIKE 'foundation_migration%' GROUP BY 1
              """);
        return lines.Select(l => l.Split('|')).ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal);
    }

    private static async Task<Dictionary<string, List<string>>> RowsAsync(TestDatabase database, Dictionary<string, string> tables)
    {
        var rows = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (table, columns) in tables)
            rows[table] = [.. (await database.ReadAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT {columns} FROM {table}"))).Order(StringComparer.Ordinal)];
        return rows;
    }
}
