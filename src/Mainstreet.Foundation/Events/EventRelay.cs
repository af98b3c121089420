using System.Collections.Concurrent;

using Mainstreet.Foundation.Faults;

using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Events;

/// <summary>
/// Delivers events in this process: one aggregate's in order, several aggregates at once. A slow consumer holds up one lane, not the rest.
/// </summary>
internal sealed class EventRelay(
    OutboxQueue queue, EventLane lane, IWakeUps wakes, IOptions<EventOptions> options, EventMetrics metrics)
{
    private readonly EventOptions _options = options.Value;

    /// <summary>Runs until cancelled, or until the database fails.</summary>
    internal async Task RunAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var ear = wakes.Listen(Wakes.Outbox);
        using var slots = new SemaphoreSlim(_options.Parallelism);
        var lanes = new Dictionary<string, Task>(StringComparer.Ordinal);
        var done = new ConcurrentQueue<long>();
        Task? hearing = null;
        try
        {
            while (true)
            {
                stop.Token.ThrowIfCancellationRequested();
                foreach (var (key, running) in lanes.Where(l => l.Value.IsCompleted).ToList())
                {
                    lanes.Remove(key);
                    await running;
                }

                // In this order: what a lane did after its key was taken as busy stays out of the read.
                var busy = lanes.Keys.ToArray();
                await DeleteAsync(done, stop.Token);
                var rows = await queue.ReadAsync(OutboxKind.Event, busy, stop.Token);
                if (rows.Count == 0)
                {
                    hearing ??= ear.WaitAsync(_options.Poll, stop.Token);
                    await Task.WhenAny([hearing, .. lanes.Values]);
                    if (hearing.IsCompleted)
                    {
                        await hearing;
                        hearing = null;
                    }

                    continue;
                }

                Failpoints.Hit(Failpoints.BeforeRelay);
                foreach (var group in rows.GroupBy(r => r.Key))
                {
                    await slots.WaitAsync(stop.Token);
                    lanes[group.Key] = RunLaneAsync([.. group], slots, done, stop.Token);
                }

                // Under load, what commits meanwhile comes with the next read instead of costing one each.
                await Task.Delay(_options.Gather, TimeProvider.System, stop.Token);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(hearing is null ? lanes.Values : [hearing, .. lanes.Values]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunLaneAsync(IReadOnlyList<OutboxRow> rows, SemaphoreSlim slots, ConcurrentQueue<long> done, CancellationToken cancel)
    {
        try
        {
            await Task.Yield();
            await lane.RunAsync(rows, done.Enqueue, cancel);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task DeleteAsync(ConcurrentQueue<long> done, CancellationToken cancel)
    {
        var ids = new List<long>(_options.BatchSize);
        while (done.TryDequeue(out var id)) ids.Add(id);
        if (ids.Count == 0) return;
        await queue.DeleteAsync([.. ids], cancel);
        metrics.Relayed(OutboxKind.Event, ids.Count);
    }
}
