namespace Mainstreet.Foundation.Observability;

/// <summary>Instruments whose Prometheus names are a promise to dashboards and alerts and do not follow from their own (docs/operations.md).</summary>
internal static class FixedNames
{
    private static readonly Dictionary<string, string> ByInstrument = new(StringComparer.Ordinal)
    {
        ["mainstreet.circuit_breaker.state"] = "circuit_breaker_state",
        ["mainstreet.circuit_breaker.failures"] = "circuit_breaker_failures_total",
        ["mainstreet.circuit_breaker.successes"] = "circuit_breaker_successes_total",
    };

    /// <summary>The promised name, or null when the name follows the rules of <see cref="MetricNames"/>.</summary>
    internal static string? Of(string instrument) => ByInstrument.GetValueOrDefault(instrument);
}
