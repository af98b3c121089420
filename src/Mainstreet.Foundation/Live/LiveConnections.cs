using System.Collections.Concurrent;
using System.Collections.Immutable;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Live;

/// <summary>The sockets of this process and what they follow. Both transports stand on it; the pump feeds it.</summary>
internal sealed partial class LiveConnections(
    LiveHistory history, IOptions<LiveOptions> options, LiveMetrics metrics, ILogger<LiveConnections> log)
{
    internal static readonly Problem TooManyTopics = new(400, "too_many_topics", "A connection may follow only so many topics.");

    private readonly ConcurrentDictionary<string, LiveConnection> _connections = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ImmutableArray<LiveSubscription>> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<LiveSubscription> _gaps = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _registrations;

    /// <summary>Raised with the connection whose set of topics changed.</summary>
    public event Action<LiveConnection>? Changed;

    public IEnumerable<LiveConnection> All => _connections.Values;

    public int Count => _connections.Count;

    public int SubscriptionCount => _topics.Sum(t => t.Value.Length);

    /// <summary>How many subscriptions were ever made: lets the pump skip what nobody follows.</summary>
    public long Registrations => Interlocked.Read(ref _registrations);

    public IReadOnlyCollection<string> Topics => [.. _topics.Keys];

    public LiveConnection? Find(string id) => _connections.GetValueOrDefault(id);

    public IEnumerable<LiveSubscription> On(string topic) => _topics.TryGetValue(topic, out var list) ? list : [];

    /// <summary>The pump knows where the feed stands: what is committed from now on will be delivered.</summary>
    public void BeReady() => _ready.TrySetResult();

    public LiveConnection Open(string id, string transport, Caller caller, Guid? sessionId)
    {
        var connection = new LiveConnection(id, transport, caller, sessionId, options.Value.QueueLength, OnCut);
        _connections[id] = connection;
        metrics.Opened(transport);
        Changed?.Invoke(connection);
        return connection;
    }

    public void Close(LiveConnection connection)
    {
        if (!_connections.TryRemove(connection.Id, out _)) return;
        connection.End();
        foreach (var subscription in connection.Subscriptions.Values) Remove(subscription);
        connection.Subscriptions.Clear();
        metrics.Closed(connection.Transport);
        Changed?.Invoke(connection);
    }

    /// <summary>
    /// Registers first and reads the feed after, so that no event falls between; what arrives meanwhile is held back until
    /// <see cref="LiveSubscription.GoLive"/>. Subscribing again replaces the old subscription.
    /// </summary>
    public async Task<Outcome<(LiveSubscription Subscription, LiveReplay Replay)>> SubscribeAsync(
        LiveConnection connection, string topic, long? after, CancellationToken cancel)
    {
        await _ready.Task.WaitAsync(cancel);
        Unsubscribe(connection, topic);
        if (connection.Subscriptions.Count >= options.Value.MaxTopics) return TooManyTopics;
        var subscription = new LiveSubscription(connection, topic, _gaps.Enqueue);
        connection.Subscriptions[topic] = subscription;
        Interlocked.Increment(ref _registrations);
        _topics.AddOrUpdate(topic, [subscription], (_, list) => list.Add(subscription));
        if (!_connections.ContainsKey(connection.Id)) Remove(subscription);
        try
        {
            var replay = await history.ReplayAsync(topic, after, cancel);
            Changed?.Invoke(connection);
            return (subscription, replay);
        }
        catch
        {
            Unsubscribe(connection, topic);
            throw;
        }
    }

    public bool Unsubscribe(LiveConnection connection, string topic)
    {
        if (!connection.Subscriptions.TryRemove(topic, out var subscription)) return false;
        Remove(subscription);
        Changed?.Invoke(connection);
        return true;
    }

    /// <summary>Ends a subscription that its caller may no longer have, and says so.</summary>
    public void Revoke(LiveConnection connection, string topic, string reason)
    {
        if (!Unsubscribe(connection, topic)) return;
        Log.Revoked(log, connection.Transport, reason);
        connection.TryQueue(new LiveDelivery(new LiveNotice(new LiveUnsubscribed(topic, reason)), null));
    }

    /// <summary>Hands an event to whoever follows its topic here. Never waits.</summary>
    /// <param name="live">The event.</param>
    /// <param name="busy">Receives connections with more than half a queue waiting.</param>
    public void Deliver(LiveEvent live, ISet<LiveConnection> busy)
    {
        if (!_topics.TryGetValue(live.Topic, out var list)) return;
        foreach (var subscription in list)
        {
            subscription.Offer(live);
            if (IsBusy(subscription.Connection)) busy.Add(subscription.Connection);
        }
    }

    public static bool IsBusy(LiveConnection connection) =>
        !connection.CutReason.IsCompleted && connection.Queue.Count > connection.QueueLength / 2;

    /// <summary>Fills gaps from the feed, or cuts whoever the feed can no longer help: never a silent gap.</summary>
    public async Task FillGapsAsync(CancellationToken cancel)
    {
        for (var left = _gaps.Count; left > 0 && _gaps.TryPeek(out var subscription); left--)
        {
            if (!subscription.Ended)
            {
                var replay = await history.ReplayAsync(subscription.Topic, subscription.Behind, cancel);
                if (replay.Recovered) subscription.Fill(replay.Events);
                else subscription.Connection.Cut("continuity_lost");
                Log.Filled(log, replay.Events.Count, replay.Recovered);
            }

            _gaps.TryDequeue(out _);
        }
    }

    private void Remove(LiveSubscription subscription)
    {
        subscription.End();
        while (_topics.TryGetValue(subscription.Topic, out var list))
        {
            var rest = list.Remove(subscription);
            if (rest.IsEmpty
                ? _topics.TryRemove(new KeyValuePair<string, ImmutableArray<LiveSubscription>>(subscription.Topic, list))
                : _topics.TryUpdate(subscription.Topic, rest, list)) return;
        }
    }

    private void OnCut(LiveConnection connection, string reason)
    {
        metrics.Cut(reason);
        Log.Cut(log, connection.Transport, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(1300, LogLevel.Information, "Cut a {Transport} connection: {Reason}")]
        internal static partial void Cut(ILogger log, string transport, string reason);

        [LoggerMessage(1301, LogLevel.Information, "Ended a subscription over {Transport}: {Reason}")]
        internal static partial void Revoked(ILogger log, string transport, string reason);

        [LoggerMessage(1302, LogLevel.Warning, "A subscription had a gap; the feed gave {Events} events, recovered: {Recovered}")]
        internal static partial void Filled(ILogger log, int events, bool recovered);
    }
}
