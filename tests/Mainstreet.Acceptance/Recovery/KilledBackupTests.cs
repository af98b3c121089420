using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Faults;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Recovery;

/// <summary>Backups and restores by the command line, killed in the middle and done again; the steps of docs/operations/backup.md.</summary>
[Trait("kind", "recovery")]
public sealed class KilledBackupTests
{
    private const string Secret = "canary-of-the-password";
    private const string Key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    [Theory, EachEngine]
    public async Task Killed_in_the_middle_neither_a_backup_nor_a_restore_leaves_anything_that_serves(Engine engine)
    {
        await using var source = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        await using var target = await TestDatabase.CreateAsync(engine, new MigrationSource("none", typeof(KilledBackupTests).Assembly));
        var folder = Directory.CreateTempSubdirectory("mainstreet-backups-").FullName;
        try
        {
            var settings = new Dictionary<string, string?>(source.Settings) { ["Data"] = source.Data.Root, ["Backup:Folder"] = folder, ["Backup:Key"] = Key };
            var killed = await ProgramRun.MainstreetAsync(settings, Failpoints.BeforeBackupIsNamed, "backup", "--encrypt");
            killed.ExitCode.ShouldNotBe(0);
            Directory.GetFileSystemEntries(folder).ShouldHaveSingleItem().ShouldEndWith(".partial");
            (await ProgramRun.MainstreetAsync(settings, null, "backup", "list")).Output.Trim().ShouldBeEmpty();

            var taken = await ProgramRun.MainstreetAsync(settings, null, "backup", "--encrypt");
            taken.ExitCode.ShouldBe(0, taken.Said);
            var backup = taken.Output.Split('\n')[0].Trim();
            (await ProgramRun.MainstreetAsync(settings, null, "backup", "verify", backup)).ExitCode.ShouldBe(0);
            // Any machine can check it, without the program and the key.
            (await ProgramRun.RunAsync("sha256sum", ["--check", "--quiet", "SHA256SUMS"], start => start.WorkingDirectory = backup)).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(0, r.Said));

            var into = new Dictionary<string, string?>(target.Settings) { ["Data"] = target.Data.Root, ["Backup:Folder"] = folder, ["Backup:Key"] = Key };
            (await ProgramRun.MainstreetAsync(into, Failpoints.BeforeRestoreIsCompared, "restore", "--from", backup)).ExitCode.ShouldNotBe(0);
            var refused = await ProgramRun.MainstreetAsync(into, null, "serve", "--urls", "http://127.0.0.1:0", "--no-seed");
            (refused.ExitCode, refused.Error).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(78), r => r.Error.ShouldContain("was not finished"));

            var restored = await ProgramRun.MainstreetAsync(into, null, "restore", "--from", backup);
            restored.ExitCode.ShouldBe(0, restored.Said);
            restored.Output.ShouldContain("restored the state of");
            (await ProgramRun.MainstreetAsync(into, null, "migrate", "status")).ExitCode.ShouldBe(0);
            (await ProgramRun.MainstreetAsync(into, null, "audit", "verify")).ExitCode.ShouldBe(0);
            await using (var server = await ServerProcess.StartAsync(target))
            {
                using var client = new HttpClient { BaseAddress = server.Address };
                (await client.GetAsync("/health/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode.ShouldBeTrue();
            }

            var again = await ProgramRun.MainstreetAsync(into, null, "restore", "--from", backup);
            (again.ExitCode, again.Error).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(1), r => r.Error.ShouldContain("not empty"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory, EachEngine]
    public async Task A_drill_answers_for_machines_and_no_secret_is_said(Engine engine)
    {
        await using var source = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        var folder = Directory.CreateTempSubdirectory("mainstreet-backups-").FullName;
        try
        {
            var settings = new Dictionary<string, string?>(source.Settings)
            {
                ["Data"] = source.Data.Root, ["Backup:Folder"] = folder, ["Backup:Passphrase"] = Secret, ["Backup:Encrypt"] = "true",
            };
            if (engine == Engine.Postgres) settings["Database:ConnectionString"] += $";Password={Secret}";
            var drill = await ProgramRun.MainstreetAsync(settings, null, "backup", "drill", "--json");
            drill.ExitCode.ShouldBe(0, drill.Said);
            using var report = System.Text.Json.JsonDocument.Parse(drill.Output);
            report.RootElement.GetProperty("rows").GetInt64().ShouldBeGreaterThan(0);
            report.RootElement.GetProperty("good").GetBoolean().ShouldBeTrue();

            settings["Backup:Passphrase"] = "another-long-passphrase";
            var wrong = await ProgramRun.MainstreetAsync(settings, null, "backup", "drill", "--newest");
            wrong.ExitCode.ShouldBe(1, wrong.Said);
            if (engine == Engine.Postgres) settings["Database:ConnectionString"] = $"Host=127.0.0.1;Port=1;Username=nobody;Password={Secret}";
            else settings["Database:ConnectionString"] = "Data Source=/nowhere/none.db";
            var away = await ProgramRun.MainstreetAsync(settings, null, "backup");
            away.ExitCode.ShouldBe(69, away.Said);
            foreach (var run in new[] { drill, wrong, away })
            {
                run.Said.ShouldNotContain(Secret);
                run.Said.ShouldNotContain("another-long-passphrase");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
