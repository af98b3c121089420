namespace Mainstreet.Foundation.Observability;

/// <summary>A promised name, and what becomes of the attributes.</summary>
/// <param name="Name">On <c>/metrics</c>.</param>
/// <param name="Labels">The only labels, in place of all attributes; null keeps the attributes as they are.</param>
/// <param name="Counts">Name of a counter that says how often a histogram was recorded into.</param>
/// <param name="Split">An attribute whose values are families of their own.</param>
internal sealed record FixedName(string Name, IReadOnlyList<FixedLabel>? Labels = null, string? Counts = null, FixedSplit? Split = null);

/// <param name="Attribute">As the instrument has it.</param>
/// <param name="Label">On <c>/metrics</c>.</param>
/// <param name="Absent">The label's value when the attribute is missing.</param>
internal sealed record FixedLabel(string Attribute, string Label, string Absent);

/// <param name="Attribute">Whose value decides.</param>
/// <param name="Names">The family's name by value; other values are left out.</param>
internal sealed record FixedSplit(string Attribute, IReadOnlyDictionary<string, string> Names);

/// <summary>Instruments whose Prometheus names are a promise to dashboards and alerts and do not follow from their own (docs/operations.md).</summary>
internal static class FixedNames
{
    private static readonly Dictionary<string, FixedName> ByInstrument = new(StringComparer.Ordinal)
    {
        ["http.server.request.duration"] = new("http_request_duration_seconds",
            [new("http.request.method", "method", "_OTHER"), new("http.route", "route", "unmatched"), new("http.response.status_code", "status_code", "0")],
            Counts: "http_requests_total"),
        ["db.client.operation.duration"] = new("db_query_duration_seconds", []),
        ["db.client.connection.count"] = new("db_connections", [], Split: new("db.client.connection.state", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["used"] = "db_connections_active",
            ["idle"] = "db_connections_idle",
        })),
        ["mainstreet.circuit_breaker.state"] = new("circuit_breaker_state"),
        ["mainstreet.circuit_breaker.failures"] = new("circuit_breaker_failures_total"),
        ["mainstreet.circuit_breaker.successes"] = new("circuit_breaker_successes_total"),
        ["mainstreet.queue.depth"] = new("queue_depth_total"),
        ["mainstreet.queue.messages.enqueued"] = new("queue_messages_enqueued_total"),
        ["mainstreet.queue.messages.processed"] = new("queue_messages_processed_total"),
        ["mainstreet.queue.messages.failed"] = new("queue_messages_failed_total"),
        ["mainstreet.messages.sent"] = new("messages_sent_total"),
        ["mainstreet.messages.failed"] = new("messages_failed_total"),
        ["mainstreet.message.delivery.duration"] = new("message_delivery_duration_seconds"),
    };

    /// <summary>The promise, or null when the name follows the rules of <see cref="MetricNames"/>.</summary>
    internal static FixedName? Of(string instrument) => ByInstrument.GetValueOrDefault(instrument);
}
