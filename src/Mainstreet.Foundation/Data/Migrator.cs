using System.Data.Common;
using System.Text.RegularExpressions;

using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Schema;
using Mainstreet.Foundation.Time;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

using Npgsql;

namespace Mainstreet.Foundation.Data;

/// <summary>How one migration stands.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="AppliedAt">When it was applied; null when it is not.</param>
/// <param name="Step">The line of the log that tells of it; null when it was applied before there was a log.</param>
public sealed record MigrationState(Migration Migration, DateTimeOffset? AppliedAt, LoggedStep? Step = null);

/// <summary>
/// Takes the schema up and down, one transaction a migration, under a database-wide lock so that two starting replicas do not collide. Refuses to go on when an
/// applied migration's file has changed, when the history has a hole, and when somebody changed by hand what a step would build on.
/// Every step is written to a log that only grows. Reading changes nothing.
/// </summary>
public sealed partial class Migrator(Storage storage, IEnumerable<MigrationSource> sources, TimeProvider clock, ILogger<Migrator> log)
{
    /// <summary>Any constant will do as long as every replica uses the same.</summary>
    private const long LockKey = 5_080_001;

    private readonly MigrationHistory _history = new(storage.Engine);
    private int _executed;

    private IReadOnlyList<Migration> Known => field ??= [.. sources.SelectMany(s => s.Load(storage.Engine))];

    /// <summary>Applies all that is missing, without a backup; answers what was applied.</summary>
    /// <exception cref="MigrationException">A contradiction, drift, or a failing statement.</exception>
    public Task<IReadOnlyList<Migration>> UpAsync(CancellationToken cancel) => UpAsync(new UpRequest(), cancel);

    /// <summary>Applies what is missing; answers what was applied by this call.</summary>
    /// <exception cref="MigrationException">A contradiction, drift, a failing statement, or a schema that does not validate afterwards.</exception>
    public Task<IReadOnlyList<Migration>> UpAsync(UpRequest request, CancellationToken cancel) =>
        LockedAsync(recorded => MigrationChoice.Up(Known, recorded, request), request, true, cancel);

    /// <summary>Takes the last <paramref name="steps"/> migrations of one module back, newest first.</summary>
    public Task<IReadOnlyList<Migration>> DownAsync(string module, int steps, CancellationToken cancel) =>
        DownAsync(new DownRequest { Module = module, Steps = steps }, cancel);

    /// <summary>Takes migrations back, newest first, the last module first; answers what was taken back.</summary>
    /// <exception cref="MigrationException">A contradiction, drift, a failing statement, or modules that would be left standing on nothing.</exception>
    public Task<IReadOnlyList<Migration>> DownAsync(DownRequest request, CancellationToken cancel) =>
        LockedAsync(recorded => MigrationChoice.Down(Known, recorded, request), request, false, cancel);

    private async Task<IReadOnlyList<Migration>> LockedAsync(
        Func<IReadOnlyList<RecordedMigration>, IReadOnlyList<Migration>> choose, StepRequest request, bool up, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        await LockAsync(connection, cancel);
        try
        {
            var recorded = await PrepareAsync(connection, cancel);
            ThrowIfAny(MigrationChoice.Contradictions(Known, recorded));
            var chosen = choose(recorded);
            if (chosen.Count == 0) return [];

            var modules = chosen.Select(m => m.Module).Distinct().ToList();
            if (request.AcceptDrift) await AcceptAsync(connection, modules, cancel);
            else ThrowIfAny(await DriftAsync(connection, modules, cancel), "The schema was changed by hand since the last step; undo that, or record it with --accept-drift:");
            if (recorded.Count > 0 && request.Backup is { } backup) await backup(cancel);

            _executed = 0;
            var done = new List<Migration>();
            foreach (var migration in chosen)
            {
                if (await PatientlyAsync(connection, migration, up, cancel)) done.Add(migration);
            }

            if (!up) return done;
            var atHead = Known.All(m => chosen.Contains(m) || recorded.Any(r => r.Module == m.Module && r.Number == m.Number));
            ThrowIfAny(await SchemaValidation.FindAsync(connection, storage.Engine, sources.Select(s => s.Module), atHead, cancel), "The steps were taken, but the schema is not sound:");
            return done;
        }
        finally
        {
            await UnlockAsync(connection);
        }
    }

