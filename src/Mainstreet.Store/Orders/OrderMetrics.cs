using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Observability;

namespace Mainstreet.Store.Orders;

/// <summary>The instruments of orders.</summary>
internal sealed class OrderMetrics : IKnownSeries
{
    private readonly Counter<long> _placed = StoreMetrics.Meter.CreateCounter<long>("mainstreet.store.order.placed", "{order}", "Orders placed, by way of payment.");
    private readonly Counter<long> _refused = StoreMetrics.Meter.CreateCounter<long>("mainstreet.store.order.refused", "{order}", "Orders refused, by reason.");
    private readonly Counter<long> _paid = StoreMetrics.Meter.CreateCounter<long>("mainstreet.store.order.paid", "{order}", "Captures told to orders, by what they meant.");
    private readonly Counter<long> _ended = StoreMetrics.Meter.CreateCounter<long>("mainstreet.store.order.cancelled", "{order}", "Orders cancelled, by reason.");
    private readonly Histogram<double> _delivery = StoreMetrics.Meter.CreateHistogram<double>("mainstreet.store.order.delivery", "s", "From the order to its delivery.");

    public void Begin()
    {
        foreach (var cash in (bool[])[false, true]) _placed.Add(0, new KeyValuePair<string, object?>("cash", cash));
        foreach (var reason in Enum.GetValues<CancelReason>()) _ended.Add(0, new KeyValuePair<string, object?>("reason", reason.ToString()));
    }

    internal void Placed(bool cash) => _placed.Add(1, new KeyValuePair<string, object?>("cash", cash));

    internal void Refused(string code) => _refused.Add(1, new KeyValuePair<string, object?>("error.type", code));

    internal void Paid(PaidResult result) => _paid.Add(1, new KeyValuePair<string, object?>("result", result.ToString()));

    internal void Cancelled(CancelReason reason) => _ended.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    internal void Delivered(TimeSpan after) => _delivery.Record(Math.Max(0, after.TotalSeconds));
}
