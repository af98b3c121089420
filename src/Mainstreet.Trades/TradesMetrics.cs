using System.Diagnostics;
using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Observability;

namespace Mainstreet.Trades;

/// <summary>The module's instruments.</summary>
internal sealed class TradesMetrics : IKnownSeries
{
    private static readonly Meter Meter = new("Mainstreet.Trades");

    internal static readonly ActivitySource Activities = new("Mainstreet.Trades");

    private readonly Counter<long> _reported = Meter.CreateCounter<long>("mainstreet.trades.ticket.reported", "{ticket}", "Tickets reported.");
    private readonly Counter<long> _accepted = Meter.CreateCounter<long>("mainstreet.trades.ticket.accepted", "{ticket}", "Tickets won by a contractor.");
    private readonly Counter<long> _refused = Meter.CreateCounter<long>("mainstreet.trades.accept.refused", "{accept}", "Accepts refused, by reason.");
    private readonly Counter<long> _escalated = Meter.CreateCounter<long>("mainstreet.trades.ticket.escalated", "{ticket}", "Tickets that nobody took.");
    private readonly Histogram<double> _toAccept = Meter.CreateHistogram<double>("mainstreet.trades.accept.delay", "s", "From report to accept.");

    public void Begin()
    {
        foreach (var category in Enum.GetValues<TradeCategory>())
        {
            _reported.Add(0, new KeyValuePair<string, object?>("category", category.ToString()));
            _accepted.Add(0, new KeyValuePair<string, object?>("category", category.ToString()));
        }

        _escalated.Add(0);
    }

    internal void Reported(TradeCategory category) => _reported.Add(1, new KeyValuePair<string, object?>("category", category.ToString()));

    internal void Accepted(TradeCategory category, TimeSpan delay)
    {
        _accepted.Add(1, new KeyValuePair<string, object?>("category", category.ToString()));
        _toAccept.Record(Math.Max(0, delay.TotalSeconds));
    }

    internal void AcceptRefused(string code) => _refused.Add(1, new KeyValuePair<string, object?>("error.type", code));

    internal void Escalated() => _escalated.Add(1);
}
