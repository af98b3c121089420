using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Doctor;
using Mainstreet.Foundation.Doctor.Sqlite;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Tests.Configuration;
using Mainstreet.Testing;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Doctor;

/// <summary>The command, the checks that both engines have, and SQLite's own.</summary>
[Trait("kind", "db")]
public sealed class DoctorTests
{
    [Theory, EachEngine]
    public async Task The_command_tells_people_and_machines_and_its_exit_code_says_whether_it_is_serious(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        var backups = Directory.CreateDirectory(Path.Combine(database.Data.Root, "backups"));
        await File.WriteAllTextAsync(Path.Combine(backups.FullName, "today.dump"), "x", TestContext.Current.CancellationToken);
        var (code, output, error) = await CommandLine.RunAsync(database, "doctor", "--json", $"--Backup:Folder={backups.FullName}", "--Web:Brst=3");
        error.ShouldBeEmpty();
        var report = JsonDocument.Parse(output).RootElement;
        report.GetProperty("engine").GetString().ShouldBe(engine == Engine.Postgres ? "postgres" : "sqlite");
        report.GetProperty("checks").EnumerateArray().Where(c => c.GetProperty("failed").ValueKind != JsonValueKind.Null).ShouldBeEmpty();
        report.GetProperty("checks").GetArrayLength().ShouldBe(engine == Engine.Postgres ? 24 : 14);
        var findings = report.GetProperty("findings").EnumerateArray().ToList();
        findings.ShouldAllBe(f => f.GetProperty("remedy").GetString()!.Length > 0 && f.GetProperty("evidence").GetString()!.Length > 0);
        findings.ShouldContain(f => f.GetProperty("check").GetString() == "settings" && f.GetProperty("what").GetString() == "The setting Web:Brst is in doubt." && f.GetProperty("severity").GetString() == "low");
        findings.ShouldNotContain(f => f.GetProperty("check").GetString() == "migrations" || f.GetProperty("check").GetString() == "backups");
        code.ShouldBe(findings.Any(f => f.GetProperty("severity").GetString() == "high") ? 1 : 0);

        File.SetLastWriteTimeUtc(Path.Combine(backups.FullName, "today.dump"), DateTime.UnixEpoch);
        var (serious, text, _) = await CommandLine.RunAsync(database, "doctor", $"--Backup:Folder={backups.FullName}");
        serious.ShouldBe(1);
        text.ShouldContain("HIGH    backups: The newest backup is old.");
        text.ShouldMatch(@"\d+ checks on (postgres|sqlite), \d+ findings, [1-9]\d* serious");
    }

    [Fact]
    public async Task Without_a_database_it_says_so_and_exits_with_69()
    {
        var (code, output, error) = await CommandLine.RunAsync("doctor", "--json", "--Database:Provider=postgres", "--Database:ConnectionString=Host=127.0.0.1;Port=1;Username=x");
        code.ShouldBe(69);
        output.ShouldBeEmpty();
        error.ShouldContain("the database cannot be reached");
    }

    [Theory, EachEngine]
    public async Task Migrations_behind_events_given_up_and_work_that_waits_are_found(Engine engine)
    {
        await using var patient = await Patient.AdmitAsync(engine);
        (await patient.ExamineAsync("migrations")).ShouldBeEmpty();
        (await patient.ExamineAsync("work")).ShouldBeEmpty();
        var old = DateTimeOffset.UnixEpoch.AddYears(50);
        await using (var scope = patient.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<FoundationDb>();
            db.DeadEvents.Add(new DeadEventRow { EventId = Guid.CreateVersion7(), Module = "store", Key = "k", Name = "n", Payload = "{}", At = old, DeadAt = old });
            db.Jobs.Add(new JobRow { Id = Guid.CreateVersion7(), Kind = "nothing", Key = "k", DueAt = old, Dead = true });
            db.Outbox.Add(new OutboxRow { EventId = Guid.CreateVersion7(), Module = "store", Key = "k", Name = "n", Payload = "{}", At = old });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        (await patient.ExamineAsync("work")).Select(f => f.What).ShouldBe(
            ["Events wait in the outbox.", "Jobs are behind or were given up.", "Events were given up after their last delivery."], ignoreOrder: true);
        await patient.ExecuteAsync("SELECT kind, key, last_error FROM " + patient.Database.Storage.Table("foundation", "jobs") + " WHERE dead");
        await patient.ExecuteAsync($"DELETE FROM {patient.Database.Storage.Table("foundation", "migrations")} WHERE module = 'foundation' AND number = 3");
        (await patient.ExamineAsync("migrations")).ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Severity.ShouldBe(Severity.High), f => f.Remedy.ShouldBe("mainstreet migrate"));
    }

