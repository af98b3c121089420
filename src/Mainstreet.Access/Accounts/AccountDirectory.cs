using System.Collections.Concurrent;

using Mainstreet.Access.Data;
using Mainstreet.Access.Decisions;
using Mainstreet.Access.Grants;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Events;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Accounts;

/// <summary>
/// Callers from memory, one entry per account and session. An entry is good for a second; a change made in this process
/// drops it at once, one made by another replica as soon as its wake-up arrives. Requests that miss together read once.
/// </summary>
internal sealed class AccountDirectory(
    AccountSnapshots snapshots, IDbContextFactory<AccessDb> contexts, RuleBook book, IWakeUps wakes, TimeProvider clock, AccessMetrics metrics)
    : IAccountDirectory
{
    private const int MaxEntries = 50_000;
    private const int MaxNames = 500;
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(Guid Account, Guid Session), Entry> _entries = new();
    private int _count;

    public ValueTask<Caller?> FindAsync(Guid accountId, Guid? sessionId, CancellationToken cancel) => FindAsync(accountId, sessionId, 0, cancel);

    /// <summary>The same, read after the rules had reached this version; with it come rules that are at least as new.</summary>
    internal ValueTask<Caller?> FindAsync(Guid accountId, Guid? sessionId, long version, CancellationToken cancel)
    {
        var rules = book.AtLeastAsync(version, cancel);
        return rules.IsCompletedSuccessfully
            ? Find(accountId, sessionId, Math.Min(version, rules.Result.Version), cancel)
            : WaitAsync(rules);

        async ValueTask<Caller?> WaitAsync(ValueTask<RuleSet> reading)
        {
            var read = await reading;
            return await Find(accountId, sessionId, Math.Min(version, read.Version), cancel);
        }
    }

    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IReadOnlyCollection<Guid> accountIds, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(accountIds.Count, MaxNames);
        if (accountIds.Count == 0) return new Dictionary<Guid, string>();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.Accounts.AsNoTracking().Where(a => accountIds.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.DisplayName, cancel);
    }

    private ValueTask<Caller?> Find(Guid accountId, Guid? sessionId, long version, CancellationToken cancel)
    {
        var key = (accountId, sessionId ?? Guid.Empty);
        if (_entries.TryGetValue(key, out var entry) && entry.Version >= version && clock.GetElapsedTime(entry.ReadAt) < GoodFor)
        {
            var read = entry.Read.Value;
            return read.IsCompletedSuccessfully ? new ValueTask<Caller?>(read) : new ValueTask<Caller?>(read.WaitAsync(cancel));
        }

        return new ValueTask<Caller?>(ReadAsync(key, sessionId, entry, version, cancel));
    }

    /// <summary>Call after the commit of a change to an account's session, roles or memberships.</summary>
    internal void Changed(Guid accountId)
    {
        foreach (var key in _entries.Keys)
        {
            if (key.Account == accountId) Drop(key);
        }

        wakes.Raise(Wakes.Access);
    }

    /// <summary>Call after the commit that ended one session.</summary>
    internal void Changed(Guid accountId, Guid sessionId)
    {
        Drop((accountId, sessionId));
        wakes.Raise(Wakes.Access);
    }

    /// <summary>Another replica changed something.</summary>
    internal void Clear()
    {
        _entries.Clear();
        Interlocked.Exchange(ref _count, 0);
    }

    private async Task<Caller?> ReadAsync((Guid Account, Guid Session) key, Guid? sessionId, Entry? stale, long version, CancellationToken cancel)
    {
        // Not the request's token: others wait for the same read.
        var mine = new Entry(clock.GetTimestamp(), book.Current.Version, new Lazy<Task<Caller?>>(() => LoadAsync(key.Account, sessionId)));
        Entry entry;
        if (stale is null)
        {
            entry = _entries.GetOrAdd(key, mine);
            if (ReferenceEquals(entry, mine) && Interlocked.Increment(ref _count) > MaxEntries) Clear();
        }
        else
        {
            entry = _entries.TryUpdate(key, mine, stale) ? mine : _entries.GetValueOrDefault(key) ?? mine;
        }

        if (entry.Version < version) entry = mine;

        try
        {
            return await entry.Read.Value.WaitAsync(cancel);
        }
        catch when (entry.Read.Value.IsFaulted)
        {
            // A failed read is nobody's answer for a second.
            if (_entries.TryRemove(new KeyValuePair<(Guid, Guid), Entry>(key, entry))) Interlocked.Decrement(ref _count);
            throw;
        }
    }

    private Task<Caller?> LoadAsync(Guid accountId, Guid? sessionId)
    {
        metrics.SnapshotRead();
        return snapshots.ReadAsync(accountId, sessionId, CancellationToken.None);
    }

    private void Drop((Guid, Guid) key)
    {
        // A read that is under way may have begun before the commit; it goes with its entry, and the next request reads anew.
        if (_entries.TryRemove(key, out _)) Interlocked.Decrement(ref _count);
    }

    /// <param name="Version">Version of the rules before the reading began.</param>
    private sealed record Entry(long ReadAt, long Version, Lazy<Task<Caller?>> Read);
}
