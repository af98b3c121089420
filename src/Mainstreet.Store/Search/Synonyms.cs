using System.Collections.Concurrent;

using Mainstreet.Store.Data;

namespace Mainstreet.Store.Search;

/// <summary>The synonyms, kept in memory for a few seconds: another replica's change shows by then, this one's at once.</summary>
internal sealed class Synonyms(TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, (SynonymTable Table, long ReadAt)> _tables = new();

    internal async ValueTask<SynonymTable> ReadAsync(StoreDb db, Guid? businessId, CancellationToken cancel)
    {
        var key = businessId ?? Guid.Empty;
        if (_tables.TryGetValue(key, out var known) && clock.GetElapsedTime(known.ReadAt) < Kept) return known.Table;
        var now = clock.GetTimestamp();
        var table = await SynonymTable.ReadAsync(db, businessId, cancel);
        // Made-up business ids must not fill the memory.
        if (_tables.Count > 1_000) _tables.Clear();
        _tables[key] = (table, now);
        return table;
    }

    /// <summary>Called after a change was committed.</summary>
    internal void Forget() => _tables.Clear();
}
