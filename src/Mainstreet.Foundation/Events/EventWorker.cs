using Mainstreet.Foundation.Broker;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Events;

/// <summary>Delivers the events whose tickets the broker gives to this replica. One ticket holds up one lane, not the rest.</summary>
internal sealed class EventWorker(
    IWorkQueues queues, OutboxQueue outbox, EventLane lane, DoneEvents done, IOptions<EventOptions> options) : IHostedService, IDisposable
{
    private readonly int _parallelism = options.Value.Parallelism;
    private readonly SemaphoreSlim _lanes = new(options.Value.Parallelism);
    private IAsyncDisposable? _consuming;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (queues.Enabled) _consuming = queues.Consume(EventTicket.Queue, _parallelism, HandleAsync);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_consuming is not null) await _consuming.DisposeAsync();
    }

    public void Dispose() => _lanes.Dispose();

    private async Task HandleAsync(WorkItem item, CancellationToken cancel)
    {
        var tickets = EventTicket.Read(item);
        var rows = (await outbox.ReadAsync(tickets, cancel)).ToLookup(r => r.Key, StringComparer.Ordinal);
        await Task.WhenAll(tickets.Select(t => RunAsync(t, [.. rows[t.Key]], cancel)));
    }

    private async Task RunAsync(EventTicket ticket, OutboxRow[] rows, CancellationToken cancel)
    {
        // Nothing left, or the first failed after the ticket was written: it waits, and has another ticket.
        if (rows.Length == 0 || rows[0].Attempts > ticket.Attempts) return;
        await _lanes.WaitAsync(cancel);
        try
        {
            var ids = new List<long>(rows.Length);
            try
            {
                await lane.RunAsync(rows, ids.Add, cancel);
            }
            finally
            {
                if (ids.Count > 0) await done.DeleteAsync(ids);
            }
        }
        finally
        {
            _lanes.Release();
        }
    }
}
