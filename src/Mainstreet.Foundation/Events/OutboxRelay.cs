using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Leases;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Events;

/// <summary>
/// Empties the outbox on one replica at a time. The lease saves double work; that nothing is done twice or out of order does
/// not rest on it: an event's effect is guarded by its inbox row, and no relay goes on to an aggregate's next event before
/// this one is done by somebody.
/// </summary>
internal sealed partial class OutboxRelay(
    LeaseHolder leases, EventDispatch events, LiveRelay live, OutboxQueue queue, IWakeUps wakes,
    IOptions<EventOptions> options, EventMetrics metrics, TimeProvider clock, ILogger<OutboxRelay> log) : BackgroundService
{
    internal const string LeaseName = "outbox-relay";

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly EventOptions _options = options.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ear = wakes.Listen(Wakes.Lease);
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = clock.GetTimestamp();
            try
            {
                if (!await LeadAsync(stoppingToken)) await ear.WaitAsync(_options.Poll, stoppingToken);
                failures = 0;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.Interrupted(log, exception);
                if (clock.GetElapsedTime(started) > LongestRetry) failures = 0;
                await Task.Delay(Backoff.After(++failures, FirstRetry, LongestRetry), clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Relays until the lease is lost; false when another replica has it.</summary>
    private async Task<bool> LeadAsync(CancellationToken stop)
    {
        var lease = await leases.TryHoldAsync(LeaseName, _options.LeaseTime, stop);
        if (lease is null) return false;
        try
        {
            Log.Leading(log, lease.Lease.Fence);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, lease.Lost);
            await RelayAsync(either);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return true;
        }
        finally
        {
            metrics.LagSeconds = double.NaN;
            await lease.DisposeAsync();
            // Another replica takes over at once instead of at its next look.
            wakes.Raise(Wakes.Lease);
        }

        return true;
    }

    private async Task RelayAsync(CancellationTokenSource cancel)
    {
        Task[] loops = [events.RunAsync(cancel.Token), live.RunAsync(cancel.Token), MeasureAsync(cancel.Token)];
        try
        {
            await await Task.WhenAny(loops);
        }
        finally
        {
            await cancel.CancelAsync();
            await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task MeasureAsync(CancellationToken cancel)
    {
        while (true)
        {
            metrics.LagSeconds = (await queue.LagAsync(cancel)).TotalSeconds;
            await Task.Delay(TimeSpan.FromSeconds(1), clock, cancel);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1323, LogLevel.Information, "Relaying the outbox (fence {Fence})")]
        internal static partial void Leading(ILogger log, int fence);

        [LoggerMessage(1324, LogLevel.Warning, "The relay was interrupted; it goes on after a pause")]
        internal static partial void Interrupted(ILogger log, Exception exception);
    }
}
