using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Mainstreet.Foundation.Time;

using Microsoft.Data.Sqlite;

namespace Mainstreet.Foundation.Backups;

/// <summary>
/// A page-for-page copy by SQLite's backup interface, in one step, so in one read transaction: writers go on (WAL) and cannot restart it. The copy lies
/// beside the database, where its content lies in the clear anyway, and is deleted at the end. Not <c>VACUUM INTO</c>: that may number rows anew, and the
/// search index goes by row numbers.
/// </summary>
internal sealed class SqliteSnapshot : IDatabaseSnapshot
{
    private const string Staging = ".staging";
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    private readonly string _file;
    private readonly bool _owned;
    private readonly SqliteConnection _connection;

    private SqliteSnapshot(string file, bool owned, SqliteConnection connection, DateTimeOffset at) => (_file, _owned, _connection, At) = (file, owned, connection, at);

    public DateTimeOffset At { get; }

    internal static async Task<SqliteSnapshot> TakeAsync(string database, TimeProvider clock, CancellationToken cancel)
    {
        if (!File.Exists(database)) throw new BackupException(BackupFailure.Unavailable, $"there is no database {database}");
        RemoveAbandoned(database, clock);
        var copy = $"{database}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}{Staging}";
        var at = clock.Now();
        try
        {
            // Made first, so that nobody else may read it from the start.
            await File.Create(copy, 1, FileOptions.None).DisposeAsync();
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await Task.Run(() => Copy(database, copy), cancel);
            return await OpenAsync(copy, owned: true, at, cancel);
        }
        catch
        {
            File.Delete(copy);
            throw;
        }
    }

    /// <summary>Reads a file that nobody writes, to compare it.</summary>
    internal static Task<SqliteSnapshot> OfFileAsync(string file, CancellationToken cancel) => OpenAsync(file, owned: false, DateTimeOffset.UnixEpoch, cancel);

    public async Task WriteAsync(Stream target, CancellationToken cancel)
    {
        await using var file = new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await file.CopyToAsync(target, 128 * 1024, cancel);
    }

    public async Task<IReadOnlyList<TableSum>> SumAsync(IProgress<BackupProgress>? progress, CancellationToken cancel)
    {
        // A copy of a broken database is a broken backup: better to hear of it now.
        if (await ScalarAsync("PRAGMA quick_check(1)", cancel) is not "ok" and var fault)
            throw new BackupException(BackupFailure.Refused, $"the database is damaged: {fault}");
        var tables = await ListAsync("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name", cancel);
        var sums = new List<TableSum>();
        foreach (var table in tables)
        {
            progress?.Report(new BackupProgress("row hashes", sums.Count, tables.Count));
            var columns = await ListAsync($"SELECT name FROM pragma_table_xinfo('{table.Replace("'", "''", StringComparison.Ordinal)}') WHERE hidden <> 1 ORDER BY name", cancel);
            sums.Add(await Task.Run(() => Sum(table, columns, cancel), cancel));
        }

        return sums;
    }

