using Mainstreet.Foundation.Files;

using Microsoft.Data.Sqlite;

namespace Mainstreet.Foundation.Backups;

/// <summary>The database is written beside its place as <c>mainstreet.db.restoring</c>, which is also the mark, and renamed once it was compared.</summary>
internal sealed class SqliteRestoreTarget(string file) : IRestoreTarget
{
    internal const string Restoring = ".restoring";

    private readonly string _restoring = file + Restoring;

    public async Task<bool> IsEmptyAsync(CancellationToken cancel)
    {
        if (!File.Exists(file) || new FileInfo(file).Length == 0) return true;
        await using var connection = Connect(file, SqliteOpenMode.ReadWrite);
        await using var command = connection.CreateCommand();
        // Looking at the state of the migrations makes their tables.
        command.CommandText = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('foundation_migrations', 'foundation_migration_log')";
        return await command.ExecuteScalarAsync(cancel) is 0L;
    }

    public async Task<string?> WhyNotReplaceableAsync(CancellationToken cancel)
    {
        if (!File.Exists(file)) return null;
        try
        {
            await using var connection = Connect(file, SqliteOpenMode.ReadWrite);
            await using var command = connection.CreateCommand();
            // Leaving the write-ahead log needs the database for oneself, and empties the log.
            command.CommandText = "PRAGMA journal_mode = DELETE";
            return await command.ExecuteScalarAsync(cancel) is "delete" ? null : "it is in use: stop the servers first";
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode is 5 or 6)
        {
            return "it is in use: stop the servers first";
        }
    }

    public async Task PrepareAsync(string backup, CancellationToken cancel)
    {
        var folder = Path.GetDirectoryName(file)!;
        Directory.CreateDirectory(folder);
        foreach (var suffix in new[] { "", "-journal", "-wal", "-shm" }) File.Delete(_restoring + suffix);
        await using var mark = new FileStream(_restoring, NewFile());
        mark.Flush(flushToDisk: true);
        DurableDirectory.Flush(folder, folder);
    }

    public async Task LoadAsync(Stream content, CancellationToken cancel)
    {
        await using var target = new FileStream(_restoring, FileMode.Truncate, FileAccess.Write, FileShare.None, 128 * 1024, FileOptions.Asynchronous);
        await content.CopyToAsync(target, 128 * 1024, cancel);
        await target.FlushAsync(cancel);
        target.Flush(flushToDisk: true);
    }

    public async Task<IDatabaseSnapshot> ReadAsync(CancellationToken cancel) => await SqliteSnapshot.OfFileAsync(_restoring, cancel);

    public Task FinishAsync(CancellationToken cancel)
    {
        // The old log belongs to the old file: beside the new one SQLite would play it back.
        foreach (var suffix in new[] { "-journal", "-wal", "-shm" }) File.Delete(file + suffix);
        File.Move(_restoring, file, overwrite: true);
        var folder = Path.GetDirectoryName(file)!;
        DurableDirectory.Flush(folder, folder);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 2 }.ConnectionString);
        connection.Open();
        return connection;
    }
}
