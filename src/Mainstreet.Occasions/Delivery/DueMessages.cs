using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Time;

namespace Mainstreet.Occasions.Delivery;

/// <inheritdoc/>
internal sealed class DueMessages(
    IDueRows rows, LateMessages late, IDeliveryTransport transport, IWakeUps wakes, OccasionClock clock, DeliveryMetrics metrics) : IDueMessages
{
    private const int Batch = 5_000;

    public async Task<int> EnqueueAsync(CancellationToken cancel)
    {
        var missed = await late.DecideAsync(cancel);
        if (missed.Recovered > 0) wakes.Raise(Wakes.Delivery);
        return missed.Recovered + await HandOverAsync(cancel);
    }

    public async Task<RecoveryReport> RecoverAsync(CancellationToken cancel)
    {
        var missed = await late.DecideAsync(cancel);
        var due = await HandOverAsync(cancel);
        var now = clock.Now();
        var repaired = await rows.RepairAsync(now, cancel);
        // Workers take these by themselves once the lease is over; here they are only counted.
        var abandoned = await rows.CountAbandonedAsync(now, cancel);
        if (missed.Recovered + repaired + abandoned > 0) wakes.Raise(Wakes.Delivery);
        return missed with { Recovered = missed.Recovered + due + repaired + abandoned };
    }

    private async Task<int> HandOverAsync(CancellationToken cancel)
    {
        var total = 0;
        int moved;
        do
        {
            var now = clock.Now();
            moved = await transport.HandOverAsync(now - late.Grace, now, Batch, cancel);
            if (moved == 0) break;
            total += moved;
            metrics.Enqueued(moved);
            wakes.Raise(Wakes.Delivery);
        }
        while (moved >= Batch);
        return total;
    }
}