    [Fact]
    public async Task A_broker_that_is_away_is_found_without_its_password()
    {
        await using var patient = await Patient.AdmitAsync(Engine.Sqlite, null, "--Broker:Uri=amqp://app:hunter22@127.0.0.1:1/", "--Broker:ConnectTimeout=00:00:02");
        var found = (await patient.ExamineAsync("broker")).ShouldHaveSingleItem();
        found.Evidence.ShouldStartWith("127.0.0.1:1: ");
        (found.Evidence + found.Remedy).ShouldNotContain("hunter22");
    }

    [Theory]
    [InlineData(400, false, null)]
    [InlineData(20, true, "ends soon")]
    [InlineData(3, true, "ends soon")]
    [InlineData(-1, true, "has ended")]
    public async Task Certificates_of_configured_addresses_are_asked_for_their_end(int days, bool found, string? words)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = DateTimeOffset.UtcNow;
        using var made = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(days));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, certificate);
        await using var patient = await Patient.AdmitAsync(Engine.Sqlite, null, $"--Studio:PublicUrl=https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}");
        var finding = (await patient.ExamineAsync("certificates")).ShouldHaveSingleItem();
        finding.What.ShouldContain(found ? words! : "does not believe");
        finding.Severity.ShouldBe(days == 20 ? Severity.Medium : Severity.High);
        finding.Evidence.ShouldContain("of the setting Studio:PublicUrl");
        listener.Stop();
        await serving;
    }

    [Theory, EachEngine(Engine.Sqlite)]
    public async Task Keys_without_an_index_and_rows_that_point_nowhere_are_found(Engine engine)
    {
        await using var patient = await Patient.AdmitAsync(engine);
        (await patient.ExamineAsync("foreign-keys")).ShouldBeEmpty();
        (await patient.ExamineAsync("unindexed-foreign-keys")).ShouldNotContain(f => f.What.Contains("planted"));
        await patient.ExecuteAsync(
            "CREATE TABLE planted_parent (id INTEGER PRIMARY KEY, b INTEGER UNIQUE)",
            "CREATE TABLE planted_child (id INTEGER PRIMARY KEY REFERENCES planted_parent (id), parent_id INTEGER REFERENCES planted_parent (id), b INTEGER REFERENCES planted_parent (b))",
            "CREATE INDEX planted_covering ON planted_child (b, id)",
            "PRAGMA foreign_keys = OFF", "INSERT INTO planted_child (id, parent_id) VALUES (1, 7)", "PRAGMA foreign_keys = ON");
        var missing = (await patient.ExamineAsync("unindexed-foreign-keys")).Where(f => f.What.Contains("planted")).ToList();
        missing.ShouldHaveSingleItem().Remedy.ShouldBe("CREATE INDEX planted_child_parent_id ON planted_child (parent_id);");
        (await patient.ExamineAsync("foreign-keys")).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.Severity.ShouldBe(Severity.High), f => f.What.ShouldBe("Rows of planted_child point to rows of planted_parent that are not there."));
        await patient.ExecuteAsync(missing[0].Remedy);
        (await patient.ExamineAsync("unindexed-foreign-keys")).ShouldNotContain(f => f.What.Contains("planted"));
    }

    [Theory, EachEngine(Engine.Sqlite)]
    public async Task A_long_log_unused_pages_and_a_file_that_is_too_large_are_found(Engine engine)
    {
        await using var patient = await Patient.AdmitAsync(engine, s => s.AddSingleton(new DoctorLimits { WalBytes = 1_000_000, LeastFreePages = 100, SqliteBytes = 1_500_000 }));
        await patient.ExecuteAsync("CREATE TABLE planted (id INTEGER PRIMARY KEY, filling BLOB)", "PRAGMA wal_autocheckpoint = 0",
            "INSERT INTO planted (filling) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT zeroblob(4000) FROM n", "DELETE FROM planted");
        var found = await patient.ExamineAsync("file-size");
        found.Select(f => f.What).ShouldBe(
            ["The log beside the database file has grown large.", "Much of the database file is unused.", "The database file is large for this engine."], ignoreOrder: true);
        await patient.ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)");
        (await patient.ExamineAsync("file-size")).ShouldNotContain(f => f.What.Contains("unused") || f.What.Contains("log"));
    }

    [Theory, EachEngine(Engine.Sqlite)]
    public async Task A_damaged_file_is_found(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        (await new FileIntegrity(database.Storage).LookAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
        long page, size;
        await using (var connection = await database.Storage.OpenAsync(TestContext.Current.CancellationToken))
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "CREATE TABLE planted (id INTEGER PRIMARY KEY, word TEXT); INSERT INTO planted VALUES (1, 'a'); PRAGMA wal_checkpoint(TRUNCATE)";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            command.CommandText = "SELECT rootpage FROM sqlite_master WHERE name = 'planted'";
            page = (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
            command.CommandText = "PRAGMA page_size";
            size = (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        }

        SqliteConnection.ClearAllPools();
        await using (var file = File.OpenWrite(database.Data.File("mainstreet.db")))
        {
            file.Position = (page - 1) * size;
            await file.WriteAsync(Enumerable.Repeat((byte)0xAB, (int)size).ToArray(), TestContext.Current.CancellationToken);
        }

        (await new FileIntegrity(database.OpenStorage()).LookAsync(TestContext.Current.CancellationToken)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.Severity.ShouldBe(Severity.High), f => f.What.ShouldBe("The database file is damaged."));
    }

    [Fact]
    public void Modes_that_lose_writes_are_found()
    {
        var mode = new JournalMode(null!);
        mode.Judge("wal", 2).ShouldBeEmpty();
        mode.Judge("delete", 2).ShouldHaveSingleItem().Severity.ShouldBe(Severity.High);
        mode.Judge("wal", 1).ShouldHaveSingleItem().Evidence.ShouldBe("synchronous is 1, not 2 (FULL)");
    }

    [Fact]
    public void A_full_disk_few_files_and_a_free_running_clock_are_found()
    {
        const long gibibyte = 1024L * 1024 * 1024;
        var disk = new FreeDisk(null!, new DoctorLimits());
        disk.Judge(50 * gibibyte, 100 * gibibyte, "/").ShouldBeEmpty();
        disk.Judge(10 * gibibyte, 100 * gibibyte, "/").ShouldHaveSingleItem().Severity.ShouldBe(Severity.Medium);
        disk.Judge(2 * gibibyte, 100 * gibibyte, "/").ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Severity.ShouldBe(Severity.High), f => f.Evidence.ShouldBe("2.0 GiB of 100.0 GiB free on /"));

        var files = new OpenFileLimit(new DoctorLimits());
        files.Judge(["Limit                     Soft Limit           Hard Limit           Units     ", "Max open files            1024                 524288               files     "]).ShouldBeEmpty();
        files.Judge(["Max open files            256                  512                  files     "]).ShouldHaveSingleItem().Severity.ShouldBe(Severity.High);
        files.Judge(["Max open files            1024                 2048                 files     "]).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Medium);
        files.Judge(["Max open files            unlimited            unlimited            files     "]).ShouldBeEmpty();

        new ClockSynchronised().Judge(0).ShouldBeEmpty();
        new ClockSynchronised().Judge(5).ShouldHaveSingleItem().What.ShouldBe("This machine's clock follows no time server.");
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await using var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsServerAsync(certificate);
                _ = await stream.ReadAsync(new byte[1]);
            }
        }
        catch (Exception ended) when (ended is SocketException or InvalidOperationException or IOException or System.Security.Authentication.AuthenticationException)
        {
            // The test is over.
        }
    }
}
