using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Files;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Tests.Backups;

/// <summary>A program on a database and a file store of its own, never started, with a table of the test's own that names files.</summary>
internal sealed class BackupBench : IAsyncDisposable
{
    internal const string Key = "7f1c0b6ae49d32588bd6035e1ac94f27d0b85e6391fa2c74480de7b5139c6ea2";

    private BackupBench(TestDatabase database, string folder, WebApplication host) => (Database, Folder, Host) = (database, folder, host);

    internal TestDatabase Database { get; }

    /// <summary>Where backups go.</summary>
    internal string Folder { get; }

    internal WebApplication Host { get; }

    internal IBackups Backups => Host.Services.GetRequiredService<IBackups>();

    internal IFileStore Files => Host.Services.GetRequiredService<IFileStore>();

    internal string Papers => Database.Storage.Table("test", "papers");

    internal string Accounts => Database.Storage.Table("test", "accounts");

    /// <param name="engine">The engine.</param>
    /// <param name="tables">Whether the test's tables are made; without them and without migrations it is an empty database.</param>
    /// <param name="folder">Where backups are; null: a new folder.</param>
    /// <param name="settings">Further settings.</param>
    internal static async Task<BackupBench> CreateAsync(Engine engine, bool tables = true, string? folder = null, Dictionary<string, string?>? settings = null)
    {
        var database = await TestDatabase.CreateAsync(engine, tables ? MainstreetHost.MigrationSources() : [new MigrationSource("none", typeof(BackupBench).Assembly)]);
        folder ??= Directory.CreateTempSubdirectory("mainstreet-backups-").FullName;
        var all = new Dictionary<string, string?>(database.Settings)
        {
            ["Data"] = database.Data.Root,
            ["Backup:Folder"] = folder,
            ["Logging:LogLevel:Default"] = "None",
        };
        foreach (var (key, value) in settings ?? []) all[key] = value;
        var host = MainstreetHost.Build([.. all.Select(s => $"--{s.Key}={s.Value}")], services => services.AddSingleton(new FileColumn("test", "papers", "file_key")));
        var bench = new BackupBench(database, folder, host);
        if (!tables) return bench;
        if (engine == Engine.Postgres) await bench.ExecuteAsync("CREATE SCHEMA test");
        await bench.ExecuteAsync($"CREATE TABLE {bench.Papers} (id bigint PRIMARY KEY, file_key text, note text)");
        await bench.ExecuteAsync($"CREATE TABLE {bench.Accounts} (id bigint PRIMARY KEY, amount bigint NOT NULL)");
        await bench.ExecuteAsync($"INSERT INTO {bench.Accounts} VALUES (1, 500), (2, 500)");
        return bench;
    }

    internal async Task<string> AddPaperAsync(long id, byte[] content)
    {
        using var stream = new MemoryStream(content);
        var key = await Files.PutAsync(stream, CancellationToken.None);
        await ExecuteAsync($"INSERT INTO {Papers} VALUES ({id}, '{key}', 'paper {id}')");
        return key;
    }

    internal Task ExecuteAsync(string sql) => ExecuteAsync([sql]);

    /// <summary>In one transaction; on SQLite one writer after the other, as in the program.</summary>
    internal async Task ExecuteAsync(string[] statements)
    {
        await Database.Storage.WriteGate.WaitAsync();
        try
        {
            await using var connection = await Database.Storage.OpenAsync(CancellationToken.None);
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            foreach (var statement in statements)
            {
                command.CommandText = statement;
                await command.ExecuteNonQueryAsync();
            }

            await transaction.CommitAsync();
        }
        finally
        {
            Database.Storage.WriteGate.Release();
        }
    }

    internal async Task<List<string>> ReadAsync(string sql)
    {
        var rows = new List<string>();
        await using var connection = await Database.Storage.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i).ToString())));
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Database.DisposeAsync();
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }
}
