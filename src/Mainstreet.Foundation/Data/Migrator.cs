using System.Data.Common;

using Mainstreet.Foundation.Time;

using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Data;

/// <summary>How one migration stands.</summary>
public sealed record MigrationState(Migration Migration, DateTimeOffset? AppliedAt);

/// <summary>
/// Brings the schema to head, one transaction a migration, under a database-wide lock so that two starting replicas do
/// not collide. Refuses to go on when an applied migration's file has changed.
/// </summary>
public sealed partial class Migrator(Storage storage, IEnumerable<MigrationSource> sources, TimeProvider clock, ILogger<Migrator> log)
{
    /// <summary>Any constant will do as long as every replica uses the same.</summary>
    private const long LockKey = 5_080_001;

    private string History => storage.Engine == Engine.Postgres ? "foundation.migrations" : "foundation_migrations";

    /// <summary>Applies what is missing; answers what was applied.</summary>
    /// <exception cref="MigrationException">A changed checksum, or a failing statement.</exception>
    public async Task<IReadOnlyList<Migration>> UpAsync(CancellationToken cancel)
    {
        await using var connection = await storage.OpenAsync(cancel);
        await LockAsync(connection, cancel);
        try
        {
            var applied = new List<Migration>();
            foreach (var state in await ReadAsync(connection, cancel))
            {
                if (state.AppliedAt is not null) continue;
                await RunAsync(connection, state.Migration, state.Migration.Up,
                    $"INSERT INTO {History} (module, number, name, checksum, applied_at) VALUES (@module, @number, @name, @checksum, @at)", cancel);
                Log.Applied(log, state.Migration.Module, state.Migration.Number, state.Migration.Name);
                applied.Add(state.Migration);
            }

            return applied;
        }
        finally
        {
            await UnlockAsync(connection);
        }
    }

    /// <summary>Takes the last <paramref name="steps"/> migrations of one module back, newest first.</summary>
    public async Task<IReadOnlyList<Migration>> DownAsync(string module, int steps, CancellationToken cancel)
    {
        await using var connection = await storage.OpenAsync(cancel);
        await LockAsync(connection, cancel);
        try
        {
            var states = await ReadAsync(connection, cancel);
            var undone = states.Where(s => s.Migration.Module == module && s.AppliedAt is not null)
                .OrderByDescending(s => s.Migration.Number).Take(steps).Select(s => s.Migration).ToList();
            foreach (var migration in undone)
            {
                await RunAsync(connection, migration, migration.Down,
                    $"DELETE FROM {History} WHERE module = @module AND number = @number", cancel);
                Log.TakenBack(log, migration.Module, migration.Number, migration.Name);
            }

            return undone;
        }
        finally
        {
            await UnlockAsync(connection);
        }
    }

    /// <summary>Every migration known to this program, in order of application, and when it was applied.</summary>
    public async Task<IReadOnlyList<MigrationState>> StatusAsync(CancellationToken cancel)
    {
        await using var connection = await storage.OpenAsync(cancel);
        return await ReadAsync(connection, cancel);
    }

    private async Task<IReadOnlyList<MigrationState>> ReadAsync(DbConnection connection, CancellationToken cancel)
    {
        await CreateHistoryAsync(connection, cancel);
        var applied = new Dictionary<(string, int), (string Checksum, DateTimeOffset At)>();
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = $"SELECT module, number, checksum, applied_at FROM {History}";
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
                applied[(reader.GetString(0), reader.GetInt32(1))] = (reader.GetString(2), Instants.FromMicroseconds(reader.GetInt64(3)));
        }

        var states = new List<MigrationState>();
        foreach (var migration in sources.SelectMany(s => s.Load(storage.Engine)))
        {
            if (!applied.TryGetValue((migration.Module, migration.Number), out var row))
            {
                states.Add(new MigrationState(migration, null));
                continue;
            }

            if (row.Checksum != migration.Checksum)
                throw new MigrationException($"Migration {migration.Module}/{migration.Number:D4}_{migration.Name} was changed after it was applied.");
            states.Add(new MigrationState(migration, row.At));
        }

        return states;
    }

    private async Task CreateHistoryAsync(DbConnection connection, CancellationToken cancel)
    {
        if (storage.Engine == Engine.Postgres) await ExecuteAsync(connection, null, "CREATE SCHEMA IF NOT EXISTS foundation", cancel);
        await ExecuteAsync(connection, null,
            $"CREATE TABLE IF NOT EXISTS {History} (module text NOT NULL, number integer NOT NULL, name text NOT NULL, checksum text NOT NULL, applied_at bigint NOT NULL, PRIMARY KEY (module, number))",
            cancel);
    }

    private async Task RunAsync(DbConnection connection, Migration migration, string sql, string record, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        try
        {
            if (await IsRecordedAsync(connection, transaction, migration, cancel) == record.StartsWith("INSERT", StringComparison.Ordinal)) return;
            await ExecuteAsync(connection, transaction, sql, cancel);
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = record;
            Add(command, "module", migration.Module);
            Add(command, "number", migration.Number);
            Add(command, "name", migration.Name);
            Add(command, "checksum", migration.Checksum);
            Add(command, "at", clock.Now().ToMicroseconds());
            await command.ExecuteNonQueryAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        catch (DbException exception)
        {
            throw new MigrationException($"Migration {migration.Module}/{migration.Number:D4}_{migration.Name} failed: {exception.Message}", exception);
        }
    }

    // On SQLite the transaction itself is the lock: another process may have applied the step while this one waited.
    private async Task<bool> IsRecordedAsync(DbConnection connection, DbTransaction transaction, Migration migration, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT count(*) FROM {History} WHERE module = @module AND number = @number";
        Add(command, "module", migration.Module);
        Add(command, "number", migration.Number);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancel), System.Globalization.CultureInfo.InvariantCulture) > 0;
    }

    private async Task LockAsync(DbConnection connection, CancellationToken cancel)
    {
        if (storage.Engine == Engine.Postgres) await ExecuteAsync(connection, null, $"SELECT pg_advisory_lock({LockKey})", cancel);
    }

    private async Task UnlockAsync(DbConnection connection)
    {
        if (storage.Engine == Engine.Postgres) await ExecuteAsync(connection, null, $"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None);
    }

    private static async Task ExecuteAsync(DbConnection connection, DbTransaction? transaction, string sql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "Applied migration {Module}/{Number} {Name}")]
        internal static partial void Applied(ILogger log, string module, int number, string name);

        [LoggerMessage(1002, LogLevel.Warning, "Took back migration {Module}/{Number} {Name}")]
        internal static partial void TakenBack(ILogger log, string module, int number, string name);
    }
}

/// <summary>The schema could not be brought where it was asked to go; the message names the migration.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
