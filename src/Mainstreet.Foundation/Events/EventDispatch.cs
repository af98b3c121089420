using Mainstreet.Foundation.Broker;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Time;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Events;

/// <summary>
/// How the relay has events delivered: through the broker, to all replicas, while it is connected; otherwise by itself. Going
/// from one to the other at any moment is safe, since the rows stay until they are done and the inbox drops repeats.
/// </summary>
internal sealed partial class EventDispatch(
    IWorkQueues queues, EventRelay here, OutboxQueue outbox, IWakeUps wakes, IOptions<EventOptions> options,
    TimeProvider clock, ILogger<EventDispatch> log)
{
    /// <summary>Messages in the broker from which on the relay waits for the workers.</summary>
    private const int Enough = 100;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>A broker that is connected and does not take events is asked again after this, then ever more rarely.</summary>
    private static readonly TimeSpan FirstRespite = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRespite = TimeSpan.FromMinutes(2);

    private readonly EventOptions _options = options.Value;

    /// <summary>Runs until cancelled, or until the database fails.</summary>
    internal async Task RunAsync(CancellationToken cancel)
    {
        if (!queues.Enabled)
        {
            await here.RunAsync(cancel);
            return;
        }

        for (var refusals = 0; ;)
        {
            cancel.ThrowIfCancellationRequested();
            if (queues.Connected)
            {
                try
                {
                    await PublishAsync(() => refusals = 0, cancel);
                }
                catch (BrokerException exception)
                {
                    refusals++;
                    Log.Refused(log, exception);
                }
            }

            await DeliverHereAsync(Backoff.After(refusals, FirstRespite, LongestRespite), cancel);
        }
    }

    /// <summary>Gives the broker what is in the outbox, until it goes away.</summary>
    private async Task PublishAsync(Action taken, CancellationToken cancel)
    {
        Log.ThroughBroker(log);
        using var ear = wakes.Listen(Wakes.Outbox);
        while (queues.Connected)
        {
            var rows = await outbox.ReadAsync(OutboxKind.Event, [], cancel);
            if (rows.Count == 0)
            {
                await ear.WaitAsync(_options.Poll, cancel);
                continue;
            }

            Failpoints.Hit(Failpoints.BeforeRelay);
            await queues.PublishAsync(EventTicket.Queue, EventTicket.Write(rows), cancel);
            taken();
            // Only now: who dies before this leaves rows that the next relay publishes again.
            await outbox.MarkAsync(rows, (clock.Now() + _options.BrokerPatience).Cut(), cancel);
            // Under load, what commits meanwhile comes with the next read instead of costing one each.
            await Task.Delay(_options.Gather, TimeProvider.System, cancel);
            if (rows.Count < _options.BatchSize) continue;
            while (await queues.DepthAsync(EventTicket.Queue, cancel) is { Waiting: > Enough }) await Task.Delay(Look, clock, cancel);
        }
    }

    /// <summary>Delivers in this process until the broker is back.</summary>
    private async Task DeliverHereAsync(TimeSpan atLeast, CancellationToken cancel)
    {
        Log.Here(log);
        await outbox.ReleaseAsync(cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task[] both = [here.RunAsync(stop.Token), BackAsync(atLeast, stop.Token)];
        try
        {
            await await Task.WhenAny(both);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(both).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BackAsync(TimeSpan atLeast, CancellationToken cancel)
    {
        await Task.Delay(atLeast, clock, cancel);
        while (!queues.Connected) await Task.Delay(Look, clock, cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(1325, LogLevel.Information, "Events go through the broker")]
        internal static partial void ThroughBroker(ILogger log);

        [LoggerMessage(1326, LogLevel.Information, "The broker is away: events are delivered by the relay itself")]
        internal static partial void Here(ILogger log);

        [LoggerMessage(1327, LogLevel.Warning, "The broker did not take events")]
        internal static partial void Refused(ILogger log, Exception exception);
    }
}
