using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Mainstreet.Foundation.Outbound;

/// <summary>
/// What is known of calls to outside services, by service (<c>occasions/webhook1</c>). All but durations are read when asked for, so that
/// a call pays for one measurement only, and series are there from the start.
/// </summary>
internal sealed class OutboundMetrics
{
    private static readonly string[] OutcomeNames = ["accepted", "rejected", "retry", "unknown", "not_tried"];

    private readonly ConcurrentDictionary<string, Circuit> _circuits = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long[]> _outcomes = new(StringComparer.Ordinal);
    private readonly Histogram<double> _duration;

    public OutboundMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Mainstreet.Foundation");
        _duration = meter.CreateHistogram<double>("mainstreet.outbound.duration", "s", "Duration of one attempt at an outside service.");
        meter.CreateObservableCounter("mainstreet.outbound.requests", Outcomes, "{request}", "Attempts at outside services, by outcome.");
        meter.CreateObservableGauge("mainstreet.outbound.in_flight", () => Of(c => c.InFlight), "{request}", "Attempts under way.");
        meter.CreateObservableGauge("mainstreet.circuit_breaker.state", () => Of(c => (int)c.Position), null, "0 closed, 1 open, 2 half-open.");
        meter.CreateObservableCounter("mainstreet.circuit_breaker.failures", () => Of(c => c.Calls.Failures), "{call}", "Calls that count against the service.");
        meter.CreateObservableCounter("mainstreet.circuit_breaker.successes", () => Of(c => c.Calls.Successes), "{call}", "Calls that speak for the service.");
    }

    internal IReadOnlyCollection<Circuit> Circuits => [.. _circuits.Values];

    internal void Add(Circuit circuit) => _circuits[circuit.Service] = circuit;

    /// <summary>Counts by <see cref="SendOutcome"/>, to be added to.</summary>
    internal long[] OutcomesOf(string service) => _outcomes.GetOrAdd(service, _ => new long[OutcomeNames.Length]);

    internal void Took(TimeSpan duration, KeyValuePair<string, object?> service) => _duration.Record(duration.TotalSeconds, service);

    private IEnumerable<Measurement<T>> Of<T>(Func<Circuit, T> read)
        where T : struct =>
        _circuits.Values.Select(c => new Measurement<T>(read(c), new KeyValuePair<string, object?>("service", c.Service)));

    private IEnumerable<Measurement<long>> Outcomes() =>
        from service in _outcomes
        from outcome in Enumerable.Range(0, OutcomeNames.Length)
        select new Measurement<long>(Interlocked.Read(ref service.Value[outcome]),
            new("service", service.Key), new KeyValuePair<string, object?>("outcome", OutcomeNames[outcome]));
}
