using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Observability;

namespace Mainstreet.Foundation.Broker;

/// <summary>What the connections to the broker report; <c>messaging.destination.name</c> is the bare name of the queue.</summary>
internal sealed class BrokerMetrics : IKnownSeries
{
    private readonly Counter<long> _published;
    private readonly Counter<long> _confirmed;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _notTaken;
    private readonly Counter<long> _consumed;
    private readonly Counter<long> _redelivered;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _lost;
    private readonly List<(string Purpose, Func<bool> Up)> _links = [];

    public BrokerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Mainstreet.Foundation");
        _published = meter.CreateCounter<long>("mainstreet.broker.published", "{message}", "Messages sent to the broker.");
        _confirmed = meter.CreateCounter<long>("mainstreet.broker.confirmed", "{message}", "Messages that the broker confirmed.");
        _refused = meter.CreateCounter<long>("mainstreet.broker.refused", "{message}", "Messages that the broker refused or sent back.");
        _notTaken = meter.CreateCounter<long>("mainstreet.broker.publish.failed", "{batch}", "Batches of messages that the broker did not take: refused, sent back, or not confirmed in time.");
        _consumed = meter.CreateCounter<long>("mainstreet.broker.consumed", "{message}", "Messages received.");
        _redelivered = meter.CreateCounter<long>("mainstreet.broker.redelivered", "{message}", "Messages received that were offered before.");
        _failed = meter.CreateCounter<long>("mainstreet.broker.failed", "{message}", "Messages whose handler failed.");
        _lost = meter.CreateCounter<long>("mainstreet.broker.connection.lost", "{connection}", "Connections lost, and attempts to connect that failed.");
        meter.CreateObservableGauge("mainstreet.broker.connected", ObserveLinks, "{connection}", "1 while connected, 0 while not.");
    }

    public void Begin() => _notTaken.Add(0);

    internal void Watch(string purpose, Func<bool> up)
    {
        lock (_links) _links.Add((purpose, up));
    }

    internal void Published(string queue) => _published.Add(1, Queue(queue));

    internal void Confirmed(string queue, int messages) => _confirmed.Add(messages, Queue(queue));

    internal void Refused(string queue, int messages) => _refused.Add(messages, Queue(queue));

    internal void NotTaken() => _notTaken.Add(1);

    internal void Consumed(string queue, bool again)
    {
        _consumed.Add(1, Queue(queue));
        if (again) _redelivered.Add(1, Queue(queue));
    }

    internal void Failed(string queue, Exception exception) => _failed.Add(1, Queue(queue), new("error.type", exception.GetType().FullName));

    internal void Lost(string purpose) => _lost.Add(1, Purpose(purpose));

    private static KeyValuePair<string, object?> Queue(string queue) => new("messaging.destination.name", queue);

    private static KeyValuePair<string, object?> Purpose(string purpose) => new("messaging.operation.type", purpose);

    private List<Measurement<int>> ObserveLinks()
    {
        lock (_links) return [.. _links.Select(l => new Measurement<int>(l.Up() ? 1 : 0, Purpose(l.Purpose)))];
    }
}
