using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Store.Payments;

/// <summary>What happens to money. Calls of the provider are counted by Foundation under <c>service="store/razorpay"</c>.</summary>
internal sealed class PaymentMetrics : IKnownSeries
{
    private readonly Counter<long> _captured;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _late;
    private readonly Counter<long> _refunds;
    private readonly Counter<long> _signals;
    private readonly Counter<long> _mended;
    private readonly Histogram<double> _toCapture;

    public PaymentMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Mainstreet.Store");
        _captured = meter.CreateCounter<long>("mainstreet.store.payment.captured", "{payment}", "Payments captured, by method.");
        _failed = meter.CreateCounter<long>("mainstreet.store.payment.failed", "{attempt}", "Attempts that failed, by method.");
        _late = meter.CreateCounter<long>("mainstreet.store.payment.late", "{payment}", "Authorisations that came after the attempt had failed or the order was given up.");
        _refunds = meter.CreateCounter<long>("mainstreet.store.refund", "{refund}", "Refunds, by reason and state.");
        _signals = meter.CreateCounter<long>("mainstreet.store.payment.signals", "{signal}", "Webhooks and callbacks, by verdict.");
        _mended = meter.CreateCounter<long>("mainstreet.store.payment.mended", "{payment}", "Payments whose state was learnt by asking, because no signal had told it.");
        meter.CreateObservableGauge("mainstreet.store.payment.stuck", ObserveStuck, "{payment}",
            "Money that nothing moves any more, by kind: kept without a paid order, held by the bank and not captured, or for a day on its way back. Reported by workers.");
        _toCapture = meter.CreateHistogram<double>("mainstreet.store.payment.duration", "s", "From the order to its money.");
    }

    public void Begin()
    {
        foreach (var method in Enum.GetValues<PaymentMethod>())
        {
            _captured.Add(0, new KeyValuePair<string, object?>("method", Words.Of(method)));
            _failed.Add(0, new KeyValuePair<string, object?>("method", Words.Of(method)));
        }

        _late.Add(0);
        _mended.Add(0);
    }

    /// <summary>Null until it was counted, and in processes that do not count.</summary>
    internal StuckMoney? Stuck { get; set; }

    internal void Captured(PaymentMethod method, TimeSpan after)
    {
        _captured.Add(1, new KeyValuePair<string, object?>("method", Words.Of(method)));
        _toCapture.Record(Math.Max(0, after.TotalSeconds));
    }

    internal void Failed(PaymentMethod method) => _failed.Add(1, new KeyValuePair<string, object?>("method", Words.Of(method)));

    internal void Late() => _late.Add(1);

    internal void Refund(RefundReason reason, string state) =>
        _refunds.Add(1, new KeyValuePair<string, object?>("reason", Words.Of(reason)), new KeyValuePair<string, object?>("state", state));

    internal void Signal(string verdict) => _signals.Add(1, new KeyValuePair<string, object?>("verdict", verdict));

    internal void Mended() => _mended.Add(1);

    private IEnumerable<Measurement<long>> ObserveStuck() => Stuck is not { } stuck ? [] :
    [
        new(stuck.Kept, new KeyValuePair<string, object?>("kind", "kept")),
        new(stuck.Held, new KeyValuePair<string, object?>("kind", "held")),
        new(stuck.Returning, new KeyValuePair<string, object?>("kind", "returning")),
    ];
}
