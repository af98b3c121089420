using System.Text;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;

using Npgsql;

namespace Mainstreet.Foundation.Backups;

/// <summary>
/// A transaction that reads one exported snapshot; <c>pg_dump --snapshot</c> reads the same, so the hashes are of exactly the rows in the dump. Rows come
/// as COPY's text, which has one form for each value of every type, and are not parsed.
/// </summary>
internal sealed class PostgresSnapshot : IDatabaseSnapshot
{
    private const string Pinned =
        "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL search_path = pg_catalog; " +
        "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL client_encoding = 'UTF8'";

    // Tables of people's own: not the system's, not those that an extension brought (and would bring again).
    private const string Tables =
        """
        SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'mainstreet_restore')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 1, 2
        """;

    // PostGIS has one, and only its administrator may write it: without its rows the owner of a database restores into it.
    private const string ExtensionsTables =
        """
        SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 1, 2
        """;

    private readonly DatabaseOptions _options;
    private readonly PostgresTools _tools;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private PostgresSnapshot(DatabaseOptions options, PostgresTools tools, NpgsqlConnection connection, NpgsqlTransaction transaction, DateTimeOffset at) =>
        (_options, _tools, _connection, _transaction, At) = (options, tools, connection, transaction, at);

    public DateTimeOffset At { get; }

    internal static async Task<PostgresSnapshot> TakeAsync(DatabaseOptions options, PostgresTools tools, TimeProvider clock, CancellationToken cancel)
    {
        var connection = PostgresTools.Connect(options);
        try
        {
            await connection.OpenAsync(cancel);
            var at = clock.Now();
            var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
            await using var command = new NpgsqlCommand($"SET TRANSACTION READ ONLY; {Pinned}", connection, transaction);
            await command.ExecuteNonQueryAsync(cancel);
            return new PostgresSnapshot(options, tools, connection, transaction, at);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task WriteAsync(Stream target, CancellationToken cancel)
    {
        var program = await _tools.FindAsync("pg_dump", _connection.PostgreSqlVersion.Major, cancel);
        var snapshot = (string)(await ScalarAsync("SELECT pg_export_snapshot()", cancel))!;
        var without = (await NamesAsync(ExtensionsTables, cancel)).Select(t => $"--exclude-table-data={Quote(t.Schema)}.{Quote(t.Name)}");
        await PostgresTools.RunAsync(program, _options, ["--format=custom", $"--snapshot={snapshot}", "--no-password", "--lock-wait-timeout=60s", .. without], null, target, cancel);
    }

    public async Task<IReadOnlyList<TableSum>> SumAsync(IProgress<BackupProgress>? progress, CancellationToken cancel)
    {
        var tables = await NamesAsync(Tables, cancel);
        var sums = new List<TableSum>();
        foreach (var (schema, name) in tables)
        {
            progress?.Report(new BackupProgress("row hashes", sums.Count, tables.Count));
            sums.Add(await SumAsync(schema, name, cancel));
        }

        return sums;
    }

    public async Task<IReadOnlyList<RecordedMigration>> MigrationsAsync(CancellationToken cancel)
    {
        if (await ScalarAsync("SELECT to_regclass('foundation.migrations') IS NOT NULL", cancel) is not true) return [];
        var found = new List<RecordedMigration>();
        await using var command = Command("SELECT module, number, name, checksum FROM foundation.migrations ORDER BY module COLLATE \"C\", number");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) found.Add(new RecordedMigration(reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetString(3)));
        return found;
    }

    public async Task<IReadOnlyCollection<string>> FileKeysAsync(IEnumerable<FileColumn> columns, CancellationToken cancel)
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            await using (var known = Command("SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped"))
            {
                known.Parameters.Add(new NpgsqlParameter { Value = $"{column.Module}.{column.Table}" });
                known.Parameters.Add(new NpgsqlParameter { Value = column.Column });
                if (await known.ExecuteScalarAsync(cancel) is not 1L) continue;
            }

            await using var command = Command($"SELECT DISTINCT {column.Column} FROM {column.Module}.{column.Table} WHERE {column.Column} IS NOT NULL");
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel)) keys.Add(reader.GetString(0));
        }

        return keys;
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>The newest instant of the audit trail; null when there is none.</summary>
    internal async Task<DateTimeOffset?> NewestAsync(CancellationToken cancel)
    {
        if (await ScalarAsync("SELECT to_regclass('foundation.audit') IS NOT NULL", cancel) is not true) return null;
        return await ScalarAsync("SELECT max(at) FROM foundation.audit", cancel) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }

    private async Task<TableSum> SumAsync(string schema, string name, CancellationToken cancel)
    {
        var columns = new List<string>();
        await using (var command = Command("SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attname COLLATE \"C\""))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = $"{Quote(schema)}.{Quote(name)}" });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel)) columns.Add(reader.GetString(0));
        }

        var sum = new RowSum();
        using var rows = await _connection.BeginTextExportAsync($"COPY (SELECT {string.Join(", ", columns.Select(Quote))} FROM {Quote(schema)}.{Quote(name)}) TO STDOUT", cancel);
        while (await rows.ReadLineAsync(cancel) is { } row) sum.Add(Encoding.UTF8.GetBytes(row));
        return sum.End($"{schema}.{name}", columns);
    }

    private async Task<object?> ScalarAsync(string sql, CancellationToken cancel)
    {
        await using var command = Command(sql);
        return await command.ExecuteScalarAsync(cancel);
    }

    private async Task<List<(string Schema, string Name)>> NamesAsync(string sql, CancellationToken cancel)
    {
        var found = new List<(string Schema, string Name)>();
        await using var command = Command(sql);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) found.Add((reader.GetString(0), reader.GetString(1)));
        return found;
    }

    private NpgsqlCommand Command(string sql) => new(sql, _connection, _transaction);

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
