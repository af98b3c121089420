using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

using Mainstreet.Acceptance.Contract;
using Mainstreet.Acceptance.Recovery;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Npgsql;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Operations;

/// <summary>The steps of the runbooks, taken from the pages themselves and walked on a program that runs.</summary>
[Trait("kind", "recovery")]
public sealed partial class RunbookTests
{
    private const string Another = "Another-long-1";

    [Fact]
    public async Task Every_statement_in_them_is_one_that_the_database_takes()
    {
        await using var database = await PostgresAsync();
        var statements = Runbook.Statements();
        statements.Count.ShouldBeGreaterThanOrEqualTo(15);
        await using var roles = await RolesOf.MakeAsync(database);
        var refused = new List<string>();
        foreach (var (page, sql) in statements)
        {
            await using var connection = new NpgsqlConnection(database.Options.ConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            // What stands for something of the reader's own, and the transaction that the page opens itself.
            var text = Turns().Replace(roles.In(sql), "").Replace("PID", "0", StringComparison.Ordinal).Replace("= ...", $"= '{Guid.Empty}'", StringComparison.Ordinal);
            await using var command = new NpgsqlCommand(text, connection, transaction);
            try
            {
                await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }
            catch (PostgresException exception)
            {
                refused.Add($"{page}: {sql}: {exception.MessageText}");
            }
        }

        refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task Signing_keys_that_leaked_are_believed_no_more()
    {
        await using var database = await PostgresAsync();
        JsonElement tokens;
        await using (var before = await ServerProcess.StartAsync(database))
        {
            tokens = await EnterAsync(before.Address, "pat@example.test");
            (await MeAsync(before.Address, tokens)).ShouldBe(200);
            await before.TerminateAsync();
        }

        foreach (var block in Runbook.Blocks("runbooks/rotate-secrets.md", "Signing keys", "sql")) await ExecuteAsync(database, block);
        await using var after = await ServerProcess.StartAsync(database);
        (await MeAsync(after.Address, tokens)).ShouldBe(401);
        using var http = Person.ClientOf(after.Address);
        var fresh = await http.TryAsync(HttpMethod.Post, "/v1/auth/refresh", new { refreshToken = tokens.GetProperty("refreshToken").GetString() });
        fresh.Status.ShouldBe(200, fresh.Body);
        (await MeAsync(after.Address, fresh.Json)).ShouldBe(200);
    }

    [Fact]
    public async Task The_ring_that_leaked_goes_with_what_is_under_it_and_people_come_back_by_their_passwords()
    {
        await using var database = await PostgresAsync();
        JsonElement tokens;
        await using (var before = await ServerProcess.StartAsync(database))
        {
            tokens = await EnterAsync(before.Address, "pat@example.test");
            await EnrolAsync(before.Address, tokens);
            (await SignInAsync(before.Address, "pat@example.test", TestUser.Password)).Code.ShouldBe("second_factor_required");
            await before.TerminateAsync();
        }

        foreach (var block in Runbook.Blocks("runbooks/rotate-secrets.md", "The data-protection ring", "sql")) await ExecuteAsync(database, block);
        await using var after = await ServerProcess.StartAsync(database);
        (await MeAsync(after.Address, tokens)).ShouldBe(401);
        using var http = Person.ClientOf(after.Address);
        (await http.TryAsync(HttpMethod.Post, "/v1/auth/refresh", new { refreshToken = tokens.GetProperty("refreshToken").GetString() })).Status.ShouldBe(401);
        var again = await SignInAsync(after.Address, "pat@example.test", TestUser.Password);
        again.Status.ShouldBe(200, again.Body);
        await EnrolAsync(after.Address, again.Json);
        (await SignInAsync(after.Address, "pat@example.test", TestUser.Password)).Code.ShouldBe("second_factor_required");
    }

    [Theory, EachEngine]
    public async Task A_stolen_account_is_closed_and_its_owner_let_in_again(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        await using var server = await ServerProcess.StartAsync(database);
        var thief = await EnterAsync(server.Address, "dora@example.test");
        var settings = new Dictionary<string, string?>(database.Settings) { ["Data"] = database.Data.Root, ["MAINSTREET_ADMIN_PASSWORD"] = Another };
        var run = await Runbook.RunAsync(Runbook.Blocks("runbooks/incident.md", "A stolen account", "bash").ShouldHaveSingleItem(), settings);
        run.ExitCode.ShouldBe(0, run.Said);
        await Person.UntilAsync(async () => await MeAsync(server.Address, thief) == 401, TimeSpan.FromSeconds(10));
        (await SignInAsync(server.Address, "dora@example.test", TestUser.Password)).Code.ShouldBe("invalid_credentials");
        (await SignInAsync(server.Address, "dora@example.test", Another)).Status.ShouldBe(200);
        foreach (var action in new[] { "account.disabled", "password.reset", "account.enabled" })
            (await database.CountAsync($"SELECT count(*) FROM {database.Table("audit")} WHERE action = '{action}'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_database_password_changes_by_two_roles_that_take_turns()
    {
        NeedsTrustingServer();
        await using var database = await TestDatabase.CreateEmptyAsync(Engine.Postgres);
        await using var roles = await RolesOf.MakeAsync(database);
        await ExecuteAsync(database, $"CREATE EXTENSION postgis; ALTER DATABASE {database.DatabaseName()} OWNER TO {roles.First}; GRANT ALL ON SCHEMA public TO {roles.First}");
        var settings = roles.Settings(roles.First);
        var migrated = await ProgramRun.MainstreetAsync(settings, null, "migrate", "--no-backup", "--data", database.Data.Root);
        migrated.ExitCode.ShouldBe(0, migrated.Said);

        foreach (var block in Runbook.Blocks("runbooks/rotate-secrets.md", "The database password", "sql")) await ExecuteAsync(database, roles.In(block));
        var turned = roles.Settings(roles.Second);
        (await ProgramRun.MainstreetAsync(turned, null, "migrate", "status", "--data", database.Data.Root)).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(0, r.Said));
        await using (var server = await ServerProcess.StartAsync(turned, database.Data.Root))
        {
            await EnterAsync(server.Address, "pat@example.test");
        }

        // What the second role makes is the first one's, so the next turn needs nothing.
        foreach (var step in new string[][] { ["migrate", "down", "--module", "store", "--steps", "1", "--no-backup"], ["migrate", "--no-backup"] })
            (await ProgramRun.MainstreetAsync(turned, null, [.. step, "--data", database.Data.Root])).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(0, r.Said));
        (await database.CountAsync("SELECT count(*) FROM pg_tables WHERE schemaname IN ('access', 'store', 'foundation') AND tableowner <> '" + roles.First + "'")).ShouldBe(0);
        (await ProgramRun.MainstreetAsync(settings, null, "migrate", "check", "--data", database.Data.Root)).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(0, r.Said));
    }

    [Fact]
    public async Task A_backup_is_restored_beside_the_old_database_and_served()
    {
        await using var database = await PostgresAsync();
        await using var roles = await RolesOf.MakeAsync(database);
        var folder = Directory.CreateTempSubdirectory("mainstreet-runbook-");
        var restored = $"{database.DatabaseName()}_restored";
        var settings = new Dictionary<string, string?>(database.Settings) { ["Data"] = database.Data.Root, ["Backup:Folder"] = folder.FullName };
        try
        {
            await using (var server = await ServerProcess.StartAsync(database))
            {
                await EnterAsync(server.Address, "pat@example.test");
                var taken = await ProgramRun.MainstreetAsync(settings, null, "backup");
                taken.ExitCode.ShouldBe(0, taken.Said);
                await EnterAsync(server.Address, "late@example.test");
            }

            var backup = Directory.GetDirectories(folder.FullName).ShouldHaveSingleItem();
            var at = new NpgsqlConnectionStringBuilder(database.Options.ConnectionString);
            var run = await Runbook.RunAsync(
                Runbook.Blocks("runbooks/restore.md", "On PostgreSQL, with several replicas", "bash").ShouldHaveSingleItem(), settings,
                ("-h db", $"-h {at.Host} -p {at.Port}"), ("-U postgres", $"-U {at.Username}"), ("Host=db", $"Host={at.Host};Port={at.Port}"), ("-O mainstreet", $"-O {roles.First}"),
                ("Username=mainstreet", $"Username={roles.First}"), ("mainstreet_restored", restored), ("FOLDER", backup), ("/srv/mainstreet/restored", Path.Combine(folder.FullName, "files")));
            run.ExitCode.ShouldBe(0, run.Said);

            var into = new Dictionary<string, string?>(roles.Settings(roles.First, restored)) { ["Data"] = Path.Combine(folder.FullName, "data"), ["Files:Root"] = Path.Combine(folder.FullName, "files") };
            foreach (var step in new string[][] { ["migrate", "status"], ["audit", "verify"] })
                (await ProgramRun.MainstreetAsync(into, null, step)).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(0, r.Said));
            await using var next = await ServerProcess.StartAsync(into, Path.Combine(folder.FullName, "data"));
            (await SignInAsync(next.Address, "pat@example.test", TestUser.Password)).Status.ShouldBe(200);
            // From after the backup.
            (await SignInAsync(next.Address, "late@example.test", TestUser.Password)).Code.ShouldBe("invalid_credentials");
            var smoke = await ProgramRun.MainstreetAsync(into, null, "smoke", "--target", next.Address.ToString(), "--read-only");
            smoke.ExitCode.ShouldBe(0, smoke.Said);
        }
        finally
        {
            NpgsqlConnection.ClearAllPools();
            await ExecuteAsync(database, $"DROP DATABASE IF EXISTS {restored} WITH (FORCE)");
            folder.Delete(true);
        }
    }

    [Theory, EachEngine]
    public async Task A_step_of_the_schema_is_taken_back_with_a_backup_before_it(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        var backups = Directory.CreateTempSubdirectory("mainstreet-runbook-");
        try
        {
            var settings = new Dictionary<string, string?>(database.Settings) { ["Data"] = database.Data.Root, ["Backup:Folder"] = backups.FullName };
            var run = await Runbook.RunAsync(Runbook.Blocks("runbooks/roll-back.md", "When the schema itself is the trouble", "bash").ShouldHaveSingleItem(), settings);
            run.ExitCode.ShouldBe(0, run.Said);
            Directory.GetDirectories(backups.FullName).ShouldHaveSingleItem();
            (await ProgramRun.MainstreetAsync(settings, null, "migrate", "status")).ExitCode.ShouldBe(1);
            (await ProgramRun.MainstreetAsync(settings, null, "migrate", "--no-backup")).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(0, r.Said));
            (await ProgramRun.MainstreetAsync(settings, null, "migrate", "check")).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(0, r.Said));
        }
        finally
        {
            backups.Delete(true);
        }
    }

    /// <summary>A server that lets everybody in: the pages' commands hold passwords of the reader's own.</summary>
    private static void NeedsTrustingServer()
    {
        Assert.SkipUnless(TestDatabase.WhyNoPostgres is null, TestDatabase.WhyNoPostgres ?? "");
        var server = new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable("MAINSTREET_TEST_POSTGRES"));
        Assert.SkipWhen(!string.IsNullOrEmpty(server.Password) && Environment.GetEnvironmentVariable("CI") is not "true", "MAINSTREET_TEST_POSTGRES asks for a password");
    }

    private static Task<TestDatabase> PostgresAsync()
    {
        NeedsTrustingServer();
        return TestDatabase.CreateAsync(Engine.Postgres, MainstreetHost.MigrationSources());
    }

    private static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.Options.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<JsonElement> EnterAsync(Uri server, string email)
    {
        using var http = Person.ClientOf(server);
        var registered = await http.TryAsync(HttpMethod.Post, "/v1/auth/register", new { email, password = TestUser.Password, displayName = "Somebody", role = "customer" });
        registered.Status.ShouldBe(201, registered.Body);
        var signedIn = await SignInAsync(server, email, TestUser.Password);
        signedIn.Status.ShouldBe(200, signedIn.Body);
        return signedIn.Json;
    }

    private static async Task<Answer> SignInAsync(Uri server, string email, string password)
    {
        using var http = Person.ClientOf(server);
        return await http.TryAsync(HttpMethod.Post, "/v1/auth/login", new { email, password });
    }

    private static async Task<int> MeAsync(Uri server, JsonElement tokens)
    {
        using var http = Person.ClientOf(server, tokens.GetProperty("accessToken").GetString());
        return (await http.TryAsync(HttpMethod.Get, "/v1/auth/me")).Status;
    }

    /// <summary>Turns an authenticator on.</summary>
    private static async Task EnrolAsync(Uri server, JsonElement tokens)
    {
        using var http = Person.ClientOf(server, tokens.GetProperty("accessToken").GetString());
        var begun = await http.TryAsync(HttpMethod.Post, "/v1/auth/2fa/totp");
        begun.Status.ShouldBe(200, begun.Body);
        var on = await http.TryAsync(HttpMethod.Post, "/v1/auth/2fa/totp/verify", new { code = Code(begun.Json.GetProperty("secret").GetString()!) });
        on.Status.ShouldBe(200, on.Body);
    }

    /// <summary>RFC 6238 by its text: HMAC-SHA-1, thirty seconds, six digits; the key in Base32.</summary>
    private static string Code(string secret)
    {
        var bits = string.Concat(secret.TrimEnd('=').Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var key = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        var step = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // What authenticators use.
        var hash = HMACSHA1.HashData(key, step);
#pragma warning restore CA5350
        var number = (BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue) % 1_000_000;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(begin|commit);$", RegexOptions.Multiline)]
    private static partial Regex Turns();

    /// <summary>Two roles for a test, named as nobody else's: the server's, so they outlive its databases.</summary>
    private sealed partial class RolesOf : IAsyncDisposable
    {
        private readonly TestDatabase _database;

        private RolesOf(TestDatabase database) => (_database, First) = (database, $"role_{database.DatabaseName()}");

        internal string First { get; }

        internal string Second => $"{First}_b";

        internal static async Task<RolesOf> MakeAsync(TestDatabase database)
        {
            var roles = new RolesOf(database);
            await roles.AdministerAsync($"CREATE ROLE {roles.First} LOGIN PASSWORD 'any'");
            return roles;
        }

        /// <summary>A statement of a page, about these roles.</summary>
        internal string In(string sql) => Pages().Replace(sql, m => m.Value == "mainstreet" ? First : Second);

        internal Dictionary<string, string?> Settings(string role, string? database = null)
        {
            var connection = new NpgsqlConnectionStringBuilder(_database.Options.ConnectionString) { Username = role, Password = "any" };
            if (database is not null) connection.Database = database;
            return new Dictionary<string, string?>(_database.Settings) { ["Database:ConnectionString"] = connection.ConnectionString };
        }

        public async ValueTask DisposeAsync()
        {
            NpgsqlConnection.ClearAllPools();
            await AdministerAsync($"DROP DATABASE IF EXISTS {_database.DatabaseName()} WITH (FORCE)");
            await AdministerAsync($"DROP ROLE IF EXISTS {Second}");
            await AdministerAsync($"DROP ROLE IF EXISTS {First}");
        }

        private async Task AdministerAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_database.Options.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        [GeneratedRegex(@"\bmainstreet(_b)?\b")]
        private static partial Regex Pages();
    }
}

file static class DatabaseNames
{
    /// <summary>Its name on the server.</summary>
    internal static string DatabaseName(this TestDatabase database) => new NpgsqlConnectionStringBuilder(database.Options.ConnectionString).Database!;
}
