using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Store.Payments;

/// <summary>
/// Money on its way back, inside the caller's transaction with the payment held. The balance is taken when a refund is accepted and opened again when
/// it fails, so refunds that are under way together never exceed what was captured, and the database checks the same.
/// </summary>
internal sealed partial class RefundDesk(PaymentMetrics metrics, TimeProvider clock, ILogger<RefundDesk> log)
{
    /// <summary>What Razorpay pays at least, either way: 1.00 in minor units.</summary>
    internal const long SmallestOnline = 100;

    /// <summary>How often a refund that nobody asked for by hand is tried anew, with an hour, two, four ... between.</summary>
    private const int Rounds = 5;

    /// <summary>A refund of the order's own capture, of all that is left or of a part.</summary>
    internal async Task<Outcome<Refund>> AddAsync(StoreDb db, Payment payment, Money? amount, RefundReason reason, Guid? actorId, CancellationToken cancel)
    {
        if (amount is { Amount: <= 0 }) return Problem.Invalid("amount", "must be more than 0");
        if (amount is { } given && given.Currency != payment.Currency) return Problem.Invalid("amount", $"must be in {payment.Currency}");
        if (!payment.State.IsCaptured() || payment.Captured == 0) return PaymentProblems.NotCaptured;
        var wanted = amount?.Amount ?? payment.Refundable;
        if (wanted == 0 || wanted > payment.Refundable) return PaymentProblems.Exceeds;
        if (wanted < SmallestOnline && payment.Method != PaymentMethod.Cod) return PaymentProblems.TooSmall;
        var capture = await db.PaymentCaptures.AsTracking().SingleAsync(c => c.PaymentId == payment.Id && c.Primary, cancel);
        return await AddAsync(db, payment, capture, wanted, reason, actorId, cancel);
    }

    /// <summary>A refund of one capture.</summary>
    internal async Task<Refund> AddAsync(
        StoreDb db, Payment payment, PaymentCapture capture, long amount, RefundReason reason, Guid? actorId, CancellationToken cancel, int round = 0)
    {
        var now = clock.Now();
        // What was paid in cash is given back in cash, by hand: it is done when it is written down.
        var due = now + (round == 0 ? TimeSpan.Zero : TimeSpan.FromHours(1 << Math.Min(round - 1, 5)));
        var refund = Refund.Of(clock.NewId(), capture, amount, reason, actorId, now, payment.Method == PaymentMethod.Cod ? null : due, round);
        capture.Promise(amount);
        if (capture.Primary) payment.Promise(amount, now);
        db.Refunds.Add(refund);
        await db.AuditAsync(new AuditEntry(
            $"payment:{payment.Id}", actorId, "refund.requested", null, null, new { refundId = refund.Id, amount, refund.Currency, reason = Words.Of(reason), payment.BusinessId }), cancel);
        metrics.Refund(reason, "requested");
        return refund;
    }

    /// <summary>What the provider says of a refund, ours or one that was made at its dashboard. The payment is held.</summary>
    internal async Task ToldAsync(StoreDb db, Payment payment, ProviderRefund told, IOrderPayments orders, CancellationToken cancel)
    {
        var refund = await FindAsync(db, payment, told, cancel) ?? await LearnAsync(db, payment, told, cancel);
        if (refund is not null) await ToldAsync(db, payment, refund, told.Id, told.Status, "the provider could not do it", orders, cancel);
    }

