namespace Mainstreet.Foundation.Events;

/// <summary>Deletes rows that are done: all that gathered during one round trip to the database go in the next.</summary>
internal sealed class DoneEvents(OutboxQueue outbox, IWakeUps wakes, EventMetrics metrics)
{
    private readonly Lock _lock = new();
    private List<long> _gathered = [];
    private Task _last = Task.CompletedTask;
    private Task? _next;

    /// <summary>Returns when the rows are deleted. Not to be cancelled: their handlers have committed.</summary>
    internal Task DeleteAsync(IEnumerable<long> ids)
    {
        lock (_lock)
        {
            _gathered.AddRange(ids);
            return _next ??= FlushAfterAsync(_last);
        }
    }

    private async Task FlushAfterAsync(Task earlier)
    {
        await Task.Yield();
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        List<long> ids;
        lock (_lock)
        {
            (ids, _gathered) = (_gathered, []);
            _last = _next!;
            _next = null;
        }

        await outbox.DeleteAsync([.. ids], CancellationToken.None);
        metrics.Relayed(OutboxKind.Event, ids.Count);
        // Their aggregates may have more, which the relay could not give away before.
        wakes.Raise(Wakes.Outbox);
    }
}
