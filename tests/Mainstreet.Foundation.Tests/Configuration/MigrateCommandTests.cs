using System.Text.Json;

using Mainstreet.Commands;
using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Configuration;

[Trait("kind", "db")]
public sealed class MigrateCommandTests
{
    [Theory, EachEngine]
    public async Task Plan_and_dry_runs_say_what_would_be_done_and_change_nothing(Engine engine)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(engine);
        var plan = await RunAsync(database, "migrate", "plan");
        plan.Code.ShouldBe(0, plan.Error);
        plan.Output.ShouldContain("would apply foundation/0001_foundation");
        plan.Output.ShouldContain("CREATE TABLE");
        plan.Output.ShouldNotContain("backup");
        (await RunAsync(database, "migrate", "up", "--dry-run")).Output.ShouldBe(plan.Output);
        (await RunAsync(database, "migrate", "status")).Code.ShouldBe(1);

        var json = JsonDocument.Parse((await RunAsync(database, "migrate", "plan", "--json", "--to", "foundation/0002")).Output).RootElement;
        json.GetProperty("engine").GetString().ShouldBe(engine == Engine.Postgres ? "postgres" : "sqlite");
        var steps = json.GetProperty("steps").EnumerateArray().ToList();
        steps.Select(s => s.GetProperty("number").GetInt32()).ShouldBe([1, 2]);
        steps[0].GetProperty("statements")[0].GetProperty("text").GetString()!.ShouldStartWith("CREATE");
        (await TablesAsync(database)).ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task A_run_is_backed_up_and_the_backup_gives_back_the_rows_and_the_history(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        var plan = await RunAsync(database, "migrate", "down", "--module", "trades", "--to", "1", "--dry-run");
        plan.Output.ShouldContain("would take back trades/0002_contractors");
        plan.Output.ShouldContain("would take a backup first");
        var down = await RunAsync(database, "migrate", "down", "--module", "trades", "--to", "1");
        down.Code.ShouldBe(0, down.Error);
        var backup = down.Output.Split('\n')[0].After("backed up to ");
        (await RunAsync(database, "migrate", "down", "--module", "trades", "--to", "1")).Error.ShouldContain("nothing to take back of 'trades'");

        await using var other = await TestDatabase.CreateEmptyAsync(engine);
        using (var host = MainstreetHost.Build([$"--Data={other.Data.Root}", .. other.Settings.Select(s => $"--{s.Key}={s.Value}")]))
        {
            var restored = await host.Services.GetRequiredService<IBackups>().RestoreAsync(new RestoreRequest(backup), default);
            restored.Migrations.ShouldBe(MainstreetHost.MigrationSources().Sum(s => s.Load(engine).Count));
        }

        var check = await RunAsync(other, "migrate", "check");
        check.Code.ShouldBe(0, check.Error);
        (await RunAsync(other, "migrate", "status")).Code.ShouldBe(0, "the backup is from before the step down");
    }

    [Theory, EachEngine]
    public async Task Status_tells_who_and_when_and_what_was_changed_by_hand(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        var status = await RunAsync(database, "migrate", "status");
        status.Code.ShouldBe(0, status.Error);
        status.Output.ShouldContain($"{Environment.UserName}@{Environment.MachineName} (0.");
        (await RunAsync(database, "migrate", "check")).Output.ShouldContain("as its steps left it");

        await using (var connection = await database.Storage.OpenAsync(default))
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = $"ALTER TABLE {database.Storage.Table("trades", "tickets")} ADD COLUMN mine integer";
            await command.ExecuteNonQueryAsync();
        }

        var json = await RunAsync(database, "migrate", "status", "--json", "--history");
        json.Code.ShouldBe(1);
        var answer = JsonDocument.Parse(json.Output).RootElement;
        answer.GetProperty("isAtHead").GetBoolean().ShouldBeTrue();
        answer.GetProperty("problems")[0].GetString()!.ShouldStartWith("trades.tickets.mine: column that no migration made");
        answer.GetProperty("history")[0].GetProperty("kind").GetString().ShouldBe("up");
        (await RunAsync(database, "migrate", "check")).Error.ShouldContain("trades.tickets.mine");
        (await RunAsync(database, "migrate", "down", "--module", "trades")).Error.ShouldContain("--accept-drift");
        (await RunAsync(database, "migrate", "check", "--accept-drift")).Code.ShouldBe(0);
        (await RunAsync(database, "migrate", "status", "--history")).Output.ShouldContain("accepted  trades/0002");
    }

    [Fact]
    public async Task Wrong_calls_are_refused_and_the_lint_has_nothing_to_say()
    {
        await using var database = await TestDatabase.CreateEmptyAsync(Engine.Sqlite);
        foreach (var (call, told) in new[]
        {
            ("down", "needs --module X, or --all"), ("down --module trades --all", "needs --module X, or --all"), ("down --all --steps 1", "goes without"),
            ("down --module trades --to 1 --steps 1", "exclude each other"), ("up --to trades", "module/number"), ("down --module trades --steps 0", "at least 1"),
        })
        {
            var refused = await RunAsync(database, ["migrate", .. call.Split(' ')]);
            refused.Code.ShouldBe(1, call);
            (refused.Error + refused.Output).ShouldContain(told, Case.Sensitive, call);
        }

        var lint = await RunAsync(database, "migrate", "lint");
        lint.Code.ShouldBe(0, lint.Error);
        lint.Output.ShouldContain("no finding");
    }

    private static async Task<long> TablesAsync(TestDatabase database)
    {
        await using var connection = await database.Storage.OpenAsync(default);
        await using var command = connection.CreateCommand();
        command.CommandText = database.Engine == Engine.Postgres
            ? "SELECT count(*) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')" : "SELECT count(*) FROM sqlite_master";
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(TestDatabase database, params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await RootCommandFactory.Create(MainstreetHost.Build)
            .Parse([.. arguments, "--data", database.Data.Root, .. database.Settings.Select(s => $"--{s.Key}={s.Value}")])
            .InvokeAsync(new() { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}

file static class Lines
{
    /// <summary>The rest of a line that starts as it should.</summary>
    internal static string After(this string line, string start)
    {
        line.ShouldStartWith(start);
        return line[start.Length..].TrimEnd();
    }
}
