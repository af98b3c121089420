using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Observability;

/// <summary>What the database server says of itself. On SQLite its size only.</summary>
internal sealed class DatabaseFigures(Storage storage, TimeProvider clock) : IFigures
{
    private const string Sessions = "mainstreet.database.sessions";
    private const string SessionLimit = "mainstreet.database.sessions.limit";
    private const string Transaction = "mainstreet.database.transaction.age";
    private const string Waiting = "mainstreet.database.locks.waiting";
    private const string Deadlocks = "mainstreet.database.deadlocks";
    private const string Size = "mainstreet.database.size";
    private const string Freeze = "mainstreet.database.freeze.age";
    private const string Skew = "mainstreet.clock.skew";

    // A role without pg_monitor sees the sessions of others, but not what they do: locks and transactions are then those of its own.
    private const string Sql = """
        SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
               current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
               (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8
                FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()),
               (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'),
               (SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()),
               pg_database_size(current_database()),
               (SELECT max(age(datfrozenxid)) FROM pg_database),
               clock_timestamp()
        """;

    public static IReadOnlyList<FigureShape> Shapes { get; } =
    [
        new(Sessions, "{session}", "Client sessions at the PostgreSQL server, of all its databases."),
        new(SessionLimit, "{session}", "Client sessions that the server takes from ordinary roles."),
        new(Transaction, "s", "Age of the oldest open transaction of this database."),
        new(Waiting, "{session}", "Sessions of this database that wait for a lock."),
        new(Deadlocks, "{deadlock}", "Deadlocks found in this database.", Counts: true),
        new(Size, "By", "Size of the database."),
        new(Freeze, "{transaction}", "Age of the oldest unfrozen transaction; the server stops writing at two thousand million."),
        new(Skew, "s", "This machine's clock less the database server's."),
    ];

    public async Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken cancel)
    {
        await using var connection = await storage.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        if (storage.Engine == Engine.Sqlite)
        {
            command.CommandText = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
            return [new(Size, (long)(await command.ExecuteScalarAsync(cancel))!)];
        }

        command.CommandText = Sql;
        var (before, started) = (clock.GetUtcNow(), clock.GetTimestamp());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        // The server read its clock somewhere between the question and the answer.
        var here = before + clock.GetElapsedTime(started) / 2;
        return
        [
            new(Sessions, reader.GetInt64(0)),
            new(SessionLimit, reader.GetInt32(1)),
            new(Transaction, Math.Max(0, reader.GetDouble(2))),
            new(Waiting, reader.GetInt64(3)),
            new(Deadlocks, reader.GetInt64(4)),
            new(Size, reader.GetInt64(5)),
            new(Freeze, reader.GetInt32(6)),
            new(Skew, (here - reader.GetFieldValue<DateTimeOffset>(7)).TotalSeconds),
        ];
    }
}
