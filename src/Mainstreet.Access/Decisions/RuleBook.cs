using Mainstreet.Access.Data;
using Mainstreet.Access.Grants;
using Mainstreet.Access.Relations;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Decisions;

/// <summary>
/// The compiled rules of this process. Whoever asks gets rules that were compared with the database's version less than a second ago, or
/// at least the version that it names. Changes are read as they were logged and joined to what is compiled; all is read only at the start,
/// after a new model, or when the log does not reach back.
/// </summary>
internal sealed class RuleBook(IDbContextFactory<AccessDb> contexts, IWakeUps wakes, TimeProvider clock, AccessMetrics metrics) : IDisposable
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile RuleSet _current = RuleSet.Empty;
    private long _comparedAt;

    /// <summary>The newest rules that were read; none before the first reading.</summary>
    internal RuleSet Current => _current;

    /// <summary>Rules of at least this version, compared with the database less than a second before the call.</summary>
    /// <returns>
    /// Older rules than asked for only when the database itself has no such version: the token is not from here, or the database was
    /// restored since.
    /// </returns>
    internal ValueTask<RuleSet> AtLeastAsync(long version, CancellationToken cancel)
    {
        var current = _current;
        return current.Version >= version && IsFresh ? new ValueTask<RuleSet>(current) : new ValueTask<RuleSet>(ReadAsync(version, false, cancel));
    }

    /// <summary>Rules that contain everything committed before the call.</summary>
    internal Task<RuleSet> RefreshAsync(CancellationToken cancel) => ReadAsync(0, true, cancel);

    /// <summary>Call after the commit of a change: other replicas hear of it, and this one has it when the task ends.</summary>
    internal Task<RuleSet> ChangedAsync(long version, CancellationToken cancel)
    {
        wakes.Raise(Wakes.Rules);
        return ReadAsync(version, false, cancel);
    }

    public void Dispose() => _reading.Dispose();

    private bool IsFresh => _current.Version > 0 && clock.GetElapsedTime(Interlocked.Read(ref _comparedAt)) < GoodFor;

    private async Task<RuleSet> ReadAsync(long version, bool always, CancellationToken cancel)
    {
        var asked = clock.GetTimestamp();
        await _reading.WaitAsync(cancel);
        try
        {
            // Somebody who waited before may have read what is wanted.
            var began = Interlocked.Read(ref _comparedAt);
            if (always ? began > asked : _current.Version >= version && IsFresh) return _current;
            began = clock.GetTimestamp();
            await using var db = await contexts.CreateDbContextAsync(cancel);
            _current = await ReadAsync(db, _current, cancel);
            Interlocked.Exchange(ref _comparedAt, began);
            return _current;
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<RuleSet> ReadAsync(AccessDb db, RuleSet known, CancellationToken cancel)
    {
        var version = await db.Rules.AsNoTracking().Select(r => r.Version).SingleAsync(cancel);
        if (version == known.Version) return known;
        if (known.Version > 0 && version > known.Version)
        {
            var from = known.Version;
            var changes = await db.RuleChanges.AsNoTracking().Where(c => c.Version > from && c.Version <= version)
                .OrderBy(c => c.Version).ThenBy(c => c.Number).ToListAsync(cancel);
            if (changes.Select(c => c.Version).Distinct().Count() == version - from && known.With(version, changes) is { } next)
            {
                metrics.RulesRead(whole: false);
                return next;
            }
        }

        metrics.RulesRead(whole: true);
        return await ReadAllAsync(db, cancel);
    }

    private static async Task<RuleSet> ReadAllAsync(AccessDb db, CancellationToken cancel)
    {
        // One snapshot for all tables; on SQLite this level means a transaction that does not ask for the write lock.
        await using var snapshot = await db.Database.BeginTransactionAsync(
            db.Engine == Engine.Postgres ? System.Data.IsolationLevel.RepeatableRead : System.Data.IsolationLevel.ReadUncommitted, cancel);
        var version = await db.Rules.AsNoTracking().Select(r => r.Version).SingleAsync(cancel);
        var text = await db.RelationModels.AsNoTracking().OrderByDescending(m => m.Version).Select(m => m.Text).FirstOrDefaultAsync(cancel);
        var model = text is null ? HouseModel.Start : HouseModel.Read(text).Value ?? HouseModel.Start;
        var roles = await db.Roles.AsNoTracking().ToListAsync(cancel);
        var grants = await db.Grants.AsNoTracking().Select(g => new Grant(g.Id, g.Subject, g.Permission, g.Resource, g.ExpiresAt)).ToListAsync(cancel);
        return RuleSet.Build(version, model, roles.Select(r => r.ToRule()), grants);
    }
}
