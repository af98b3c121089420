using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Time;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Delivery;

/// <summary>Delivers in processes of role <c>worker</c>. It stops claiming at the first sign of the end, not only when its turn comes.</summary>
internal sealed partial class DeliveryWorker(
    IClaims claims, IDueRows rows, MessageSender sender, IProviders providers, IDeliveryTransport transport, IWakeUps wakes, Storage storage,
    IOptions<DeliveryOptions> options, OccasionClock clock, TimeProvider real, DeliveryState state, DeliveryMetrics metrics,
    IHostApplicationLifetime lifetime, ILogger<DeliveryLoop> loopLog, ILogger<DeliveryWorker> log) : BackgroundService
{
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        state.Running = true;
        var loop = new DeliveryLoop(claims, sender, providers, transport, wakes, options.Value, storage.Engine, clock, real, state, metrics, loopLog);
        var counting = CountAsync(stop.Token);
        await loop.RunAsync(stop.Token);
        state.Running = false;
        await counting;
    }

    private async Task CountAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                state.Backlog = await rows.BacklogAsync(clock.Now(), stop);
            }
            catch (Exception exception) when (!stop.IsCancellationRequested)
            {
                Log.NotCounted(log, exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(CountEvery, real, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3331, LogLevel.Warning, "Could not count waiting messages")]
        internal static partial void NotCounted(ILogger log, Exception exception);
    }
}
