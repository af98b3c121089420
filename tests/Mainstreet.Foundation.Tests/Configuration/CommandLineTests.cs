using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Configuration;

[Trait("kind", "db")]
public sealed class CommandLineTests
{
    [Fact]
    public async Task Config_check_lists_errors_of_several_sections_and_exits_with_78()
    {
        var (code, _, error) = await CommandLine.RunAsync("config", "check", "--Database:Provider", "mysql", "--Live:QueueLength=abc", "--Web:Burst", "0");
        code.ShouldBe(78);
        error.ShouldContain("The configuration has 3 errors:");
        error.ShouldContain("Database:Provider (Database__Provider) = 'mysql', command line --Database:Provider: must be 'sqlite' or 'postgres'");
        error.ShouldContain("Live:QueueLength (Live__QueueLength) = 'abc'");
        error.ShouldContain("Web:Burst (Web__Burst) = '0'");
    }

    [Fact]
    public async Task Serve_refuses_a_wrong_configuration_in_the_same_words()
    {
        var (code, _, error) = await CommandLine.RunAsync("serve", "--Database:Provider", "postgres", "--Web:Burst", "0");
        code.ShouldBe(78);
        error.ShouldContain("The configuration has 2 errors:");
        error.ShouldContain("must be set when Database:Provider is 'postgres'");
        error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Config_show_masks_secrets_and_names_sources()
    {
        var (code, output, error) = await CommandLine.RunAsync("config", "show", "--Database:Provider=postgres", "--Database:ConnectionString=Host=x;Password=hunter22");
        code.ShouldBe(0);
        (output + error).ShouldNotContain("hunter22");
        Line(output, "Database:ConnectionString").ShouldEndWith("command line --Database:ConnectionString");
        Line(output, "Database:ConnectionString").ShouldContain("(secret)");
        Line(output, "Database:MaxPoolSize").ShouldMatch(@"48\s+default");
    }

    [Fact]
    public async Task An_unreachable_database_is_one_line_and_69()
    {
        foreach (var command in new[] { new[] { "migrate" }, ["migrate", "status"], ["audit", "verify"] })
        {
            var (code, output, error) = await CommandLine.RunAsync(
                [.. command, "--Database:Provider=postgres", "--Database:ConnectionString=Host=127.0.0.1;Port=1;Username=x;Password=hunter22"]);
            code.ShouldBe(69);
            output.ShouldBeEmpty();
            error.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain("the database cannot be reached");
            error.ShouldNotContain("hunter22");
        }
    }

    [Theory]
    [InlineData("there is no command 'srve'; did you mean 'serve'?", "srve")]
    [InlineData("'nonsense' is not understood here", "migrate", "nonsense")]
    [InlineData("--Web:Burst has no value", "config", "check", "--Web:Burst")]
    public async Task A_wrong_call_is_explained(string expected, params string[] arguments)
    {
        var (code, _, error) = await CommandLine.RunAsync(arguments);
        code.ShouldBe(64);
        error.ShouldContain(expected);
    }

    [Fact]
    public async Task An_unknown_module_is_named()
    {
        var (code, _, error) = await CommandLine.RunAsync("config", "check", "--modules", "trades,shoes");
        code.ShouldBe(78);
        error.ShouldContain("There is no module 'shoes'");
    }

    [Theory, EachEngine]
    public async Task Migrate_takes_back_and_applies_again(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        (await CommandLine.RunAsync(database, "migrate")).Output.ShouldContain("at head");
        (await CommandLine.RunAsync(database, "migrate", "status")).Code.ShouldBe(0);

        var down = await CommandLine.RunAsync(database, "migrate", "down", "--module", "trades", "--steps", "1");
        down.Code.ShouldBe(0, down.Error);
        down.Output.Split('\n')[^2].ShouldStartWith("took back trades/");
        var status = await CommandLine.RunAsync(database, "migrate", "status");
        status.Code.ShouldBe(1);
        status.Output.ShouldContain("not applied");

        (await CommandLine.RunAsync(database, "migrate", "up", "--no-backup")).Output.ShouldStartWith("applied trades/");
        (await CommandLine.RunAsync(database, "migrate", "down", "--module", "nobody")).Code.ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task Foundations_audit_migration_has_a_way_back(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        var migrator = new Migrator(database.Storage, [new MigrationSource("foundation", typeof(FoundationDb).Assembly)], TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Migrator>.Instance);
        var all = await migrator.DownAsync("foundation", 100, TestContext.Current.CancellationToken);
        all.ShouldContain(m => m.Name == "audit_checkpoints");
        (await migrator.UpAsync(TestContext.Current.CancellationToken)).Count.ShouldBe(all.Count);
    }

    [Theory, EachEngine]
    public async Task Admin_create_makes_an_audited_account_and_audit_verify_finds_tampering_with_it(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        Environment.SetEnvironmentVariable("MAINSTREET_ADMIN_PASSWORD", "Long-enough-1");
        var created = await CommandLine.RunAsync(database, "admin", "create", "--email", "boss@example.test", "--display-name", "Boss");
        created.Code.ShouldBe(0, created.Error);
        var again = await CommandLine.RunAsync(database, "admin", "create", "--email", "boss@example.test", "--display-name", "Boss");
        again.Code.ShouldBe(1);
        again.Error.ShouldContain("email_taken");
        (created.Output + created.Error + again.Error).ShouldNotContain("Long-enough-1");

        var whole = await CommandLine.RunAsync(database, "audit", "verify");
        whole.Code.ShouldBe(0, whole.Error);
        whole.Output.ShouldContain("the trail is whole");
        var unknown = await CommandLine.RunAsync(database, "audit", "verify", "--expect", new string('a', 64));
        unknown.Code.ShouldBe(1);
        unknown.Error.ShouldContain("no checkpoint carries the expected hash");

        var table = database.Storage.Table("foundation", "audit");
        await using (var connection = await database.Storage.OpenAsync(TestContext.Current.CancellationToken))
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = engine == Engine.Postgres
                ? $"ALTER TABLE {table} DISABLE TRIGGER ALL; UPDATE {table} SET action = 'nothing.happened'"
                : $"DROP TRIGGER foundation_audit_no_update; UPDATE {table} SET action = 'nothing.happened'";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var broken = await CommandLine.RunAsync(database, "audit", "verify");
        broken.Code.ShouldBe(1);
        broken.Error.ShouldContain("row 1: the row was changed");
    }

    private static string Line(string output, string key) => output.Split('\n').Single(l => l.StartsWith(key + " ", StringComparison.Ordinal)).TrimEnd();
}
