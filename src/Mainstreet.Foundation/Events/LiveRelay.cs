using Mainstreet.Foundation.Live;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Events;

/// <summary>Hands notifications to the live feed, a batch at a time.</summary>
internal sealed class LiveRelay(
    IServiceScopeFactory scopes, OutboxQueue queue, IWakeUps wakes, IOptions<EventOptions> options, EventMetrics metrics)
{
    private readonly EventOptions _options = options.Value;

    /// <summary>Runs until cancelled, or until the database fails.</summary>
    internal async Task RunAsync(CancellationToken cancel)
    {
        using var ear = wakes.Listen(Wakes.Outbox);
        while (true)
        {
            var rows = await queue.ReadAsync(OutboxKind.Live, [], cancel);
            if (rows.Count == 0)
            {
                await ear.WaitAsync(_options.Poll, cancel);
                continue;
            }

            await AppendAsync(rows, cancel);
            // Under load, what commits meanwhile comes with the next read instead of costing one each.
            await Task.Delay(_options.Gather, TimeProvider.System, cancel);
        }
    }

    private async Task AppendAsync(List<OutboxRow> rows, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var feed = scope.ServiceProvider.GetRequiredService<ILiveFeed>();
        try
        {
            await feed.AppendAsync(rows, cancel);
            metrics.Relayed(OutboxKind.Live, rows.Count);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            if (rows.Count == 1)
            {
                await queue.FailedAsync(rows[0], exception, cancel);
                return;
            }

            // One bad row must not hold up the others: find it.
            await AppendOneByOneAsync(rows, cancel);
        }
    }

    private async Task AppendOneByOneAsync(List<OutboxRow> rows, CancellationToken cancel)
    {
        var waiting = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in rows.Where(r => !waiting.Contains(r.Key)))
        {
            await using var scope = scopes.CreateAsyncScope();
            try
            {
                await scope.ServiceProvider.GetRequiredService<ILiveFeed>().AppendAsync([row], cancel);
                metrics.Relayed(OutboxKind.Live, 1);
            }
            catch (Exception exception) when (!cancel.IsCancellationRequested)
            {
                if (!await queue.FailedAsync(row, exception, cancel)) waiting.Add(row.Key);
            }
        }
    }
}