    public async Task<IReadOnlyList<RecordedMigration>> MigrationsAsync(CancellationToken cancel)
    {
        if (!await HasAsync("foundation_migrations", null, cancel)) return [];
        var found = new List<RecordedMigration>();
        await using var command = Command("SELECT module, number, name, checksum FROM foundation_migrations ORDER BY module, number");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) found.Add(new RecordedMigration(reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetString(3)));
        return found;
    }

    public async Task<IReadOnlyCollection<string>> FileKeysAsync(IEnumerable<FileColumn> columns, CancellationToken cancel)
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            if (!await HasAsync($"{column.Module}_{column.Table}", column.Column, cancel)) continue;
            keys.UnionWith(await ListAsync($"SELECT DISTINCT {column.Column} FROM {column.Module}_{column.Table} WHERE {column.Column} IS NOT NULL", cancel));
        }

        return keys;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        if (_owned) File.Delete(_file);
    }

    /// <summary>The newest instant of the audit trail; null when there is none.</summary>
    internal async Task<DateTimeOffset?> NewestAsync(CancellationToken cancel) =>
        await HasAsync("foundation_audit", null, cancel) && await ScalarAsync("SELECT max(at) FROM foundation_audit", cancel) is long at ? Instants.FromMicroseconds(at) : null;

    private static void Copy(string from, string to)
    {
        using var source = Connect(from, SqliteOpenMode.ReadWrite);
        using var target = Connect(to, SqliteOpenMode.ReadWriteCreate);
        source.BackupDatabase(target);
        // The copy says that it has a write-ahead log, as the database has; without, it is the one file.
        using var command = target.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = DELETE";
        command.ExecuteNonQuery();
    }

    private static async Task<SqliteSnapshot> OpenAsync(string file, bool owned, DateTimeOffset at, CancellationToken cancel)
    {
        var connection = Connect(file, SqliteOpenMode.ReadOnly);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA query_only = 1";
        await command.ExecuteNonQueryAsync(cancel);
        return new SqliteSnapshot(file, owned, connection, at);
    }

    private static SqliteConnection Connect(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 60 }.ConnectionString);
        connection.Open();
        return connection;
    }

    private static void RemoveAbandoned(string database, TimeProvider clock)
    {
        var oldest = clock.GetUtcNow().UtcDateTime - AbandonedAfter;
        foreach (var old in Directory.EnumerateFiles(Path.GetDirectoryName(database)!, $"{Path.GetFileName(database)}.*{Staging}"))
        {
            if (File.GetLastWriteTimeUtc(old) < oldest) File.Delete(old);
        }
    }

    private TableSum Sum(string table, List<string> columns, CancellationToken cancel)
    {
        var sum = new RowSum();
        var row = new ArrayBufferWriter<byte>(4096);
        using var command = Command($"SELECT {string.Join(", ", columns.Select(Quote))} FROM {Quote(table)}");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            cancel.ThrowIfCancellationRequested();
            row.ResetWrittenCount();
            for (var i = 0; i < columns.Count; i++) Write(row, reader.GetValue(i));
            sum.Add(row.WrittenSpan);
        }

        return sum.End(table, columns);
    }

    // The kind, the length, the bytes: no two rows have one form.
    private static void Write(ArrayBufferWriter<byte> row, object value)
    {
        var (kind, bytes) = value switch
        {
            DBNull => ((byte)0, Array.Empty<byte>()),
            long number => ((byte)1, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture))),
            double real => ((byte)2, BitConverter.GetBytes(BitConverter.DoubleToInt64Bits(real))),
            string text => ((byte)3, Encoding.UTF8.GetBytes(text)),
            byte[] blob => ((byte)4, blob),
            _ => throw new InvalidOperationException($"SQLite has no type {value.GetType().Name}."),
        };
        var span = row.GetSpan(5 + bytes.Length);
        span[0] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(span[1..], bytes.Length);
        bytes.CopyTo(span[5..]);
        row.Advance(5 + bytes.Length);
    }

    private async Task<bool> HasAsync(string table, string? column, CancellationToken cancel)
    {
        await using var command = Command("SELECT count(*) FROM pragma_table_info($table) WHERE $column IS NULL OR name = $column");
        command.Parameters.AddWithValue("$table", table);
        command.Parameters.AddWithValue("$column", (object?)column ?? DBNull.Value);
        return (long)(await command.ExecuteScalarAsync(cancel))! > 0;
    }

    private async Task<List<string>> ListAsync(string sql, CancellationToken cancel)
    {
        var found = new List<string>();
        await using var command = Command(sql);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) found.Add(reader.GetString(0));
        return found;
    }

    private async Task<object?> ScalarAsync(string sql, CancellationToken cancel)
    {
        await using var command = Command(sql);
        return await command.ExecuteScalarAsync(cancel);
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        return command;
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
