using System.Data.Common;

using Mainstreet.Foundation.Schema;
using Mainstreet.Foundation.Time;

using Microsoft.Data.Sqlite;

namespace Mainstreet.Foundation.Data;

/// <content>How the schema stands and what a run would do; and what is written without taking a step.</content>
public sealed partial class Migrator
{
    /// <summary>Every migration known to this program, in order of application, and when it was applied.</summary>
    /// <exception cref="MigrationException">The history does not fit this program.</exception>
    public async Task<IReadOnlyList<MigrationState>> StatusAsync(CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        var recorded = await _history.RecordedAsync(connection, null, cancel);
        ThrowIfAny(MigrationChoice.Contradictions(Known, recorded));
        return States(recorded, []);
    }

    /// <summary>The same with what is wrong, drift included.</summary>
    /// <param name="validate">Whether the engine's own checks are run too, which read the whole of an SQLite file.</param>
    public async Task<MigrationReport> InspectAsync(bool validate, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        var recorded = await _history.RecordedAsync(connection, null, cancel);
        var states = States(recorded, await _history.LoggedAsync(connection, null, cancel));
        var modules = sources.Select(s => s.Module).ToList();
        var invalid = validate ? await SchemaValidation.FindAsync(connection, storage.Engine, modules, states.All(s => s.AppliedAt is not null), cancel) : [];
        return new MigrationReport(states, MigrationChoice.Contradictions(Known, recorded), await DriftAsync(connection, modules, cancel), invalid);
    }

    /// <summary>Every step ever logged, oldest first.</summary>
    public async Task<IReadOnlyList<LoggedStep>> HistoryAsync(CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        return await _history.LoggedAsync(connection, null, cancel);
    }

    /// <summary>What <see cref="UpAsync(UpRequest, CancellationToken)"/> would do.</summary>
    public Task<MigrationPlan> PlanAsync(UpRequest request, CancellationToken cancel) => PlanAsync(request, true, recorded => MigrationChoice.Up(Known, recorded, request), cancel);

    /// <summary>What <see cref="DownAsync(DownRequest, CancellationToken)"/> would do.</summary>
    public Task<MigrationPlan> PlanAsync(DownRequest request, CancellationToken cancel) => PlanAsync(request, false, recorded => MigrationChoice.Down(Known, recorded, request), cancel);

    /// <summary>Records the schema as it is now in place of how the last steps left it; answers what was accepted.</summary>
    public async Task<IReadOnlyList<string>> AcceptDriftAsync(CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        await LockAsync(connection, cancel);
        try
        {
            await PrepareAsync(connection, cancel);
            return await AcceptAsync(connection, [.. sources.Select(s => s.Module)], cancel);
        }
        finally
        {
            await UnlockAsync(connection);
        }
    }

    /// <summary>What a module has in the database now.</summary>
    public async Task<SchemaSnapshot> SnapshotAsync(string module, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        return await SnapshotAsync(connection, module, cancel);
    }

    private async Task<MigrationPlan> PlanAsync(StepRequest request, bool up, Func<IReadOnlyList<RecordedMigration>, IReadOnlyList<Migration>> choose, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        var recorded = await _history.RecordedAsync(connection, null, cancel);
        var steps = choose(recorded).Select(m => new PlannedStep(
            m, SqlScript.Split(up ? m.Up : m.Down, storage.Engine), up ? MigrationLint.Check(m.Up, storage.Engine) : [])).ToList();
        var drift = request.AcceptDrift ? [] : await DriftAsync(connection, [.. steps.Select(s => s.Migration.Module).Distinct()], cancel);
        return new MigrationPlan(storage.Engine, up, steps, MigrationChoice.Contradictions(Known, recorded), drift, steps.Count > 0 && recorded.Count > 0 && request.Backup is not null);
    }

    private List<MigrationState> States(IReadOnlyList<RecordedMigration> recorded, IReadOnlyList<LoggedStep> logged) =>
    [
        .. Known.Select(m => recorded.FirstOrDefault(r => r.Module == m.Module && r.Number == m.Number) is { } row
            ? new MigrationState(m, row.At, logged.LastOrDefault(s => s.Kind == StepKind.Up && s.Module == m.Module && s.Number == m.Number))
            : new MigrationState(m, null)),
    ];

