using System.Text;

using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Backups;

[Trait("kind", "db")]
public sealed class RoundTripTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachEngine]
    public async Task What_was_backed_up_while_writers_go_on_comes_back_as_it_was_at_one_moment(Engine engine)
    {
        await using var bench = await BackupBench.CreateAsync(engine);
        for (var id = 1; id <= 20; id++) await bench.AddPaperAsync(id, Encoding.UTF8.GetBytes($"content {id}"));
        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var writers = new[] { Task.Run(() => MoveMoneyAsync(bench, stop.Token), Cancel), Task.Run(() => TurnOverPapersAsync(bench, begun, stop.Token), Cancel) };
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        var taken = await bench.Backups.CreateAsync(new BackupRequest(), Cancel);
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        taken.MissingFiles.ShouldBe(0);
        (await bench.Backups.VerifyAsync(taken.Path, null, Cancel)).Findings.ShouldBeEmpty();
        await using var target = await BackupBench.CreateAsync(engine, tables: false);
        var restored = await target.Backups.RestoreAsync(new RestoreRequest(taken.Path), Cancel);

        (restored.Rows, restored.Tables, restored.Files).ShouldBe((taken.Rows, taken.Tables, taken.Files));
        restored.Migrations.ShouldBeGreaterThan(10);
        (await target.ReadAsync($"SELECT sum(amount) FROM {target.Accounts}")).ShouldBe(["1000"]);
        var papers = await target.ReadAsync($"SELECT file_key, id FROM {target.Papers} ORDER BY id");
        papers.Count.ShouldBe(taken.Files);
        foreach (var paper in papers)
        {
            await using var file = await target.Files.OpenAsync(paper.Split('|')[0], Cancel);
            using var reader = new StreamReader(file.ShouldNotBeNull());
            (await reader.ReadToEndAsync(Cancel)).ShouldBe($"content {paper.Split('|')[1]}");
        }
    }

    [Theory, EachEngine]
    public async Task An_encrypted_backup_of_a_quiet_database_comes_back_row_by_row(Engine engine)
    {
        var key = new Dictionary<string, string?> { ["Backup:Key"] = BackupBench.Key };
        await using var bench = await BackupBench.CreateAsync(engine, settings: key);
        var secret = $"paper {Guid.CreateVersion7(DateTimeOffset.UnixEpoch)}";
        await bench.AddPaperAsync(1, Encoding.UTF8.GetBytes(secret));
        await bench.AddPaperAsync(2, new byte[200_000]);
        await bench.AddPaperAsync(3, []);
        await bench.ExecuteAsync($"INSERT INTO {bench.Papers} VALUES (4, NULL, '{secret}')");

        var taken = await bench.Backups.CreateAsync(new BackupRequest { Encrypt = true }, Cancel);

        foreach (var file in Directory.EnumerateFiles(taken.Path, "*", SearchOption.AllDirectories))
            (await File.ReadAllTextAsync(file, Encoding.Latin1, Cancel)).ShouldNotContain(secret);
        (await bench.Backups.VerifyAsync(taken.Path, null, Cancel)).ShouldSatisfyAllConditions(c => c.Findings.ShouldBeEmpty(), c => c.SealsChecked.ShouldBe(true));
        await using var target = await BackupBench.CreateAsync(engine, tables: false, settings: key);
        await target.Backups.RestoreAsync(new RestoreRequest(taken.Path), Cancel);
        var all = $"SELECT id, file_key, note FROM {bench.Papers} ORDER BY id";
        (await target.ReadAsync(all)).ShouldBe(await bench.ReadAsync(all));
        (await target.ReadAsync(all)).Count.ShouldBe(4);
        Directory.EnumerateFiles(bench.Database.Data.Root, "*.staging").ShouldBeEmpty();
    }

    [Theory, EachEngine]
    public async Task A_file_that_was_lost_before_is_named_and_does_not_stop_the_backup(Engine engine)
    {
        await using var bench = await BackupBench.CreateAsync(engine);
        var lost = await bench.AddPaperAsync(1, [1]);
        await bench.AddPaperAsync(2, [2]);
        await bench.Files.DeleteAsync(lost, Cancel);

        var taken = await bench.Backups.CreateAsync(new BackupRequest(), Cancel);

        (taken.Files, taken.MissingFiles).ShouldBe((1, 1));
        (await File.ReadAllTextAsync(Path.Combine(taken.Path, "contents.json"), Cancel)).ShouldContain(lost);
    }

    [Theory, EachEngine]
    public async Task A_drill_restores_to_a_scratch_place_and_leaves_nothing(Engine engine)
    {
        await using var bench = await BackupBench.CreateAsync(engine);
        await bench.AddPaperAsync(1, [1, 2, 3]);

        var report = await bench.Backups.DrillAsync(new DrillRequest(), Cancel);

        report.Findings.ShouldBeEmpty();
        report.Files.ShouldBe(1);
        report.RecoveryPoint.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        if (engine == Engine.Postgres) (await bench.ReadAsync("SELECT count(*) FROM pg_database WHERE datname LIKE 'mainstreet_drill_%' AND datname NOT IN (SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL)")).ShouldBe(["0"]);

        var database = Path.Combine(report.Backup, StoredFile.DatabaseOf(engine));
        var bytes = await File.ReadAllBytesAsync(database, Cancel);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(database, bytes, Cancel);
        (await bench.Backups.DrillAsync(new DrillRequest(Newest: true), Cancel)).Findings.ShouldHaveSingleItem().ShouldContain(StoredFile.DatabaseOf(engine));
    }

    [Theory, EachEngine]
    public async Task A_database_that_holds_something_is_replaced_on_demand_only_and_after_a_backup_of_it(Engine engine)
    {
        await using var bench = await BackupBench.CreateAsync(engine);
        await bench.AddPaperAsync(1, [1]);
        var first = await bench.Backups.CreateAsync(new BackupRequest(), Cancel);
        await bench.AddPaperAsync(2, [2]);
        await bench.Database.Storage.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();

        (await Should.ThrowAsync<BackupException>(() => bench.Backups.RestoreAsync(new RestoreRequest(first.Path), Cancel))).Message.ShouldContain("not empty");
        var restored = await bench.Backups.RestoreAsync(new RestoreRequest(first.Path, Replace: true), Cancel);

        await using var reader = bench.Database.OpenStorage();
        (await CountAsync(reader, bench.Papers)).ShouldBe(1);
        await reader.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await bench.Backups.RestoreAsync(new RestoreRequest(restored.Replaced.ShouldNotBeNull(), Replace: true), Cancel);
        await using var again = bench.Database.OpenStorage();
        (await CountAsync(again, bench.Papers)).ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task A_database_in_use_is_not_replaced(Engine engine)
    {
        await using var bench = await BackupBench.CreateAsync(engine);
        var first = await bench.Backups.CreateAsync(new BackupRequest(), Cancel);
        await using var server = await bench.Database.Storage.OpenAsync(Cancel);

        var refused = await Should.ThrowAsync<BackupException>(() => bench.Backups.RestoreAsync(new RestoreRequest(first.Path, Replace: true), Cancel));

        refused.Message.ShouldContain("stop the servers first");
        (await CountAsync(bench.Database.Storage, bench.Accounts)).ShouldBe(2);
    }

    [Fact]
    public async Task Every_column_that_names_files_is_told_to_backups()
    {
        await using var bench = await BackupBench.CreateAsync(Engine.Sqlite);
        var told = bench.Host.Services.GetServices<FileColumn>().Select(c => $"{c.Module}_{c.Table}.{c.Column}").Order(StringComparer.Ordinal);
        var named = await bench.ReadAsync(
            "SELECT t.name || '.' || c.name AS named FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND (c.name LIKE '%file_key' OR c.name LIKE '%image_key') ORDER BY named");
        named.ShouldBe(told);
        named.Count.ShouldBe(3);
    }

    private static async Task<long> CountAsync(Storage storage, string table)
    {
        await using var connection = await storage.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    // What both accounts hold together never changes.
    private static async Task MoveMoneyAsync(BackupBench bench, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await bench.ExecuteAsync([$"UPDATE {bench.Accounts} SET amount = amount - 1 WHERE id = 1", $"UPDATE {bench.Accounts} SET amount = amount + 1 WHERE id = 2"]);
        }
    }

    // As the program does it: the file before its row, and after it is gone.
    private static async Task TurnOverPapersAsync(BackupBench bench, TaskCompletionSource begun, CancellationToken stop)
    {
        for (var id = 21; !stop.IsCancellationRequested; id++)
        {
            await bench.AddPaperAsync(id, Encoding.UTF8.GetBytes($"content {id}"));
            var oldest = (await bench.ReadAsync($"SELECT id, file_key FROM {bench.Papers} ORDER BY id LIMIT 1"))[0].Split('|');
            await bench.ExecuteAsync($"DELETE FROM {bench.Papers} WHERE id = {oldest[0]}");
            await bench.Files.DeleteAsync(oldest[1], CancellationToken.None);
            begun.TrySetResult();
        }
    }
}
