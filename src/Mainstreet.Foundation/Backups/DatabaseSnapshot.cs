using System.Data.Common;

using Mainstreet.Foundation.Data;

using Microsoft.Data.Sqlite;

namespace Mainstreet.Foundation.Backups;

/// <summary>The database as it was at one moment, while writers go on. One implementation an engine.</summary>
internal interface IDatabaseSnapshot : IAsyncDisposable
{
    /// <summary>An instant not later than the state that the snapshot holds.</summary>
    DateTimeOffset At { get; }

    /// <summary>Writes the snapshot in the engine's own form: a SQLite file, or what <c>pg_dump -Fc</c> writes.</summary>
    Task WriteAsync(Stream target, CancellationToken cancel);

    /// <summary>Rows and hash of every table, by name.</summary>
    Task<IReadOnlyList<TableSum>> SumAsync(IProgress<BackupProgress>? progress, CancellationToken cancel);

    /// <summary>Migrations that are recorded, in order.</summary>
    Task<IReadOnlyList<RecordedMigration>> MigrationsAsync(CancellationToken cancel);

    /// <summary>Keys of the file store that rows name, each once.</summary>
    Task<IReadOnlyCollection<string>> FileKeysAsync(IEnumerable<FileColumn> columns, CancellationToken cancel);
}

/// <summary>A column that holds keys of the file store. A backup takes the files that such columns name, and no others.</summary>
/// <param name="Module">The module, which is the schema's name.</param>
/// <param name="Table">The table without its schema or prefix.</param>
/// <param name="Column">The column; null values name no file.</param>
public sealed record FileColumn(string Module, string Table, string Column);

/// <summary>A database to back up or to restore into.</summary>
/// <param name="Storage">Its pool.</param>
/// <param name="Options">How it is reached; of PostgreSQL with the password, which the pool does not tell.</param>
/// <param name="Data">Holds the SQLite file unless the connection string names another.</param>
internal sealed record DatabasePlace(Storage Storage, DatabaseOptions Options, Hosting.DataDirectory Data)
{
    internal Engine Engine => Storage.Engine;

    /// <summary>The SQLite file.</summary>
    internal string SqliteFile
    {
        get
        {
            var source = Options.ConnectionString is { } given ? new SqliteConnectionStringBuilder(given).DataSource : Path.Combine(Data.Root, "mainstreet.db");
            return Path.GetFullPath(source);
        }
    }

    /// <summary>A connection that no pool keeps open afterwards: a restore wants the database for itself.</summary>
    internal async Task<DbConnection> OpenAloneAsync(CancellationToken cancel)
    {
        DbConnection connection = Engine == Engine.Postgres
            ? PostgresTools.Connect(Options)
            : new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = SqliteFile, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancel);
        return connection;
    }

    internal async Task<IDatabaseSnapshot> SnapshotAsync(PostgresTools tools, TimeProvider clock, CancellationToken cancel) => Engine == Engine.Postgres
        ? await PostgresSnapshot.TakeAsync(Options, tools, clock, cancel)
        : await SqliteSnapshot.TakeAsync(SqliteFile, clock, cancel);
}