    /// <summary>Makes the history where it is missing, and begins it with what is there: what an older program applied has left no line.</summary>
    private async Task<IReadOnlyList<RecordedMigration>> PrepareAsync(DbConnection connection, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await _history.CreateAsync(connection, transaction, cancel);
        var recorded = await _history.RecordedAsync(connection, transaction, cancel);
        var logged = await _history.LoggedAsync(connection, transaction, cancel);
        foreach (var module in sources.Select(s => s.Module))
        {
            var head = MigrationChoice.Head(recorded, module);
            if (head == (logged.LastOrDefault(s => s.Module == module)?.Head ?? 0)) continue;
            await AppendAsync(connection, transaction, StepKind.Found, module, head, cancel);
            Log.Found(log, module, head);
        }

        await transaction.CommitAsync(cancel);
        return recorded;
    }

    private async Task<IReadOnlyList<string>> AcceptAsync(DbConnection connection, IReadOnlyList<string> modules, CancellationToken cancel)
    {
        var drift = await DriftAsync(connection, modules, cancel);
        if (drift.Count == 0) return drift;
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var recorded = await _history.RecordedAsync(connection, transaction, cancel);
        foreach (var module in modules.Where(m => drift.Any(line => line.StartsWith(m + ".", StringComparison.Ordinal))))
            await AppendAsync(connection, transaction, StepKind.Accepted, module, MigrationChoice.Head(recorded, module), cancel);
        await transaction.CommitAsync(cancel);
        foreach (var line in drift) Log.Accepted(log, line);
        return drift;
    }

    private async Task AppendAsync(DbConnection connection, DbTransaction transaction, StepKind kind, string module, int head, CancellationToken cancel)
    {
        var schema = await SchemaReader.ReadAsync(connection, transaction, storage.Engine, module, cancel);
        await _history.AppendAsync(connection, transaction,
            new LoggedStep(clock.Now(), kind, module, head, "", "", TimeSpan.Zero, LoggedStep.Me, LoggedStep.ThisProgram, head, schema), cancel);
    }

    private async Task BeginAsync(DbConnection connection, Migration migration, bool up, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var schema = await SchemaReader.ReadAsync(connection, transaction, storage.Engine, migration.Module, cancel);
        var step = new LoggedStep(clock.Now(), StepKind.Begun, migration.Module, migration.Number, migration.Name, migration.Checksum, TimeSpan.Zero,
            LoggedStep.Me, LoggedStep.ThisProgram, up ? migration.Number - 1 : migration.Number, schema);
        await _history.AppendAsync(connection, transaction, step, cancel);
        await transaction.CommitAsync(cancel);
    }

    private async Task<IReadOnlyList<string>> DriftAsync(DbConnection connection, IReadOnlyList<string> modules, CancellationToken cancel)
    {
        while (true)
        {
            var logged = await _history.LoggedAsync(connection, null, cancel);
            var recorded = await _history.RecordedAsync(connection, null, cancel);
            var lines = new List<string>();
            foreach (var module in modules)
            {
                // Steps without a line in the log leave nothing to compare with: the next run begins anew there. One that was cut off will be run again.
                if (logged.LastOrDefault(s => s.Module == module) is not { } last || last.Kind == StepKind.Begun || last.Head != MigrationChoice.Head(recorded, module)) continue;
                lines.AddRange((await SnapshotAsync(connection, module, cancel)).Differences(last.Schema, module));
            }

            // A step of another process between two of these reads would look like a change by hand.
            if (lines.Count == 0 || (await _history.LoggedAsync(connection, null, cancel)).Count == logged.Count) return lines;
        }
    }

    private async Task<SchemaSnapshot> SnapshotAsync(DbConnection connection, string module, CancellationToken cancel)
    {
        await using var transaction = connection is SqliteConnection sqlite ? sqlite.BeginTransaction(deferred: true) : await connection.BeginTransactionAsync(cancel);
        return await SchemaReader.ReadAsync(connection, transaction, storage.Engine, module, cancel);
    }
}
