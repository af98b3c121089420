using Mainstreet.Foundation.Data;

using Npgsql;

namespace Mainstreet.Foundation.Backups;

/// <summary>
/// <c>pg_restore</c> brings everything in within one transaction. The mark is the schema <c>mainstreet_restore</c>: it is there before the first row and is dropped
/// after the comparison.
/// </summary>
internal sealed class PostgresRestoreTarget : IRestoreTarget
{
    private const string Mark = "mainstreet_restore";
    private const int MostTries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // Extensions and what they brought stay: only an administrator may make some of them.
    private const string OwnSchemas =
        """
        SELECT n.nspname FROM pg_namespace n
        WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'public', 'mainstreet_restore')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
          AND NOT EXISTS (SELECT 1 FROM pg_extension e WHERE e.extnamespace = n.oid)
        ORDER BY 1
        """;

    private const string ForeignTables =
        """
        SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'm', 'v')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        """;

    private const string OtherSessions =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

    private readonly DatabaseOptions _options;
    private readonly PostgresTools _tools;
    private readonly TimeProvider _clock;
    private readonly NpgsqlConnection _connection;

    private PostgresRestoreTarget(DatabaseOptions options, PostgresTools tools, TimeProvider clock, NpgsqlConnection connection) =>
        (_options, _tools, _clock, _connection) = (options, tools, clock, connection);

    /// <summary>Connects; makes the database when it does not exist.</summary>
    internal static async Task<PostgresRestoreTarget> OpenAsync(DatabaseOptions options, PostgresTools tools, TimeProvider clock, CancellationToken cancel)
    {
        var connection = PostgresTools.Connect(options);
        try
        {
            await connection.OpenAsync(cancel);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            await AdministerAsync(options, "CREATE DATABASE {0}", connection.Database, cancel);
            await connection.OpenAsync(cancel);
        }

        return new PostgresRestoreTarget(options, tools, clock, connection);
    }

    /// <summary>Runs one statement about a database from the database <c>postgres</c>.</summary>
    internal static async Task AdministerAsync(DatabaseOptions options, string statement, string database, CancellationToken cancel)
    {
        await using var admin = PostgresTools.Connect(options, "postgres");
        await admin.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(string.Format(System.Globalization.CultureInfo.InvariantCulture, statement, Quote(database)), admin);
        await command.ExecuteNonQueryAsync(cancel);
    }

    internal static async Task<bool> IsMarkedAsync(Storage storage, CancellationToken cancel)
    {
        await using var connection = await storage.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = '{Mark}')";
        return await command.ExecuteScalarAsync(cancel) is true;
    }

    public async Task<bool> IsEmptyAsync(CancellationToken cancel)
    {
        if (await ScalarAsync(ForeignTables, cancel) is not 0L) return false;
        if (await ScalarAsync($"SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = '{Mark}')", cancel) is true) return true;
        var schemas = await SchemasAsync(cancel);
        if (schemas.Count == 0) return true;
        // Looking at the state of the migrations makes their tables.
        return schemas is ["foundation"]
            && await ScalarAsync("SELECT count(*) FROM pg_class WHERE relnamespace = 'foundation'::regnamespace AND relkind = 'r' AND relname NOT IN ('migrations', 'migration_log')", cancel) is 0L;
    }

    public async Task<string?> WhyNotReplaceableAsync(CancellationToken cancel)
    {
        if (await ScalarAsync(ForeignTables, cancel) is not 0L) return "its schema 'public' holds tables that are not Mainstreet's";
        // A session that was just closed is still seen for a moment.
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await ScalarAsync(OtherSessions, cancel) is 0L) return null;
            await Task.Delay(Pause, _clock, cancel);
        }

        return "other sessions are connected to it: stop the servers first";
    }

    public async Task PrepareAsync(string backup, CancellationToken cancel)
    {
        // Asked before anything is taken out.
        await _tools.FindAsync("pg_restore", _connection.PostgreSqlVersion.Major, cancel);
        await ExecuteAsync($"DROP SCHEMA IF EXISTS {Mark} CASCADE; CREATE SCHEMA {Mark}; CREATE TABLE {Mark}.begun (backup text NOT NULL, at timestamptz NOT NULL)", cancel);
        await using (var command = new NpgsqlCommand($"INSERT INTO {Mark}.begun VALUES ($1, $2)", _connection))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = Path.GetFileName(backup) });
            command.Parameters.Add(new NpgsqlParameter { Value = _clock.GetUtcNow() });
            await command.ExecuteNonQueryAsync(cancel);
        }

        foreach (var schema in await SchemasAsync(cancel)) await ExecuteAsync($"DROP SCHEMA {Quote(schema)} CASCADE", cancel);
    }

    public async Task LoadAsync(Stream content, CancellationToken cancel)
    {
        var program = await _tools.FindAsync("pg_restore", _connection.PostgreSqlVersion.Major, cancel);
        var name = $"dbname='{_connection.Database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
        await PostgresTools.RunAsync(program, _options,
            ["--format=custom", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments", "--no-publications", "--no-subscriptions", "--no-password", $"--dbname={name}"],
            content, null, cancel);
    }

    public async Task<IDatabaseSnapshot> ReadAsync(CancellationToken cancel) => await PostgresSnapshot.TakeAsync(_options, _tools, _clock, cancel);

    // A dump carries no statistics; without them the first queries are planned blindly.
    public Task FinishAsync(CancellationToken cancel) => ExecuteAsync($"ANALYZE; DROP SCHEMA {Mark} CASCADE", cancel);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<List<string>> SchemasAsync(CancellationToken cancel)
    {
        var found = new List<string>();
        await using var command = new NpgsqlCommand(OwnSchemas, _connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) found.Add(reader.GetString(0));
        return found;
    }

    private async Task<object?> ScalarAsync(string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteScalarAsync(cancel);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
