using Mainstreet.Foundation.Web;

namespace Mainstreet.Studio.Sandbox;

/// <summary>
/// Hands out places for runs. A free place goes to the account with the fewest runs under way, among equals to the one that was served longest ago, and within
/// an account to whoever came first: nobody waits longer because somebody else asks more often.
/// </summary>
internal sealed class FairQueue
{
    private readonly Lock _lock = new();
    private readonly Stack<int> _free;
    private readonly Dictionary<Guid, Line> _lines = [];
    private readonly int _perAccount;
    private readonly int _most;
    private int _waiting;
    private long _turn;

    /// <param name="places">Runs at the same time.</param>
    /// <param name="perAccount">Runs of one account that may wait.</param>
    /// <param name="most">Runs of everybody that may wait.</param>
    internal FairQueue(int places, int perAccount, int most)
    {
        _free = new Stack<int>(Enumerable.Range(0, places).Reverse());
        _perAccount = perAccount;
        _most = most;
        Places = places;
    }

    internal int Places { get; }

    internal int Waiting
    {
        get
        {
            lock (_lock) return _waiting;
        }
    }

    internal int Free
    {
        get
        {
            lock (_lock) return _free.Count;
        }
    }

    /// <summary>Waits for a place.</summary>
    /// <returns>The place, to be disposed of after the run; or too_many_runs, sandbox_busy.</returns>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    internal async Task<Outcome<Place>> EnterAsync(Guid account, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_lock)
        {
            var line = LineOf(account);
            if (_free.Count > 0) return Take(line);
            if (line.Waiters.Count >= _perAccount) return SandboxProblems.TooManyRuns;
            if (_waiting >= _most)
            {
                Forget(line);
                return SandboxProblems.Busy;
            }

            waiter = new Waiter();
            line.Waiters.AddLast(waiter);
            _waiting++;
        }

        await using var cancelling = cancel.Register(() => GiveUp(account, waiter, cancel));
        return await waiter.Done.Task;
    }

    private void GiveUp(Guid account, Waiter waiter, CancellationToken cancel)
    {
        lock (_lock)
        {
            // Otherwise it has its place already and whoever waits for it will see it.
            if (!_lines.TryGetValue(account, out var line) || !line.Waiters.Remove(waiter)) return;
            _waiting--;
            Forget(line);
        }

        waiter.Done.TrySetCanceled(cancel);
    }

    private void Leave(Place place)
    {
        (Waiter Waiter, Place Place)? next = null;
        lock (_lock)
        {
            var line = _lines[place.Account];
            line.Running--;
            _free.Push(place.Index);
            Forget(line);
            if (_lines.Values.Where(l => l.Waiters.Count > 0).OrderBy(l => l.Running).ThenBy(l => l.Served).FirstOrDefault() is { } turn)
            {
                var waiter = turn.Waiters.First!.Value;
                turn.Waiters.RemoveFirst();
                _waiting--;
                next = (waiter, Take(turn));
            }
        }

        next?.Waiter.Done.TrySetResult(next.Value.Place);
    }

    private Place Take(Line line)
    {
        line.Running++;
        line.Served = ++_turn;
        return new Place(this, line.Account, _free.Pop());
    }

    private Line LineOf(Guid account)
    {
        if (!_lines.TryGetValue(account, out var line)) _lines[account] = line = new Line(account);
        return line;
    }

    private void Forget(Line line)
    {
        if (line.Running == 0 && line.Waiters.Count == 0) _lines.Remove(line.Account);
    }

    /// <summary>One of the places; its index is nobody else's meanwhile.</summary>
    internal sealed class Place(FairQueue queue, Guid account, int index) : IDisposable
    {
        private int _left;

        internal Guid Account => account;

        internal int Index => index;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) queue.Leave(this);
        }
    }

    private sealed class Waiter
    {
        internal TaskCompletionSource<Place> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Line(Guid account)
    {
        internal Guid Account => account;

        internal LinkedList<Waiter> Waiters { get; } = [];

        internal int Running { get; set; }

        internal long Served { get; set; }
    }
}
