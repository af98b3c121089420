namespace Mainstreet.Foundation.Searching;

/// <summary>
/// A replica's copy in memory of what a search reads (docs/decisions/0023). Before each search it takes over what was committed since it last
/// looked, so that an answer is never older than its question, whichever replica wrote; searches that come together share one look.
/// </summary>
/// <typeparam name="TIndex">The copy. Written by one at a time, while nobody reads.</typeparam>
public abstract class Mirror<TIndex> : IDisposable
    where TIndex : class
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ReaderWriterLockSlim _lock = new();
    private volatile TIndex? _index;
    private volatile bool _isGivenUp;
    private string _seen = "";
    private long _asked;
    private long _answered;

    /// <summary>Brings the copy up to date.</summary>
    /// <param name="wait">
    /// Whether to wait while somebody else reads everything for the first time, which may take seconds; else the answer is false meanwhile.
    /// </param>
    /// <param name="cancel">The caller's.</param>
    /// <returns>False where there is no copy: it is just being read for the first time, or was given up.</returns>
    public async ValueTask<bool> RefreshAsync(bool wait, CancellationToken cancel)
    {
        if (_isGivenUp) return false;
        var turn = Interlocked.Increment(ref _asked);
        if (wait || _index is not null) await _gate.WaitAsync(cancel);
        else if (!await _gate.WaitAsync(TimeSpan.Zero, cancel)) return false;
        try
        {
            if (Volatile.Read(ref _answered) >= turn) return _index is not null;
            var upTo = Volatile.Read(ref _asked);
            if (_index is { } index)
            {
                _seen = await CatchUpAsync(index, cancel);
            }
            else
            {
                (index, _seen) = await LoadAsync(cancel);
                _index = index;
            }

            if (!Fits(index)) (_isGivenUp, _index) = (true, null);
            Volatile.Write(ref _answered, upTo);
            return _index is not null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Asks the copy, which does not change meanwhile.</summary>
    /// <returns>Nothing where there is none (any more).</returns>
    public T? Read<T>(Func<TIndex, T> ask)
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
        GC.SuppressFinalize(this);
    }

    /// <summary>Never uses the copy: <see cref="RefreshAsync"/> answers false from now on.</summary>
    protected void GiveUp() => _isGivenUp = true;

    /// <summary>Reads everything.</summary>
    /// <returns>The copy, and what the next reading begins at.</returns>
    protected abstract Task<(TIndex Index, string Seen)> LoadAsync(CancellationToken cancel);

    /// <summary>Reads what became visible since, and writes it inside <see cref="Write"/>.</summary>
    /// <returns>What the next reading begins at.</returns>
    protected abstract Task<string> CatchUpAsync(TIndex index, CancellationToken cancel);

    /// <summary>False: the copy became too large and is given up for good.</summary>
    protected virtual bool Fits(TIndex index) => true;

    /// <summary>What the next reading begins at, within <see cref="CatchUpAsync"/>.</summary>
    protected string Seen => _seen;

    /// <summary>Changes the copy while nobody reads it.</summary>
    protected void Write(Action change)
    {
        _lock.EnterWriteLock();
        try
        {
            change();
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }
}
