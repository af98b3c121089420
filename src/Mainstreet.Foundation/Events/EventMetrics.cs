using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mainstreet.Foundation.Events;

/// <summary>What the outbox relay reports, and the source of its traces.</summary>
internal sealed class EventMetrics
{
    private readonly Counter<long> _relayed;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _dead;
    private double _lag = double.NaN;

    public EventMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Mainstreet.Foundation");
        _relayed = meter.CreateCounter<long>("mainstreet.outbox.relayed", "{row}", "Outbox rows delivered.");
        _failed = meter.CreateCounter<long>("mainstreet.outbox.failed", "{delivery}", "Deliveries that failed and come again.");
        _dead = meter.CreateCounter<long>("mainstreet.outbox.dead", "{row}", "Outbox rows given up.");
        meter.CreateObservableGauge("mainstreet.outbox.lag", ObserveLag, "s", "Age of the oldest outbox row; reported by the replica that relays.");
    }

    internal static ActivitySource Source { get; } = new("Mainstreet.Foundation");

    /// <summary>Seconds; not a number on a replica that does not relay.</summary>
    internal double LagSeconds
    {
        get => Volatile.Read(ref _lag);
        set => Volatile.Write(ref _lag, value);
    }

    internal void Relayed(OutboxKind kind, int rows) => _relayed.Add(rows, Tag(kind));

    internal void Failed(OutboxRow row, Exception exception) =>
        _failed.Add(1, Tag(row.Kind), new("mainstreet.event.name", row.Name), new("error.type", exception.GetType().FullName));

    internal void Dead(OutboxRow row) => _dead.Add(1, Tag(row.Kind), new("mainstreet.event.name", row.Name));

    private static KeyValuePair<string, object?> Tag(OutboxKind kind) => new("mainstreet.outbox.kind", kind switch
    {
        OutboxKind.Live => "live",
        _ => "event",
    });

    private IEnumerable<Measurement<double>> ObserveLag() => double.IsNaN(LagSeconds) ? [] : [new(LagSeconds)];
}
