using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Search;

/// <summary>
/// This replica's copy of the search entries. Before each search it takes over what was committed since it last looked, so that an answer is
/// never older than its question, whichever replica wrote; searches that come together share one look.
/// </summary>
internal sealed class SearchMirror(ISearchChanges changes, IOptions<StoreOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ReaderWriterLockSlim _lock = new();
    private volatile SearchIndex? _index;
    private volatile bool _tooLarge = options.Value.SearchInMemory == 0;
    private string _seen = "";
    private long _asked;
    private long _answered;

    /// <summary>Brings the copy up to date.</summary>
    /// <returns>False where there is none: it is just being read for the first time, or there are more products than <see cref="StoreOptions.SearchInMemory"/>.</returns>
    internal async ValueTask<bool> RefreshAsync(CancellationToken cancel)
    {
        if (_tooLarge) return false;
        var turn = Interlocked.Increment(ref _asked);
        // Reading everything takes a second or two; whoever comes meanwhile is better served by the database.
        if (_index is not null) await _gate.WaitAsync(cancel);
        else if (!await _gate.WaitAsync(TimeSpan.Zero, cancel)) return false;
        try
        {
            if (Volatile.Read(ref _answered) >= turn) return _index is not null;
            var upTo = Volatile.Read(ref _asked);
            if (_index is { } index) await CatchUpAsync(index, cancel);
            else await LoadAsync(cancel);
            if (_index?.Count > options.Value.SearchInMemory) (_tooLarge, _index) = (true, null);
            Volatile.Write(ref _answered, upTo);
            return _index is not null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Asks the copy, which does not change meanwhile.</summary>
    /// <returns>Nothing where it was given up in the meantime.</returns>
    internal T? Read<T>(Func<SearchIndex, T> ask)
        where T : class
    {
        if (_index is not { } index) return null;
        _lock.EnterReadLock();
        try
        {
            return ask(index);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    public void Dispose()
    {
        _gate.Dispose();
        _lock.Dispose();
    }

    private async Task LoadAsync(CancellationToken cancel)
    {
        var index = new SearchIndex();
        var seen = await changes.ReadAsync(null, entry =>
        {
            if (index.Count <= options.Value.SearchInMemory) index.Put(entry);
        }, cancel);
        index.Sort();
        (_seen, _index) = (seen, index);
    }

    private async Task CatchUpAsync(SearchIndex index, CancellationToken cancel)
    {
        var changed = new List<SearchEntry>();
        var seen = await changes.ReadAsync(_seen, changed.Add, cancel);
        if (changed.Count > 0)
        {
            _lock.EnterWriteLock();
            try
            {
                foreach (var entry in changed) index.Put(entry);
                index.Sort();
            }
            finally
            {
                _lock.ExitWriteLock();
            }
        }

        _seen = seen;
    }
}
