using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Backups;

[Trait("kind", "unit")]
public sealed class PostgresToolsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mainstreet-tools-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, EachEngine(Engine.Postgres)]
    public async Task Without_pg_dump_the_backup_says_what_to_install_and_leaves_nothing(Engine engine)
    {
        await using var bench = await BackupBench.CreateAsync(engine, settings: new() { ["Backup:ToolsFolder"] = _folder });
        var failed = await Should.ThrowAsync<BackupException>(() => bench.Backups.CreateAsync(new BackupRequest(), Cancel));
        failed.Failure.ShouldBe(BackupFailure.Unavailable);
        failed.Message.ShouldContain("install postgresql-client-");
        Directory.EnumerateFileSystemEntries(bench.Folder).ShouldBeEmpty();

        Program("pg_dump", "echo 'pg_dump (PostgreSQL) 9.6.1'");
        (await Should.ThrowAsync<BackupException>(() => bench.Backups.CreateAsync(new BackupRequest(), Cancel))).Message.ShouldContain("older than the server");
    }

    [Fact]
    public async Task The_password_is_in_the_childs_environment_only_and_other_secrets_are_not()
    {
        var said = Path.Combine(_folder, "said");
        Program("pg_dump", $"if [ \"$1\" = --version ]; then echo 'pg_dump (PostgreSQL) 99.1'; else printf '%s\\n' \"$@\" > {said}; env >> {said}; echo 'no such thing' >&2; exit 3; fi");
        Environment.SetEnvironmentVariable("MAINSTREET_CANARY", "other-secret");
        var tools = new PostgresTools(Options.Create(new BackupOptions { ToolsFolder = _folder }));
        var database = new DatabaseOptions { Provider = "postgres", ConnectionString = "Host=db;Port=5433;Database=shop;Username=keeper;Password=hunter2;SSL Mode=VerifyFull;Root Certificate=/etc/ca.pem" };

        var failed = await Should.ThrowAsync<BackupException>(async () =>
            await PostgresTools.RunAsync(await tools.FindAsync("pg_dump", 15, Cancel), database, ["--format=custom"], null, null, Cancel));

        failed.Message.ShouldContain("no such thing");
        failed.Message.ShouldNotContain("hunter2");
        var lines = await File.ReadAllLinesAsync(said, Cancel);
        lines[0].ShouldBe("--format=custom");
        foreach (var expected in new[] { "PGPASSWORD=hunter2", "PGHOST=db", "PGPORT=5433", "PGDATABASE=shop", "PGUSER=keeper", "PGSSLMODE=verify-full", "PGSSLROOTCERT=/etc/ca.pem" }) lines.ShouldContain(expected);
        lines.Count(l => l.Contains("hunter2", StringComparison.Ordinal)).ShouldBe(1);
        lines.ShouldNotContain(l => l.Contains("other-secret", StringComparison.Ordinal));
    }

    private void Program(string name, string script)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
