using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Files;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Tests.Backups;
using Mainstreet.Foundation.Tests.Configuration;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Files;

/// <summary>A bucket on a real server that goes away, breaks off or refuses. What it has in common with a folder is in <see cref="FileStoreTests"/>.</summary>
[Trait("kind", "unit")]
public sealed class S3FileStoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public S3FileStoreTests()
    {
        if (S3Server.WhyNot is { } why) Assert.Skip(why);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_of_a_file_leaves_nothing()
    {
        await using var proxy = new CuttingProxy(await S3Server.AddressAsync(), cuts: int.MaxValue) { AfterSent = 300_000 };
        await using var bench = await StoreBench.InBucketAsync(o => (o.Endpoint, o.Retries) = (proxy.Address.ToString(), 1));
        await Should.ThrowAsync<FileStoreAwayException>(() => bench.PutAsync(new byte[2_000_000]));
        proxy.Begun.Count(b => b.StartsWith("PUT ", StringComparison.Ordinal)).ShouldBe(2, "one and its repetition");
        (await bench.StoredAsync()).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(bench.Spool).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_whose_answer_was_lost_is_not_kept_when_the_put_failed()
    {
        // The server has the whole file, the client a part of the answer: more than "100 Continue", less than a head.
        await using var proxy = new CuttingProxy(await S3Server.AddressAsync(), cuts: 1) { AfterReceived = 40 };
        await using var bench = await StoreBench.InBucketAsync(o => (o.Endpoint, o.Retries) = (proxy.Address.ToString(), 0));
        await Should.ThrowAsync<FileStoreAwayException>(() => bench.PutAsync(new byte[10_000]));
        proxy.Begun.Select(b => b.Split(' ')[0]).ShouldBe(["PUT", "DELETE"]);
        (await bench.StoredAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_broke_off_once_is_repeated()
    {
        var server = await S3Server.AddressAsync();
        var content = Enumerable.Range(0, 2_000_000).Select(i => (byte)(i * 7 >> 3)).ToArray();
        await using var sending = new CuttingProxy(server, cuts: 1) { AfterSent = 300_000 };
        await using var put = await StoreBench.InBucketAsync(o => o.Endpoint = sending.Address.ToString());
        var key = await put.PutAsync(content);
        (await put.ReadAsync(key)).ShouldBe(content);

        await using var receiving = new CuttingProxy(server, cuts: 1) { AfterReceived = 300_000 };
        await using var read = await StoreBench.InBucketAsync(o => o.Endpoint = receiving.Address.ToString());
        using var stream = new MemoryStream(content);
        await read.Store.PutBackAsync(key, stream, Cancel);
        (await read.ReadAsync(key)).ShouldBe(content);
    }

    [Fact]
    public async Task A_file_that_keeps_breaking_off_is_never_given_out_short()
    {
        await using var proxy = new CuttingProxy(await S3Server.AddressAsync(), cuts: int.MaxValue) { AfterReceived = 300_000 };
        await using var bench = await StoreBench.InBucketAsync(o => (o.Endpoint, o.Retries) = (proxy.Address.ToString(), 1));
        var key = await bench.PutAsync(new byte[2_000_000]);
        await Should.ThrowAsync<FileStoreAwayException>(() => bench.Store.OpenAsync(key, Cancel));
        Directory.EnumerateFileSystemEntries(bench.Spool).ShouldBeEmpty();
    }

    [Fact]
    public async Task Requests_are_signed_with_the_content_and_hold_no_secret()
    {
        await using var proxy = new CuttingProxy(await S3Server.AddressAsync(), cuts: 0);
        await using var bench = await StoreBench.InBucketAsync(o => o.Endpoint = proxy.Address.ToString());
        var key = await bench.PutAsync(Encoding.UTF8.GetBytes("content"));
        var request = proxy.Begun.Single(b => b.StartsWith("PUT ", StringComparison.Ordinal));
        request.ShouldContain($"/{key[..2]}/{key[2..4]}/{key} HTTP/1.1");
        request.ShouldContain("AWS4-HMAC-SHA256");
        // SHA-256 of "content".
        request.ShouldContain("ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73");
        request.ShouldNotContain(S3Server.SecretAccessKey);
    }

    [Fact]
    public async Task What_the_store_refuses_is_a_failure_that_names_the_reason_and_no_secret()
    {
        const string wrong = "wrong-secret-0123456789";
        await RefusedAsync(o => o.SecretAccessKey = wrong, "403 SignatureDoesNotMatch");
        await RefusedAsync(o => o.AccessKeyId = "test:stranger", "403");
        await RefusedAsync(o => o.Bucket = "there-is-none", "404 NoSuchBucket");

        static async Task RefusedAsync(Action<S3Options> with, string reason)
        {
            await using var bench = await StoreBench.InBucketAsync(with);
            var store = (S3FileStore)bench.Store;
            var key = new string('a', 32);
            using var content = new MemoryStream([1]);
            foreach (var act in new Func<Task>[] { () => bench.PutAsync([1]), () => store.PutBackAsync(key, content, Cancel), () => store.OpenAsync(key, Cancel) })
            {
                var failure = await Should.ThrowAsync<FileStoreAwayException>(act);
                failure.Message.ShouldContain(reason);
                failure.ToString().ShouldNotContain(wrong);
                failure.ToString().ShouldNotContain(S3Server.SecretAccessKey);
            }

            var health = await new FilesHealth(store).CheckAsync(Cancel);
            health.State.ShouldBe(HealthState.Down);
            health.Message!.ShouldContain(reason[..3]);
        }
    }

    [Fact]
    public async Task A_server_that_is_down_is_a_failure_in_bounded_time_and_shows_in_health()
    {
        var nobody = $"http://127.0.0.1:{ClosedPort.Number}";
        await using var bench = await StoreBench.InBucketAsync(o => o.Endpoint = nobody);
        await FailsAsync(bench);
        var health = await new FilesHealth((S3FileStore)bench.Store).CheckAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        (health.State, health.Message!.Contains(nobody, StringComparison.Ordinal)).ShouldBe((HealthState.Down, true));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_a_failure_in_bounded_time()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}";
        await using var bench = await StoreBench.InBucketAsync(o => (o.Endpoint, o.TimeoutSeconds, o.Retries) = (address, 1, 1));
        await FailsAsync(bench);
    }

    [Fact]
    public async Task A_server_that_answers_shows_in_health()
    {
        await using var bench = await StoreBench.InBucketAsync();
        (await new FilesHealth((S3FileStore)bench.Store).CheckAsync(Cancel)).State.ShouldBe(HealthState.Up);
    }

    [Fact]
    public async Task Temporary_files_are_nobody_elses_and_gone_from_the_folder_while_they_are_read()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows deletes at the last close.");
        await using var bench = await StoreBench.InBucketAsync();
        var key = await bench.PutAsync([1, 2, 3]);
        await using var reader = await bench.Store.OpenAsync(key, Cancel);
        Directory.EnumerateFileSystemEntries(bench.Spool).ShouldBeEmpty();
        reader!.ReadByte().ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task A_backup_holds_the_files_and_a_restore_brings_them_into_another_bucket(Engine engine)
    {
        await using var bench = await BackupBench.CreateAsync(engine, settings: await S3Server.SettingsAsync(S3Server.NewPrefix()));
        bench.Files.ShouldBeOfType<S3FileStore>();
        var keys = new List<string>();
        for (var id = 1; id <= 5; id++) keys.Add(await bench.AddPaperAsync(id, Encoding.UTF8.GetBytes($"content {id}")));
        var lost = await bench.AddPaperAsync(6, [6]);
        await bench.Files.DeleteAsync(lost, Cancel);

        var taken = await bench.Backups.CreateAsync(new BackupRequest(), Cancel);
        taken.MissingFiles.ShouldBe(1);
        (await bench.Backups.DrillAsync(new DrillRequest(taken.Path), Cancel)).Findings.ShouldBeEmpty();

        await using var target = await BackupBench.CreateAsync(engine, tables: false, settings: await S3Server.SettingsAsync(S3Server.NewPrefix()));
        foreach (var key in keys) (await target.Files.OpenAsync(key, Cancel)).ShouldBeNull();
        (await target.Backups.RestoreAsync(new RestoreRequest(taken.Path), Cancel)).Files.ShouldBe(5);
        for (var id = 1; id <= 5; id++)
        {
            await using var file = await target.Files.OpenAsync(keys[id - 1], Cancel);
            using var reader = new StreamReader(file.ShouldNotBeNull());
            (await reader.ReadToEndAsync(Cancel)).ShouldBe($"content {id}");
        }
    }

    [Fact]
    public async Task Restored_into_a_folder_the_files_go_there_and_not_into_the_configured_bucket()
    {
        await using var bench = await BackupBench.CreateAsync(Engine.Sqlite, settings: await S3Server.SettingsAsync(S3Server.NewPrefix()));
        var key = await bench.AddPaperAsync(1, [1, 2, 3]);
        var taken = await bench.Backups.CreateAsync(new BackupRequest(), Cancel);
        await using var bucket = await StoreBench.InBucketAsync();
        var folder = Directory.CreateTempSubdirectory("mainstreet-restore-");
        try
        {
            var (settings, data) = (Path.Combine(folder.FullName, "settings.json"), Path.Combine(folder.FullName, "data"));
            await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(await S3Server.SettingsAsync(bucket.Prefix)), Cancel);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(settings, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var (code, _, error) = await CommandLine.RunAsync("restore", "--from", taken.Path, "--to-data", data, $"--SettingsFile={settings}");
            code.ShouldBe(0, error);
            (await File.ReadAllBytesAsync(Path.Combine(data, "files", key[..2], key[2..4], key), Cancel)).ShouldBe([1, 2, 3]);
            (await bucket.StoredAsync()).ShouldBeEmpty();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task FailsAsync(StoreBench bench)
    {
        var key = new string('a', 32);
        using var content = new MemoryStream([1]);
        foreach (var act in new Func<Task>[]
        {
            () => bench.PutAsync([1]), () => bench.Store.PutBackAsync(key, content, Cancel), () => bench.Store.OpenAsync(key, Cancel), () => bench.Store.DeleteAsync(key, Cancel),
        })
        {
            // What the settings bound is seconds; a minute is for a busy machine.
            (await Should.ThrowAsync<IOException>(() => act().WaitAsync(TimeSpan.FromSeconds(60), Cancel))).ShouldBeOfType<FileStoreAwayException>();
        }
    }
}
