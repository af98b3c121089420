using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Live;

/// <summary>
/// Carries the feed from the database to this process's sockets: reads in id order, which is commit order, and never skips.
/// From time to time it also compares every open subscription with the end of its topic.
/// </summary>
internal sealed partial class LivePump(
    LiveConnections connections, LiveHistory history, IWakeUps wakeUps, IOptions<LiveOptions> options, TimeProvider clock, ILogger<LivePump> log)
    : BackgroundService
{
    private readonly int _batch = Math.Clamp(options.Value.QueueLength / 2, 1, 256);
    private long? _last;
    private long _checkedAt;

    /// <summary>The last event of the feed that was carried; null before the first look. For the health report.</summary>
    internal long? Last => _last;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var waiter = wakeUps.Listen(Wakes.Live);
        var poll = TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);
        _checkedAt = clock.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await StepAsync(stoppingToken);
                await waiter.WaitAsync(poll, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.Failed(log, exception, Storage.IsUnavailable(exception));
                await Task.Delay(poll, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task StepAsync(CancellationToken cancel)
    {
        if (_last is null)
        {
            _last = await history.LastIdAsync(cancel);
            connections.BeReady();
        }

        var due = clock.GetElapsedTime(_checkedAt) >= TimeSpan.FromSeconds(options.Value.PositionCheckSeconds);
        var positions = due ? await history.PositionsAsync(connections.Topics, cancel) : null;
        await DrainAsync(cancel);
        await connections.FillGapsAsync(cancel);
        if (positions is null) return;
        await CompareAsync(positions, cancel);
        await connections.FillGapsAsync(cancel);
        _checkedAt = clock.GetTimestamp();
    }

    private async Task DrainAsync(CancellationToken cancel)
    {
        var registrations = connections.Registrations;
        if (connections.SubscriptionCount == 0)
        {
            var last = await history.LastIdAsync(cancel);
            // Somebody who subscribed meanwhile read the end of the topic too early to skip with us.
            if (connections.Registrations == registrations)
            {
                _last = Math.Max(_last!.Value, last);
                return;
            }
        }

        var busy = new HashSet<LiveConnection>();
        while (true)
        {
            var events = await history.AfterAsync(_last!.Value, _batch, cancel);
            foreach (var live in events)
            {
                connections.Deliver(live, busy);
                _last = live.Id;
            }

            await PauseAsync(busy, cancel);
            if (events.Count < _batch) return;
        }
    }

    /// <summary>
    /// A burst must not cut a healthy reader: more than half a queue waiting makes the pump wait, but for no stalled socket.
    /// </summary>
    private async Task PauseAsync(HashSet<LiveConnection> busy, CancellationToken cancel)
    {
        busy.RemoveWhere(c => !c.Patience.Has(c.Queue.Count, paused: false, clock));
        while (busy.Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), clock, cancel);
            busy.RemoveWhere(c => !c.Patience.Has(c.Queue.Count, paused: true, clock) || !LiveConnections.IsBusy(c));
        }
    }

    /// <summary>
    /// The positions were read before the feed was drained, so nobody may be behind them. Whoever is ahead of the topic's end
    /// follows a feed that was put back (a restored database) and must start afresh.
    /// </summary>
    private async Task CompareAsync(Dictionary<string, long> positions, CancellationToken cancel)
    {
        var ahead = new List<(LiveSubscription Subscription, long Position)>();
        foreach (var topic in connections.Topics)
        {
            var end = positions.GetValueOrDefault(topic);
            foreach (var subscription in connections.On(topic))
            {
                subscription.Expect(end);
                if (subscription.Position is { } position && position > end) ahead.Add((subscription, position));
            }
        }

        if (ahead.Count == 0) return;
        var ends = await history.PositionsAsync([.. ahead.Select(a => a.Subscription.Topic).Distinct()], cancel);
        var lost = ahead.Where(a => a.Position > ends.GetValueOrDefault(a.Subscription.Topic)).ToList();
        if (lost.Count == 0) return;
        _last = Math.Min(_last!.Value, await history.LastIdAsync(cancel));
        foreach (var (subscription, _) in lost) subscription.Connection.Cut("continuity_lost");
    }

    private static partial class Log
    {
        [LoggerMessage(1310, LogLevel.Warning, "The live feed could not be read; database unavailable: {Unavailable}")]
        internal static partial void Failed(ILogger log, Exception exception, bool unavailable);
    }
}
