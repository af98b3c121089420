using System.Security.Cryptography;
using System.Text;

using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Backups;

[Trait("kind", "db")]
public sealed class DamageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_flipped_byte_and_every_missing_end_of_a_small_backup_is_found(bool encrypted)
    {
        await using var bench = await BackupBench.CreateAsync(Engine.Sqlite, settings: new() { ["Backup:Key"] = BackupBench.Key });
        var taken = await TakeSmallAsync(bench, encrypted);
        (await bench.Backups.VerifyAsync(taken, null, Cancel)).Findings.ShouldBeEmpty();
        var tried = 0;
        foreach (var file in Directory.EnumerateFiles(taken, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file, Cancel);
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] ^= 0x20;
                await File.WriteAllBytesAsync(file, bytes, Cancel);
                (await IsFoundAsync(bench, taken)).ShouldBeTrue($"byte {i} of {Path.GetFileName(file)}");
                bytes[i] ^= 0x20;
                tried++;
            }

            foreach (var length in new[] { 0, bytes.Length / 2, bytes.Length - 1 })
            {
                await File.WriteAllBytesAsync(file, bytes[..length], Cancel);
                (await IsFoundAsync(bench, taken)).ShouldBeTrue($"{Path.GetFileName(file)} cut to {length}");
            }

            File.Delete(file);
            (await IsFoundAsync(bench, taken)).ShouldBeTrue($"{Path.GetFileName(file)} missing");
            await File.WriteAllBytesAsync(file, bytes, Cancel);
        }

        tried.ShouldBeGreaterThan(1500);
        (await bench.Backups.VerifyAsync(taken, null, Cancel)).Findings.ShouldBeEmpty();
        await File.WriteAllTextAsync(Path.Combine(taken, "more"), "", Cancel);
        (await bench.Backups.VerifyAsync(taken, null, Cancel)).Findings.ShouldHaveSingleItem().ShouldContain("more");
    }

    [Theory]
    [InlineData("../../../../etc/cron.d/x")]
    [InlineData("/etc/passwd")]
    [InlineData("files/../../x")]
    [InlineData("files/ab/cd/..")]
    [InlineData("files\\ab\\cd\\x")]
    [InlineData("files/ab/cd/00112233445566778899aabbccddeeff")]
    public async Task A_manifest_that_names_a_path_outside_is_refused(string path)
    {
        await using var bench = await BackupBench.CreateAsync(Engine.Sqlite);
        var taken = await TakeSmallAsync(bench, false);
        await ForgeAsync(taken, text => text.Replace("\"files\": [", $"\"files\": [ {{ \"path\": {System.Text.Json.JsonSerializer.Serialize(path)}, \"bytes\": 0, \"sha256\": \"{new string('0', 64)}\" }},", StringComparison.Ordinal));
        await using var target = await BackupBench.CreateAsync(Engine.Sqlite, tables: false);

        (await Should.ThrowAsync<BackupException>(() => target.Backups.RestoreAsync(new RestoreRequest(taken), Cancel))).Message.ShouldContain("a path that no backup has");
        (await target.Backups.ListAsync(bench.Folder, Cancel)).ShouldHaveSingleItem().Damage.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_damaged_or_foreign_backup_leaves_the_target_untouched()
    {
        await using var bench = await BackupBench.CreateAsync(Engine.Sqlite, settings: new() { ["Backup:Key"] = BackupBench.Key });
        var taken = await TakeSmallAsync(bench, true);
        await using var stranger = await BackupBench.CreateAsync(Engine.Sqlite, tables: false, settings: new() { ["Backup:Key"] = "e0931d7ab5c2684f17d8a96b30ef52c14b7d08a69f3c5e21d4870b6ac91fe358" });
        (await Should.ThrowAsync<BackupException>(() => stranger.Backups.RestoreAsync(new RestoreRequest(taken), Cancel))).Message.ShouldContain("another key");
        await using var keyless = await BackupBench.CreateAsync(Engine.Sqlite, tables: false);
        (await Should.ThrowAsync<BackupException>(() => keyless.Backups.RestoreAsync(new RestoreRequest(taken), Cancel))).Failure.ShouldBe(BackupFailure.Configuration);
        (await keyless.Backups.VerifyAsync(taken, null, Cancel)).ShouldSatisfyAllConditions(c => c.Good.ShouldBeTrue(), c => c.SealsChecked.ShouldBe(false));

        // Changed together with its checksums: only the seal can tell.
        await ForgeAsync(taken, text => text.Replace("\"reason\": \"manual\"", "\"reason\": \"forged\"", StringComparison.Ordinal));
        (await keyless.Backups.VerifyAsync(taken, null, Cancel)).Good.ShouldBeTrue();
        (await Should.ThrowAsync<BackupException>(() => bench.Backups.RestoreAsync(new RestoreRequest(taken, Replace: true), Cancel))).Message.ShouldContain("not the one that was sealed");
        foreach (var untouched in new[] { stranger, keyless })
        {
            Directory.EnumerateFiles(untouched.Database.Data.Root, "*.restoring").ShouldBeEmpty();
            (await untouched.ReadAsync("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'foundation_migration%' AND name NOT LIKE 'sqlite%'")).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Row_sums_see_every_change_and_no_order()
    {
        static TableSum Of(params string[] rows)
        {
            var sum = new RowSum();
            foreach (var row in rows) sum.Add(Encoding.UTF8.GetBytes(row));
            return sum.End("t", ["a"]);
        }

        Of("1", "2", "3").ShouldBe(Of("3", "1", "2"));
        Of("1", "2").ShouldNotBe(Of("1", "3"));
        Of("1", "1", "2").ShouldNotBe(Of("1", "2", "2"));
        Of("1").ShouldNotBe(Of("1", "1"));
        Of().ShouldNotBe(Of(""));
    }

    private static async Task<bool> IsFoundAsync(BackupBench bench, string path)
    {
        try
        {
            return !(await bench.Backups.VerifyAsync(path, null, Cancel)).Good;
        }
        catch (BackupException)
        {
            return true;
        }
    }

    /// <summary>A backup of a database of two pages and one file, so that each of its bytes can be tried.</summary>
    private static async Task<string> TakeSmallAsync(BackupBench bench, bool encrypted)
    {
        var folder = Directory.CreateDirectory(Path.Combine(bench.Database.Data.Root, "small")).FullName;
        var options = new DatabaseOptions { ConnectionString = $"Data Source={Path.Combine(folder, "small.db")};Pooling=False" };
        await using (var connection = new SqliteConnection(options.ConnectionString))
        {
            await connection.OpenAsync(Cancel);
            using var content = new MemoryStream([1, 2, 3]);
            await using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA page_size = 512; CREATE TABLE test_papers (file_key TEXT); INSERT INTO test_papers VALUES ('{await bench.Files.PutAsync(content, Cancel)}')";
            await command.ExecuteNonQueryAsync(Cancel);
        }

        var data = new DataDirectory(folder);
        await using var storage = new Storage(Options.Create(options), data);
        var creation = bench.Host.Services.GetRequiredService<BackupCreation>();
        var taken = await creation.TakeAsync(new DatabasePlace(storage, options, data), bench.Folder, new BackupRequest { Encrypt = encrypted }, Cancel);
        taken.Files.ShouldBe(1);
        return taken.Path;
    }

    private static async Task ForgeAsync(string backup, Func<string, string> change)
    {
        var (manifest, sums) = (Path.Combine(backup, "manifest.json"), Path.Combine(backup, "SHA256SUMS"));
        var before = await File.ReadAllBytesAsync(manifest, Cancel);
        var after = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(before)));
        after.ShouldNotBe(before);
        await File.WriteAllBytesAsync(manifest, after, Cancel);
        await File.WriteAllTextAsync(sums, (await File.ReadAllTextAsync(sums, Cancel)).Replace(Convert.ToHexStringLower(SHA256.HashData(before)), Convert.ToHexStringLower(SHA256.HashData(after)), StringComparison.Ordinal), Cancel);
    }
}
