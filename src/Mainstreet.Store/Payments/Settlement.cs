using System.Text.Json;

using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Payments;

/// <summary>
/// What is told about a payment, by a webhook, the customer's browser or the provider when asked, becomes its state: one place for all tellers, so
/// that any of them in any order and number come to the same. Every method works inside the caller's transaction and calls nobody outside.
/// </summary>
internal sealed partial class Settlement(
    IOrderPayments orders, RefundDesk refunds, IOptions<PaymentsOptions> options, PaymentMetrics metrics, TimeProvider clock, ILogger<Settlement> log)
{
    private static readonly TimeSpan CaptureGrace = TimeSpan.FromSeconds(2);

    private readonly PaymentsOptions _options = options.Value;

    /// <summary>The payment, held after its order: the one order of locks.</summary>
    internal static async Task<Payment?> HoldAsync(StoreDb db, Guid paymentId, CancellationToken cancel)
    {
        var orderId = await db.Payments.AsNoTracking().Where(p => p.Id == paymentId).Select(p => (Guid?)p.OrderId).SingleOrDefaultAsync(cancel);
        if (orderId is not { } order) return null;
        await db.HoldOrderAsync(order, cancel);
        return await db.HoldPaymentAsync(paymentId, cancel);
    }

    /// <summary>Stores a signal and applies it.</summary>
    /// <returns>False when it was told before.</returns>
    internal async Task<bool> TakeAsync(StoreDb db, PaymentSignal signal, SignalFacts facts, CancellationToken cancel)
    {
        signal.PaymentId = await FindAsync(db, signal, cancel);
        var payment = signal.PaymentId is { } id ? await HoldAsync(db, id, cancel) : null;
        // Looked for under the lock: of the same event told twice at once, the second finds the first and breaks no key.
        if (await db.PaymentSignals.AnyAsync(s => s.EventId == signal.EventId, cancel)) return false;
        // An attempt that was told to have failed before this moment makes its authorisation a late one: so facts first, the signal after.
        if (payment is not null) await ApplyAsync(db, payment, facts, signal.Event, cancel);
        db.PaymentSignals.Add(signal);
        await db.SaveChangesAsync(cancel);
        return true;
    }

    /// <summary>Signals that came before we knew the provider's order are applied now. The payment is held.</summary>
    internal async Task CatchUpAsync(StoreDb db, Payment payment, CancellationToken cancel)
    {
        var waiting = await db.PaymentSignals.AsTracking().Where(s => s.PaymentId == null && s.ProviderOrderId == payment.ProviderOrderId).OrderBy(s => s.ReceivedAt).ToListAsync(cancel);
        foreach (var signal in waiting)
        {
            signal.PaymentId = payment.Id;
            await ApplyAsync(db, payment, JsonSerializer.Deserialize<SignalFacts>(signal.Facts, Json.Stored)!, signal.Event, cancel);
        }
    }

    /// <summary>Applies facts to a held payment.</summary>
    internal async Task ApplyAsync(StoreDb db, Payment payment, SignalFacts facts, string by, CancellationToken cancel)
    {
        if (facts.Payment is { } told) await ApplyAsync(db, payment, told, by, cancel);
        if (facts.Refund is { } refund) await refunds.ToldAsync(db, payment, refund, orders, cancel);
    }

    /// <summary>Applies what the provider says of one of its payments to a held payment.</summary>
    internal async Task ApplyAsync(StoreDb db, Payment payment, ProviderPayment told, string by, CancellationToken cancel)
    {
        // Another order's payment never settles this one, whoever brings it.
        if (payment.ProviderOrderId is null || told.OrderId != payment.ProviderOrderId)
        {
            Log.Foreign(log, payment.Id, by);
            return;
        }

        if (told.Captured || told.Status == ProviderStatus.Captured) await CapturedAsync(db, payment, told, by, cancel);
        else if (told.Status == ProviderStatus.Authorized) await AuthorizedAsync(db, payment, told.Id, by, cancel);
        else if (told.Status == ProviderStatus.Failed) await FailedAsync(db, payment, told, by, cancel);
        else if (told.Status == ProviderStatus.Refunded && payment.ProviderPaymentId == told.Id) await ReleasedAsync(db, payment, by, cancel);
    }

    /// <summary>The bank holds the money. The worker captures it.</summary>
    internal async Task AuthorizedAsync(StoreDb db, Payment payment, string providerPaymentId, string by, CancellationToken cancel)
    {
        var from = payment.State;
        var late = await db.PaymentSignals.AnyAsync(s => s.ProviderPaymentId == providerPaymentId && s.Event == "payment.failed", cancel);
        if (!payment.Authorize(providerPaymentId, late, clock.Now())) return;
        // An account that captures by itself tells so within a moment; who waits for an answer asks at once.
        payment.LookAgain((clock.Now() + CaptureGrace).Cut());
        await RecordAsync(db, payment, from, by, new { providerPaymentId }, cancel);
        if (payment.State == PaymentState.LateAuthorized) metrics.Late();
    }

    /// <summary>When to ask the provider again about a payment without news: after as long as it is old already, at most six hours; null when it is too old.</summary>
    internal DateTimeOffset? NextLook(Payment payment)
    {
        var now = clock.Now();
        var age = now - payment.CreatedAt;
        if (age > TimeSpan.FromDays(_options.ReconcileDays)) return null;
        var wait = age < TimeSpan.FromSeconds(_options.ReconcileAfterSeconds) ? TimeSpan.FromSeconds(_options.ReconcileAfterSeconds) : age;
        return (now + (wait < TimeSpan.FromHours(6) ? wait : TimeSpan.FromHours(6))).Cut();
    }

    private async Task CapturedAsync(StoreDb db, Payment payment, ProviderPayment told, string by, CancellationToken cancel)
    {
        // The row is the posting: whoever comes second finds it.
        if (await db.PaymentCaptures.AnyAsync(c => c.ProviderPaymentId == told.Id, cancel)) return;
        var (now, from) = (clock.Now(), payment.State);
        var first = payment.Capture(told.Id, told.Amount, now);
        var capture = new PaymentCapture
        {
            ProviderPaymentId = told.Id, PaymentId = payment.Id, Amount = told.Amount, Currency = told.Currency, Primary = first, CapturedAt = now,
        };
        db.PaymentCaptures.Add(capture);
        metrics.Captured(payment.Method, now - payment.CreatedAt);
        if (!first)
        {
            // Two attempts of one customer were captured: the second goes back, and the order never hears of it.
            await refunds.AddAsync(db, payment, capture, capture.Amount, RefundReason.Duplicate, null, cancel);
            await db.SaveChangesAsync(cancel);
            return;
        }

        await RecordAsync(db, payment, from, by, new { providerPaymentId = told.Id, told.Amount, told.Currency }, cancel);
        await KeepCardAsync(db, payment, told, cancel);
        // Saved before the order is asked: its own guarded updates must see the money.
        await db.SaveChangesAsync(cancel);
        var result = await orders.PaidAsync(db, payment.OrderId, new Money(told.Amount, told.Currency), cancel);
        RefundReason? back = result switch
        {
            PaidResult.Paid => null,
            PaidResult.NoStock => RefundReason.OutOfStock,
            PaidResult.WrongAmount => RefundReason.WrongAmount,
            PaidResult.Cancelled => RefundReason.Cancelled,
            _ => RefundReason.Duplicate,
        };
        if (back is { } reason && capture.Refundable > 0)
        {
            Log.GivenBack(log, payment.Id, reason);
            await refunds.AddAsync(db, payment, capture, capture.Refundable, reason, null, cancel);
        }

        await db.SaveChangesAsync(cancel);
    }

    /// <summary>The provider kept the card of somebody who had agreed to it here.</summary>
    private async Task KeepCardAsync(StoreDb db, Payment payment, ProviderPayment told, CancellationToken cancel)
    {
        if (told is not { TokenId: { } tokenId, CustomerId: { } customer } || payment is not { Method: PaymentMethod.Card, Provider: { } provider }) return;
        var agreed = await db.ProviderCustomers.AnyAsync(c => c.CustomerId == payment.CustomerId && c.Provider == provider && c.ProviderCustomerId == customer, cancel);
        if (!agreed || await db.SavedMethods.AnyAsync(m => m.Provider == provider && m.TokenId == tokenId, cancel)) return;
        db.SavedMethods.Add(SavedMethod.Of(clock.NewId(), payment.CustomerId, provider, customer, tokenId, clock.Now(), clock.Now()));
    }

    private async Task FailedAsync(StoreDb db, Payment payment, ProviderPayment told, string by, CancellationToken cancel)
    {
        // A failure of one attempt says nothing of another that holds the money.
        var from = payment.State;
        if (!payment.Fail(told.Error, clock.Now())) return;
        payment.LookAgain(NextLook(payment));
        await RecordAsync(db, payment, from, by, new { providerPaymentId = told.Id, told.Error }, cancel);
        metrics.Failed(payment.Method);
    }

    private async Task ReleasedAsync(StoreDb db, Payment payment, string by, CancellationToken cancel)
    {
        var from = payment.State;
        if (payment.Released(clock.Now())) await RecordAsync(db, payment, from, by, null, cancel);
    }

    /// <summary>Audit and live news of a state that changed, saved with it.</summary>
    internal static async Task RecordAsync(StoreDb db, Payment payment, PaymentState from, string by, object? detail, CancellationToken cancel)
    {
        if (payment.State == from) return;
        var to = Words.Of(payment.State);
        await db.AuditAsync(new AuditEntry($"payment:{payment.Id}", null, $"payment.{to}", Words.Of(from), to, new { by, payment.OrderId, payment.BusinessId, detail }), cancel);
        db.Notify($"order:{payment.OrderId}", "payment.changed", new { paymentId = payment.Id, payment.OrderId, payment.State }, $"order:{payment.OrderId}", $"user:{payment.CustomerId}");
    }

    private static async Task<Guid?> FindAsync(StoreDb db, PaymentSignal signal, CancellationToken cancel)
    {
        if (signal.ProviderOrderId is { } order
            && await db.Payments.AsNoTracking().Where(p => p.ProviderOrderId == order).Select(p => (Guid?)p.Id).SingleOrDefaultAsync(cancel) is { } byOrder)
            return byOrder;
        return signal.ProviderPaymentId is { } payment
            ? await db.PaymentCaptures.AsNoTracking().Where(c => c.ProviderPaymentId == payment).Select(c => (Guid?)c.PaymentId).SingleOrDefaultAsync(cancel)
            : null;
    }

    private static partial class Log
    {
        [LoggerMessage(4301, LogLevel.Warning, "Payment {PaymentId} was told of another order's payment by {By}; ignored")]
        internal static partial void Foreign(ILogger log, Guid paymentId, string by);

        [LoggerMessage(4302, LogLevel.Information, "Payment {PaymentId} is given back in full: {Reason}")]
        internal static partial void GivenBack(ILogger log, Guid paymentId, RefundReason reason);
    }
}
