using Npgsql;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Recovery;

/// <summary>The scripts of deploy/backup on a cluster of the test's own, as docs/operations/backup.md tells them.</summary>
[Trait("kind", "recovery")]
public sealed class PointInTimeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cluster_is_restored_to_the_instant_before_its_rows_were_destroyed()
    {
        if (PostgresCluster.WhyNot is { } reason)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") is not "true", reason);
            Assert.Fail(reason);
        }

        await using var cluster = await PostgresCluster.StartNewAsync();
        var scripts = Path.Combine(cluster.Folder, "scripts");
        (await ProgramRun.RunAsync("cp", ["-r", Path.Combine(Root(), "deploy", "backup"), scripts])).ExitCode.ShouldBe(0);
        var archive = Path.Combine(cluster.Folder, "archive");
        await ScriptAsync("enable-wal-archive", "--data", cluster.Data, "--archive", archive, "--timeout", "5");
        await cluster.RestartAsync();

        await ExecuteAsync(cluster, "CREATE TABLE notes (id int PRIMARY KEY); INSERT INTO notes SELECT generate_series(1, 100)");
        var taken = (await ScriptAsync("base-backup", "--to", Path.Combine(cluster.Folder, "bases"))).Output.Trim();
        await ExecuteAsync(cluster, "INSERT INTO notes SELECT generate_series(101, 200)");
        var instant = await ScalarAsync(cluster, "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US\"+00\"')");
        await ExecuteAsync(cluster, "DELETE FROM notes WHERE id % 2 = 0; INSERT INTO notes SELECT generate_series(201, 300)");
        // The segment with the instant must be in the archive before the machine is lost.
        var segment = await ScalarAsync(cluster, "SELECT pg_walfile_name(pg_switch_wal())");
        await WaitAsync(cluster, $"SELECT coalesce(last_archived_wal >= '{segment}', false)::text FROM pg_stat_archiver");
        await cluster.CrashAsync();

        var restored = Path.Combine(cluster.Folder, "restored");
        await ScriptAsync("restore-to", "--base", taken, "--archive", archive, "--data", restored, "--instant", instant, "--owner", Environment.UserName == "root" ? "postgres" : Environment.UserName);
        await cluster.MoveToAsync(restored);
        await WaitAsync(cluster, "SELECT (NOT pg_is_in_recovery())::text");

        (await ScalarAsync(cluster, "SELECT string_agg(id::text, ',' ORDER BY id) FROM notes")).ShouldBe(string.Join(',', Enumerable.Range(1, 200)));

        (await ProgramRun.RunAsync(Path.Combine(scripts, "restore-to"), ["--base", taken, "--archive", archive, "--data", restored, "--instant", instant])).ShouldSatisfyAllConditions(
            r => r.ExitCode.ShouldBe(64), r => r.Error.ShouldContain("is not empty"));
        (await ProgramRun.RunAsync(Path.Combine(scripts, "restore-to"), ["--base", taken, "--archive", archive, "--data", restored + "2", "--instant", "2026-11-22 10:15:00"])).Error.ShouldContain("zone");
        (await ProgramRun.RunAsync("sh", ["-c", $"printf x >> '{taken}/base/1/PG_VERSION'"])).ExitCode.ShouldBe(0);
        (await ProgramRun.RunAsync(Path.Combine(scripts, "restore-to"), ["--base", taken, "--archive", archive, "--data", restored + "2", "--instant", instant])).ExitCode.ShouldBe(1);

        async Task<ProgramRun> ScriptAsync(string name, params string[] arguments)
        {
            var run = await ProgramRun.RunAsync(Path.Combine(scripts, name), arguments, start =>
            {
                start.Environment["POSTGRES_BIN"] = PostgresCluster.Binaries;
                start.Environment["PGHOST"] = "127.0.0.1";
                start.Environment["PGPORT"] = cluster.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
                start.Environment["PGUSER"] = "postgres";
            });
            run.ExitCode.ShouldBe(0, $"{name}: {run.Said}");
            return run;
        }
    }

    private static async Task ExecuteAsync(PostgresCluster cluster, string sql) => await ScalarAsync(cluster, sql);

    private static async Task<string> ScalarAsync(PostgresCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection($"{cluster.Server};Database=postgres;Pooling=false");
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(Cancel))?.ToString() ?? "";
    }

    private static async Task WaitAsync(PostgresCluster cluster, string sql)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (await ScalarAsync(cluster, sql) != "true") await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Mainstreet.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("No checkout above the tests.");
    }
}
