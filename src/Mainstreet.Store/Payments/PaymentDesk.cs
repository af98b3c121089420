using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;
using Mainstreet.Store.Payments.Upi;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Store.Payments;

/// <inheritdoc cref="IPayments"/>
internal sealed class PaymentDesk(
    PaymentProviders providers, RefundDesk refunds, IOrderPayments orders, IServiceScopeFactory scopes, IDbContextFactory<StoreDb> contexts, PaymentWake wake,
    TimeProvider clock) : IPayments
{
    /// <summary>How long somebody who waits for an answer waits for the provider; a worker has more time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public async Task<Problem?> CheckAsync(StoreDb db, Guid customerId, Money amount, PaymentMethod method, Guid? savedMethodId, CancellationToken cancel)
    {
        if (savedMethodId is not null && method != PaymentMethod.Card) return Problem.Invalid("payment.savedMethodId", "is for payments by card only");
        if (method == PaymentMethod.Cod) return null;
        if (providers.Current is not { } provider) return PaymentProblems.Unavailable;
        if (amount.Amount < RefundDesk.SmallestOnline) return PaymentProblems.TooSmall;
        return savedMethodId is not { } id
            || await db.SavedMethods.AnyAsync(m => m.Id == id && m.CustomerId == customerId && m.Provider == provider.Name && m.RemovedAt == null, cancel)
            ? null : PaymentProblems.MethodNotFound;
    }

    public Payment Open(StoreDb db, Guid orderId, Guid customerId, Guid businessId, Money amount, PaymentMethod method, Guid? savedMethodId)
    {
        var now = clock.Now();
        var payment = Payment.Open(clock.NewId(), orderId, customerId, businessId, amount, method, savedMethodId, now, (now + PaymentStarter.Grace).Cut());
        db.Payments.Add(payment);
        var state = Words.Of(payment.State);
        db.AuditFirst(new AuditEntry(
            $"payment:{payment.Id}", customerId, "payment.opened", null, state, new { orderId, businessId, amount.Amount, amount.Currency, method = Words.Of(method) }));
        return payment;
    }

    public async Task<PaymentView> EnsureStartedAsync(Guid paymentId, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var payment = await ReadAsync(db, paymentId, cancel);
        if (payment.State == PaymentState.Created)
        {
            using var patience = new CancellationTokenSource(Patience, clock);
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<PaymentStarter>().StartAsync(paymentId, patience.Token);
            payment = await ReadAsync(db, paymentId, cancel);
        }

        return View(payment, true);
    }

    public async Task<IReadOnlyDictionary<Guid, PaymentView>> OfOrdersAsync(StoreDb db, IReadOnlyCollection<Guid> orderIds, bool payable, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orderIds.Count, 500);
        var payments = await db.Payments.AsNoTracking().Where(p => orderIds.Contains(p.OrderId)).ToListAsync(cancel);
        return payments.ToDictionary(p => p.OrderId, p => View(p, payable));
    }

    public async Task<Money> CollectedAsync(StoreDb db, Guid orderId, Guid? actorId, CancellationToken cancel)
    {
        if (await HoldAsync(db, orderId, cancel) is not { State: PaymentState.Due } payment) return Money.Zero("INR");
        var (now, from) = (clock.Now(), payment.State);
        payment.Capture(null, payment.Amount, now);
        db.PaymentCaptures.Add(new PaymentCapture
        {
            ProviderPaymentId = PaymentCapture.CashId(payment.Id), PaymentId = payment.Id, Amount = payment.Amount, Currency = payment.Currency, Primary = true, CapturedAt = now,
        });
        await Settlement.RecordAsync(db, payment, from, "cash", new { actorId }, cancel);
        await db.SaveChangesAsync(cancel);
        return payment.Total;
    }

    public async Task<Money> CancelAsync(StoreDb db, Guid orderId, Guid? actorId, CancellationToken cancel)
    {
        if (await HoldAsync(db, orderId, cancel) is not { } payment) return Money.Zero("INR");
        var from = payment.State;
        if (payment.State.IsCaptured())
        {
            if (payment.Refundable == 0) return Money.Zero(payment.Currency);
            var refund = await GiveBackAsync(db, payment, actorId, cancel);
            await db.SaveChangesAsync(cancel);
            wake.Raise();
            return refund.Money;
        }

        // What the bank holds by now is captured and then given back: one path for all late money.
        if (payment.Cancel(clock.Now())) await Settlement.RecordAsync(db, payment, from, "cancel", new { actorId }, cancel);
        await db.SaveChangesAsync(cancel);
        return Money.Zero(payment.Currency);
    }

    public async Task<Outcome<RefundView>> RefundAsync(StoreDb db, Guid orderId, Money? amount, RefundReason reason, Guid? actorId, CancellationToken cancel)
    {
        if (await HoldAsync(db, orderId, cancel) is not { } payment) return Problem.NotFound;
        var added = await refunds.AddAsync(db, payment, amount, reason, actorId, cancel);
        if (!added.Ok) return added.Problem;
        if (payment.Method == PaymentMethod.Cod) await PaidBackInCashAsync(db, payment, added.Value, cancel);
        await db.SaveChangesAsync(cancel);
        wake.Raise();
        return RefundView.From(added.Value);
    }

    internal static PaymentView View(Payment payment, bool payable) => new(
        payment.Id, payment.OrderId, payment.Method, payment.State, payment.Total, new Money(payment.Captured, payment.Currency), new Money(payment.Refunded, payment.Currency),
        payment.ProviderOrderId, payable && payment.State.IsPayable() && payment.UpiIntent is { } intent ? new UpiView(intent, QrCode.Svg(intent)) : null, payment.Error);

    // A rest that is too small for the provider goes back all the same: it is asked, and what it refuses is seen as failed.
    private async Task<Refund> GiveBackAsync(StoreDb db, Payment payment, Guid? actorId, CancellationToken cancel)
    {
        var capture = await db.PaymentCaptures.AsTracking().SingleAsync(c => c.PaymentId == payment.Id && c.Primary, cancel);
        var refund = await refunds.AddAsync(db, payment, capture, payment.Refundable, RefundReason.Cancelled, actorId, cancel);
        if (payment.Method == PaymentMethod.Cod) await PaidBackInCashAsync(db, payment, refund, cancel);
        return refund;
    }

    private async Task PaidBackInCashAsync(StoreDb db, Payment payment, Refund refund, CancellationToken cancel)
    {
        await db.SaveChangesAsync(cancel);
        await refunds.ToldAsync(db, payment, refund, null, "processed", "", orders, cancel);
    }

    private static async Task<Payment?> HoldAsync(StoreDb db, Guid orderId, CancellationToken cancel)
    {
        if (db.Payments.Local.FirstOrDefault(p => p.OrderId == orderId) is { } opened && db.Entry(opened).State == EntityState.Added) return opened;
        await db.HoldOrderAsync(orderId, cancel);
        var id = await db.Payments.AsNoTracking().Where(p => p.OrderId == orderId).Select(p => (Guid?)p.Id).SingleOrDefaultAsync(cancel);
        return id is { } known ? await db.HoldPaymentAsync(known, cancel) : null;
    }

    private static async Task<Payment> ReadAsync(StoreDb db, Guid paymentId, CancellationToken cancel) =>
        await db.Payments.AsNoTracking().SingleOrDefaultAsync(p => p.Id == paymentId, cancel) ?? throw new InvalidOperationException($"There is no payment {paymentId}.");
}