    /// <summary>A refund came further.</summary>
    /// <param name="status"><c>pending</c>, <c>processed</c>, <c>failed</c>.</param>
    internal async Task ToldAsync(
        StoreDb db, Payment payment, Refund refund, string? providerRefundId, string status, string error, IOrderPayments orders, CancellationToken cancel)
    {
        var now = clock.Now();
        switch (status)
        {
            case "processed" when refund.Process(providerRefundId, now):
                var from = payment.State;
                if (refund.Primary) payment.Return(refund.Amount, now);
                await AuditAsync(db, payment, refund, cancel);
                await Settlement.RecordAsync(db, payment, from, "refund", new { refundId = refund.Id }, cancel);
                await db.SaveChangesAsync(cancel);
                if (refund.Primary) await orders.RefundedAsync(db, payment.OrderId, new Money(payment.Returned, refund.Currency), cancel);
                break;
            case "failed" when refund.Fail(providerRefundId, error, now):
                var capture = await CaptureOfAsync(db, refund, cancel);
                capture.TakeBack(refund.Amount);
                if (refund.Primary) payment.TakeBack(refund.Amount, now);
                await AuditAsync(db, payment, refund, cancel);
                Log.Failed(log, refund.Id, payment.Id, refund.Round, error);
                // Nobody waits for this one's answer, so nobody would ask again.
                if (refund.Reason is not (RefundReason.Requested or RefundReason.Provider) && refund.Round + 1 < Rounds)
                    await AddAsync(db, payment, capture, refund.Amount, refund.Reason, null, cancel, refund.Round + 1);
                break;
            case "pending":
                refund.Accepted(providerRefundId, now + Wait(now - refund.CreatedAt), now);
                break;
            default:
                return;
        }

        if (refund.Ended) metrics.Refund(refund.Reason, Words.Of(refund.State));
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>How long until somebody asks again about a refund that is this old.</summary>
    internal static TimeSpan Wait(TimeSpan age) => TimeSpan.FromSeconds(Math.Clamp(age.TotalSeconds, 5, 21_600));

    internal static async Task<PaymentCapture> CaptureOfAsync(StoreDb db, Refund refund, CancellationToken cancel) =>
        await db.PaymentCaptures.AsTracking().SingleAsync(c => c.ProviderPaymentId == refund.ProviderPaymentId, cancel);

    private static async Task<Refund?> FindAsync(StoreDb db, Payment payment, ProviderRefund told, CancellationToken cancel)
    {
        var ours = db.Refunds.AsTracking().Where(r => r.PaymentId == payment.Id);
        if (await ours.SingleOrDefaultAsync(r => r.ProviderRefundId == told.Id, cancel) is { } known) return known;
        // Asked for by us, and the answer was lost: the receipt is our id.
        return Guid.TryParse(told.Receipt, out var id) ? await ours.SingleOrDefaultAsync(r => r.Id == id, cancel) : null;
    }

    private async Task<Refund?> LearnAsync(StoreDb db, Payment payment, ProviderRefund told, CancellationToken cancel)
    {
        var capture = await db.PaymentCaptures.AsTracking().SingleOrDefaultAsync(c => c.ProviderPaymentId == told.PaymentId && c.PaymentId == payment.Id, cancel);
        if (capture is null || told.Amount <= 0 || told.Amount > capture.Refundable || told.Status == "failed")
        {
            if (told.Status != "failed") Log.NotBooked(log, payment.Id);
            return null;
        }

        return await AddAsync(db, payment, capture, told.Amount, RefundReason.Provider, null, cancel);
    }

    private static Task AuditAsync(StoreDb db, Payment payment, Refund refund, CancellationToken cancel) => db.AuditAsync(new AuditEntry(
        $"payment:{payment.Id}", null, $"refund.{Words.Of(refund.State)}", null, null,
        new { refundId = refund.Id, refund.ProviderRefundId, refund.Amount, refund.Error, payment.BusinessId }), cancel);

    private static partial class Log
    {
        [LoggerMessage(4311, LogLevel.Error, "Refund {RefundId} of payment {PaymentId} failed in round {Round}: {Reason}")]
        internal static partial void Failed(ILogger log, Guid refundId, Guid paymentId, int round, string reason);

        [LoggerMessage(4312, LogLevel.Error, "The provider tells of a refund of payment {PaymentId} that its captures do not bear; look at the provider's dashboard")]
        internal static partial void NotBooked(ILogger log, Guid paymentId);
    }
}
