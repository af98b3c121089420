namespace Mainstreet.Foundation.Events;

/// <summary>Wake-ups of this process. What was raised here is also kept for <see cref="WakeBroadcast"/>.</summary>
public sealed class WakeUps(TimeProvider clock) : IWakeUps
{
    internal const Wakes All = Wakes.Outbox | Wakes.Jobs | Wakes.Live | Wakes.Access | Wakes.Lease | Wakes.Delivery | Wakes.Rules | Wakes.Runs;

    private readonly Lock _lock = new();
    private volatile Ear[] _ears = [];

    /// <summary>What other replicas have not been told yet.</summary>
    internal Ear Outgoing { get; } = new(null, All, clock);

    public void Raise(Wakes wakes)
    {
        RaiseHere(wakes);
        Outgoing.Signal(wakes);
    }

    public IWaiter Listen(Wakes wakes)
    {
        var ear = new Ear(this, wakes, clock);
        lock (_lock) _ears = [.. _ears, ear];
        return ear;
    }

    /// <summary>Wakes this process only.</summary>
    internal void RaiseHere(Wakes wakes)
    {
        foreach (var ear in _ears) ear.Signal(wakes);
    }

    private void Forget(Ear ear)
    {
        lock (_lock) _ears = [.. _ears.Where(e => e != ear)];
    }

    internal sealed class Ear(WakeUps? owner, Wakes wanted, TimeProvider clock) : IWaiter
    {
        private readonly Lock _lock = new();
        private Wakes _raised;
        private TaskCompletionSource? _waiting;

        public Task WaitAsync(TimeSpan timeout, CancellationToken cancel) => TakeAsync(timeout, cancel);

        public void Dispose() => owner?.Forget(this);

        /// <summary>What was raised since the last call, as soon as it is anything; nothing after the time-out.</summary>
        internal async Task<Wakes> TakeAsync(TimeSpan timeout, CancellationToken cancel)
        {
            cancel.ThrowIfCancellationRequested();
            TaskCompletionSource waiting;
            lock (_lock)
            {
                if (_raised != Wakes.None) return Take();
                waiting = _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan) timeout = TimeSpan.Zero;
            await using var timer = clock.CreateTimer(static s => ((TaskCompletionSource)s!).TrySetResult(), waiting, timeout, Timeout.InfiniteTimeSpan);
            await using var cancelling = cancel.Register(() => waiting.TrySetCanceled(cancel));
            await waiting.Task;
            lock (_lock) return Take();
        }

        internal void Signal(Wakes wakes)
        {
            TaskCompletionSource? waiting;
            lock (_lock)
            {
                if ((wakes & wanted) == Wakes.None) return;
                _raised |= wakes & wanted;
                waiting = _waiting;
            }

            waiting?.TrySetResult();
        }

        private Wakes Take()
        {
            var raised = _raised;
            _raised = Wakes.None;
            _waiting = null;
            return raised;
        }
    }
}