    // A statement that waits for a busy table makes everybody wait behind it, so it gives up soon, lets them pass and comes back.
    private async Task<bool> PatientlyAsync(DbConnection connection, Migration migration, bool up, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await StepAsync(connection, migration, up, cancel);
            }
            catch (MigrationException busy) when (attempt < 10 && busy.InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
            {
                Log.Waiting(log, migration.Module, migration.Number, attempt);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, cancel);
            }
        }
    }

    private async Task<bool> StepAsync(DbConnection connection, Migration migration, bool up, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        var sql = up ? migration.Up : migration.Down;
        var line = 1;
        try
        {
            var statements = SqlScript.Split(sql, storage.Engine);
            if (storage.Engine == Engine.Postgres && SqlScript.IsOutsideTransaction(sql))
            {
                if (await _history.IsRecordedAsync(connection, null, migration, cancel) == up) return false;
                await BeginAsync(connection, migration, up, cancel);
                foreach (var statement in statements)
                {
                    line = statement.Line;
                    await DropInvalidAsync(connection, statement, cancel);
                    await RunAsync(connection, null, statement.Text, cancel);
                }

                statements = [];
            }

            await using var transaction = await connection.BeginTransactionAsync(cancel);
            // On SQLite the transaction is the lock: another process may have taken the step while this one waited.
            if (await _history.IsRecordedAsync(connection, transaction, migration, cancel) == up) return false;
            if (storage.Engine == Engine.Postgres) await connection.RunAsync(transaction, "SET LOCAL lock_timeout = '3s'", cancel);
            foreach (var statement in statements)
            {
                line = statement.Line;
                await RunAsync(connection, transaction, statement.Text, cancel);
            }

            line = 0;
            if (up && storage.Engine == Engine.Sqlite) ThrowIfAny(await SchemaValidation.OrphansAsync(connection, transaction, cancel), $"Migration {MigrationChoice.Name(migration)} failed:");
            var now = clock.Now();
            await _history.RecordAsync(connection, transaction, migration, up ? now : null, cancel);
            Failpoints.Hit(Failpoints.AfterMigrationStatement(++_executed));
            var schema = await SchemaReader.ReadAsync(connection, transaction, storage.Engine, migration.Module, cancel);
            var took = clock.GetElapsedTime(started);
            var step = new LoggedStep(now, up ? StepKind.Up : StepKind.Down, migration.Module, migration.Number, migration.Name, migration.Checksum, took,
                LoggedStep.Me, LoggedStep.ThisProgram, up ? migration.Number : migration.Number - 1, schema);
            await _history.AppendAsync(connection, transaction, step, cancel);
            Failpoints.Hit(Failpoints.AfterMigrationStatement(++_executed));
            await transaction.CommitAsync(cancel);
            Failpoints.Hit(Failpoints.AfterMigrationStatement(++_executed));
            if (up) Log.Applied(log, migration.Module, migration.Number, migration.Name);
            else Log.TakenBack(log, migration.Module, migration.Number, migration.Name);
            return true;
        }
        catch (DbException exception)
        {
            var place = line > 0 ? $" at line {line}" : "";
            throw new MigrationException($"Migration {MigrationChoice.Name(migration)} failed{place}: {exception.Message}", exception);
        }
    }

    private async Task RunAsync(DbConnection connection, DbTransaction? transaction, string sql, CancellationToken cancel)
    {
        await connection.RunAsync(transaction, sql, cancel);
        Failpoints.Hit(Failpoints.AfterMigrationStatement(++_executed));
    }

    // CREATE INDEX CONCURRENTLY that was cut off leaves an index of that name which IF NOT EXISTS would take for the real one.
    private static async Task DropInvalidAsync(DbConnection connection, SqlStatement statement, CancellationToken cancel)
    {
        var index = ConcurrentIndex().Match(statement.Shape);
        if (!index.Success) return;
        var (schema, name) = (index.Groups["schema"].Value, index.Groups["name"].Value);
        var invalid = await connection.ReadOneAsync(null,
            """
            SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT i.indisvalid AND n.nspname = @schema AND c.relname = @name
            """, cancel, ("schema", schema), ("name", name));
        if (invalid is > 0L) await connection.RunAsync(null, $"DROP INDEX CONCURRENTLY IF EXISTS {schema}.{name}", cancel);
    }

    // Asked for again and again rather than waited for: who waits inside a statement would be waited for by CREATE INDEX CONCURRENTLY.
    private async Task LockAsync(DbConnection connection, CancellationToken cancel)
    {
        if (storage.Engine != Engine.Postgres) return;
        while (await connection.ReadOneAsync(null, $"SELECT pg_try_advisory_lock({LockKey})", cancel) is not true)
            await Task.Delay(TimeSpan.FromMilliseconds(200), clock, cancel);
    }

    private async Task UnlockAsync(DbConnection connection)
    {
        if (storage.Engine == Engine.Postgres && connection.State == System.Data.ConnectionState.Open)
            await connection.RunAsync(null, $"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None);
    }

    private async Task<DbConnection> OpenAsync(CancellationToken cancel)
    {
        var connection = await storage.OpenAsync(cancel);
        // Another process may be in the middle of a long step.
        if (connection is SqliteConnection sqlite) sqlite.DefaultTimeout = 600;
        return connection;
    }

    private static void ThrowIfAny(IReadOnlyList<string> lines, string? heading = null)
    {
        if (lines.Count == 0) return;
        throw new MigrationException(heading is null ? string.Join('\n', lines) : $"{heading}\n  {string.Join("\n  ", lines)}");
    }

    [GeneratedRegex(@"^create (?:unique )?index concurrently if not exists (?<name>[a-z0-9_]+) on (?:only )?(?<schema>[a-z0-9_]+)\.")]
    private static partial Regex ConcurrentIndex();

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "Applied migration {Module}/{Number} {Name}")]
        internal static partial void Applied(ILogger log, string module, int number, string name);

        [LoggerMessage(1002, LogLevel.Warning, "Took back migration {Module}/{Number} {Name}")]
        internal static partial void TakenBack(ILogger log, string module, int number, string name);

        [LoggerMessage(1003, LogLevel.Warning, "Migration {Module}/{Number} waits for a table that is in use (attempt {Attempt})")]
        internal static partial void Waiting(ILogger log, string module, int number, int attempt);

        [LoggerMessage(1004, LogLevel.Warning, "The history of migrations begins with the schema of {Module} as it was found at {Head}")]
        internal static partial void Found(ILogger log, string module, int head);

        [LoggerMessage(1005, LogLevel.Warning, "Accepted a change by hand: {Change}")]
        internal static partial void Accepted(ILogger log, string change);
    }
}

/// <summary>The schema could not be brought where it was asked to go; the message names the migration.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
