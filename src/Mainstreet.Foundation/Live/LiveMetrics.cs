using System.Diagnostics.Metrics;

namespace Mainstreet.Foundation.Live;

/// <summary>What the live channel does, for this process.</summary>
internal sealed class LiveMetrics
{
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _cut;
    private readonly Counter<long> _replayed;
    private readonly Counter<long> _recoveryFailed;
    private long _sentTotal;
    private long _cutTotal;

    public LiveMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Mainstreet.Foundation");
        _connections = meter.CreateUpDownCounter<long>("mainstreet.live.connections", "{connection}", "Open live connections.");
        _sent = meter.CreateCounter<long>("mainstreet.live.sent", "{event}", "Live events handed to a socket.");
        _cut = meter.CreateCounter<long>("mainstreet.live.cut", "{connection}", "Live connections ended by the server.");
        _replayed = meter.CreateCounter<long>("mainstreet.live.replayed", "{event}", "Live events replayed from the feed.");
        _recoveryFailed = meter.CreateCounter<long>("mainstreet.live.recovery_failed", "{subscription}", "Subscriptions whose continuity was lost.");
    }

    public long SentTotal => Interlocked.Read(ref _sentTotal);

    public long CutTotal => Interlocked.Read(ref _cutTotal);

    public void Opened(string transport) => _connections.Add(1, new KeyValuePair<string, object?>("transport", transport));

    public void Closed(string transport) => _connections.Add(-1, new KeyValuePair<string, object?>("transport", transport));

    public void Sent(int events)
    {
        if (events == 0) return;
        Interlocked.Add(ref _sentTotal, events);
        _sent.Add(events);
    }

    public void Cut(string reason)
    {
        Interlocked.Increment(ref _cutTotal);
        _cut.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    public void Replayed(int events) => _replayed.Add(events);

    public void RecoveryFailed() => _recoveryFailed.Add(1);
}
