namespace Mainstreet.Foundation.Observability;

/// <summary>Instruments whose Prometheus names are a promise to dashboards and alerts and do not follow from their own (docs/operations.md).</summary>
internal static class FixedNames
{
    private static readonly Dictionary<string, string> ByInstrument = new(StringComparer.Ordinal)
    {
        ["mainstreet.circuit_breaker.state"] = "circuit_breaker_state",
        ["mainstreet.circuit_breaker.failures"] = "circuit_breaker_failures_total",
        ["mainstreet.circuit_breaker.successes"] = "circuit_breaker_successes_total",
        ["mainstreet.queue.depth"] = "queue_depth_total",
        ["mainstreet.queue.messages.enqueued"] = "queue_messages_enqueued_total",
        ["mainstreet.queue.messages.processed"] = "queue_messages_processed_total",
        ["mainstreet.queue.messages.failed"] = "queue_messages_failed_total",
        ["mainstreet.messages.sent"] = "messages_sent_total",
        ["mainstreet.messages.failed"] = "messages_failed_total",
        ["mainstreet.message.delivery.duration"] = "message_delivery_duration_seconds",
    };

    /// <summary>The promised name, or null when the name follows the rules of <see cref="MetricNames"/>.</summary>
    internal static string? Of(string instrument) => ByInstrument.GetValueOrDefault(instrument);
}
