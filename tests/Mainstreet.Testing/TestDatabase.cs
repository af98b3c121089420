using System.Security.Cryptography;
using System.Text;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

using Npgsql;

namespace Mainstreet.Testing;

/// <summary>
/// A database of a test's own at the head of its migrations, cloned from a template that is migrated once (per process on
/// SQLite, per schema on PostgreSQL) and dropped at the end.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly SemaphoreSlim Templates = new(1, 1);
    private static readonly Dictionary<string, string> Made = [];
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), $"mainstreet-tests-{Environment.ProcessId}");

    private readonly List<Storage> _storages = [];
    private readonly string _name;

    private TestDatabase(Engine engine, string name, string connectionString)
    {
        Engine = engine;
        _name = name;
        Data = new DataDirectory(Path.Combine(Folder, name));
        Options = new DatabaseOptions
        {
            Provider = engine == Engine.Postgres ? "postgres" : "sqlite",
            ConnectionString = connectionString,
            MaxPoolSize = 20,
        };
        Storage = OpenStorage();
    }

    /// <summary>Why tests on PostgreSQL are skipped; <c>null</c> when they run, in CI always.</summary>
    public static string? WhyNoPostgres =>
        Server is null && Environment.GetEnvironmentVariable("CI") is not "true"
            ? "MAINSTREET_TEST_POSTGRES names no server" : null;

    public Engine Engine { get; }

    public DatabaseOptions Options { get; }

    /// <summary>A folder of the test's own.</summary>
    public DataDirectory Data { get; }

    public Storage Storage { get; }

    /// <summary>The same as configuration keys, for a host.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Database:Provider"] = Options.Provider,
        ["Database:ConnectionString"] = Options.ConnectionString,
        ["Database:MaxPoolSize"] = "20",
        // Races ask for more at once than a busy machine can do, and want every answer.
        ["Overload:Enabled"] = "false",
    };

    private static string? Server => Environment.GetEnvironmentVariable("MAINSTREET_TEST_POSTGRES") is { Length: > 0 } server ? server : null;

    /// <summary>A fresh database. Without <paramref name="sources"/> it has Foundation's tables only.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="sources">Migrations, Foundation's first.</param>
    public static async Task<TestDatabase> CreateAsync(Engine engine, params MigrationSource[] sources)
    {
        if (sources.Length == 0) sources = [new MigrationSource("foundation", typeof(FoundationDb).Assembly)];
        var name = $"mst_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        await Templates.WaitAsync();
        try
        {
            var schema = Fingerprint(engine, sources);
            if (!Made.TryGetValue(schema, out var template))
            {
                template = engine == Engine.Postgres ? await MakePostgresAsync(schema, sources) : await MakeSqliteAsync(schema, sources);
                Made[schema] = template;
            }

            if (engine == Engine.Postgres)
            {
                await AdministerAsync($"CREATE DATABASE {name} TEMPLATE {template}");
                return new TestDatabase(engine, name, Connection(name));
            }

            var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, name)).FullName, "mainstreet.db");
            File.Copy(template, file);
            return new TestDatabase(engine, name, $"Data Source={file}");
        }
        finally
        {
            Templates.Release();
        }
    }

    /// <summary>A database with nothing in it; on SQLite a file that does not exist yet.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync(Engine engine)
    {
        var name = $"mst_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        if (engine == Engine.Postgres)
        {
            await AdministerAsync($"CREATE DATABASE {name}");
            return new TestDatabase(engine, name, Connection(name));
        }

        return new TestDatabase(engine, name, $"Data Source={Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, name)).FullName, "mainstreet.db")}");
    }

    /// <summary>A second pool on the same database, as another replica would hold. Closed with the database.</summary>
    public Storage OpenStorage()
    {
        var storage = new Storage(Microsoft.Extensions.Options.Options.Create(Options), Data);
        lock (_storages) _storages.Add(storage);
        return storage;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var storage in _storages) await storage.DisposeAsync();
        if (Engine == Engine.Postgres) await AdministerAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        else SqliteConnection.ClearAllPools();
        if (Directory.Exists(Data.Root)) Directory.Delete(Data.Root, recursive: true);
    }

    private static string Fingerprint(Engine engine, MigrationSource[] sources)
    {
        // The migrator's own tables are in the template too: their form has a number here.
        var text = "2;" + string.Concat(sources.SelectMany(s => s.Load(engine)).Select(m => $"{m.Module}/{m.Number}/{m.Checksum};"));
        return $"{engine}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]}".ToLowerInvariant();
    }

    private static async Task<string> MakeSqliteAsync(string schema, MigrationSource[] sources)
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
        };
        var file = Path.Combine(Directory.CreateDirectory(Folder).FullName, schema + ".db");
        await MigrateAsync(new DatabaseOptions { Provider = "sqlite", ConnectionString = $"Data Source={file}" }, sources);
        // A copy of the one file must be the whole database.
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        await command.ExecuteNonQueryAsync();
        return file;
    }

    // The name is that of the schema, so a template serves every test process; it is renamed once it is whole.
    private static async Task<string> MakePostgresAsync(string schema, MigrationSource[] sources)
    {
        var template = $"mst_template_{schema}";
        await using var admin = new NpgsqlConnection(Connection("postgres"));
        await admin.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock(5080002)", admin);
        await command.ExecuteNonQueryAsync();
        command.CommandText = $"SELECT count(*) FROM pg_database WHERE datname = '{template}'";
        if ((long)(await command.ExecuteScalarAsync())! == 1) return template;

        var draft = $"mst_draft_{schema}";
        command.CommandText = $"DROP DATABASE IF EXISTS {draft} WITH (FORCE)";
        await command.ExecuteNonQueryAsync();
        command.CommandText = $"CREATE DATABASE {draft}";
        await command.ExecuteNonQueryAsync();
        await MigrateAsync(new DatabaseOptions { Provider = "postgres", ConnectionString = Connection(draft) }, sources);
        command.CommandText = $"ALTER DATABASE {draft} RENAME TO {template}";
        await command.ExecuteNonQueryAsync();
        return template;
    }

    private static async Task MigrateAsync(DatabaseOptions options, MigrationSource[] sources)
    {
        await using var storage = new Storage(Microsoft.Extensions.Options.Options.Create(options), new DataDirectory(Folder));
        await new Migrator(storage, sources, TimeProvider.System, NullLogger<Migrator>.Instance).UpAsync(CancellationToken.None);
    }

    private static async Task AdministerAsync(string sql)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(Connection("postgres"));
                await connection.OpenAsync();
                await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
                await command.ExecuteNonQueryAsync();
                return;
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.ObjectInUse && attempt < 10)
            {
                // Another process is cloning the same template.
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    private static string Connection(string database) =>
        new NpgsqlConnectionStringBuilder(Server ?? throw new InvalidOperationException(
            "MAINSTREET_TEST_POSTGRES must name a PostgreSQL server, for example Host=127.0.0.1;Username=postgres."))
        {
            Database = database,
            Pooling = database != "postgres" && !database.StartsWith("mst_draft", StringComparison.Ordinal),
        }.ConnectionString;
}
