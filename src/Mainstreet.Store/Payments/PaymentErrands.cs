using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Store.Payments;

/// <summary>
/// What has to be asked of the provider: captures, refunds, and news that no webhook brought. Each errand may be run twice, by anybody at any time: the
/// provider's answer is applied as every other signal is. Calls are made outside transactions; their answers are recorded whoever gives up meanwhile.
/// </summary>
internal sealed partial class PaymentErrands(
    StoreDb db, PaymentProviders providers, PaymentStarter starter, Settlement settlement, RefundDesk refunds, IOrderPayments orders, PaymentMetrics metrics,
    TimeProvider clock, ILogger<PaymentErrands> log)
{
    /// <summary>The provider captured the money; nothing here says so yet.</summary>
    internal const string Captured = "payment.captured-before-record";

    /// <summary>The provider made the refund; nothing here says so yet.</summary>
    internal const string Refunded = "payment.refunded-before-record";

    /// <summary>Takes the next step of a payment, whichever that is.</summary>
    internal async Task PaymentAsync(Guid paymentId, CancellationToken cancel)
    {
        var payment = await db.Payments.AsNoTracking().SingleOrDefaultAsync(p => p.Id == paymentId, cancel);
        if (payment is null || providers.Current is not { } provider) return;
        if (payment.Provider is { } made && made != provider.Name)
        {
            // Another provider's, from before the settings changed: it may come back.
            await LookAgainAsync(paymentId, (clock.Now() + TimeSpan.FromHours(1)).Cut());
            return;
        }

        switch (payment.State)
        {
            case PaymentState.Created:
                await starter.StartAsync(paymentId, cancel);
                break;
            case PaymentState.Authorized or PaymentState.LateAuthorized:
                await CaptureAsync(paymentId, cancel);
                break;
            case PaymentState.Pending or PaymentState.Failed or PaymentState.Cancelled when payment.ProviderOrderId is { } order:
                await ReconcileAsync(provider, payment, order, cancel);
                break;
            default:
                await LookAgainAsync(paymentId, null);
                break;
        }
    }

    /// <summary>Captures what is authorized and records what came of it.</summary>
    /// <returns>The payment's state afterwards; null when there is nothing to capture.</returns>
    internal async Task<PaymentState?> CaptureAsync(Guid paymentId, CancellationToken cancel)
    {
        var payment = await db.Payments.AsNoTracking().SingleOrDefaultAsync(p => p.Id == paymentId, cancel);
        if (providers.Current is not { } provider || payment is not { State: PaymentState.Authorized or PaymentState.LateAuthorized, ProviderPaymentId: { } id }) return payment?.State;
        // Asked first: an account may be set to capture by itself, and what was authorized may be gone.
        var told = await provider.GetPaymentAsync(id, cancel);
        if (told is { Done: true, Value.Status: ProviderStatus.Authorized })
        {
            var captured = await provider.CaptureAsync(id, new(told.Value.Amount, told.Value.Currency), cancel);
            Failpoints.Hit(Captured);
            told = captured.Outcome == ProviderOutcome.Refused ? await provider.GetPaymentAsync(id, cancel) : captured;
        }

        if (!told.Done) Log.NoAnswer(log, "capture", paymentId, told.Outcome, told.Error ?? "unknown");
        return await db.InTransactionAsync(async token =>
        {
            if (await Settlement.HoldAsync(db, paymentId, token) is not { } held) return (PaymentState?)null;
            if (told.Done) await settlement.ApplyAsync(db, held, told.Value, "capture", token);
            held.LookAgain(Later(held, told.NotBefore));
            await db.SaveChangesAsync(token);
            return held.State;
        }, CancellationToken.None);
    }

    /// <summary>Takes the next step of a refund.</summary>
    internal async Task RefundAsync(Guid refundId, CancellationToken cancel)
    {
        var refund = await db.Refunds.AsNoTracking().SingleOrDefaultAsync(r => r.Id == refundId, cancel);
        if (refund is null || refund.Ended || providers.Current is not { } provider) return;
        if (!await db.Payments.AnyAsync(p => p.Id == refund.PaymentId && p.Provider == provider.Name, cancel)) return;
        ProviderAnswer<ProviderRefund> told;
        if (refund.State == RefundState.Requested)
        {
            told = await provider.RefundAsync(refund.ProviderPaymentId, refund.Money, refund.Id.ToString(), cancel);
            Failpoints.Hit(Refunded);
            // A refusal may be of a repetition whose first time was done.
            if (told.Outcome == ProviderOutcome.Refused && await FindAsync(provider, refund, cancel) is var found && found.Outcome != ProviderOutcome.Refused) told = found;
        }
        else
        {
            told = await FindAsync(provider, refund, cancel);
        }

        if (!told.Done) Log.NoAnswer(log, "refund", refund.PaymentId, told.Outcome, told.Error ?? "unknown");
        await db.InTransactionAsync(async token =>
        {
            if (await Settlement.HoldAsync(db, refund.PaymentId, token) is not { } payment) return;
            var held = await db.Refunds.AsTracking().SingleAsync(r => r.Id == refundId, token);
            var now = clock.Now();
            if (told.Done) await refunds.ToldAsync(db, payment, held, told.Value.Id, told.Value.Status, "the provider could not do it", orders, token);
            else if (told.Outcome == ProviderOutcome.Refused && held.State == RefundState.Requested) await refunds.ToldAsync(db, payment, held, null, "failed", told.Error ?? "refused", orders, token);
            else held.LookAgain((told.NotBefore > now ? told.NotBefore.Value : now + RefundDesk.Wait(now - held.CreatedAt)).Cut(), told.Error);
            await db.SaveChangesAsync(token);
        }, CancellationToken.None);
    }

    /// <summary>Asks what a kept card looks like, or takes a removed one's token away at the provider.</summary>
    internal async Task MethodAsync(Guid methodId, CancellationToken cancel)
    {
        var seen = await db.SavedMethods.AsNoTracking().SingleOrDefaultAsync(m => m.Id == methodId, cancel);
        if (seen is null || providers.Current is not { } provider || seen.Provider != provider.Name) return;
        var card = seen.RemovedAt is null ? await provider.GetTokenAsync(seen.ProviderCustomerId, seen.TokenId, cancel) : null;
        var done = card?.Done ?? (await provider.DeleteTokenAsync(seen.ProviderCustomerId, seen.TokenId, cancel)).Done;
        await db.InTransactionAsync(async token =>
        {
            var method = await db.SavedMethods.AsTracking().SingleAsync(m => m.Id == methodId, token);
            if (card is { Done: true }) method.Describe(card.Value);
            // Removed meanwhile: there is still work.
            if (method.RemovedAt == seen.RemovedAt) method.Work(done || card?.Outcome == ProviderOutcome.Refused ? null : (clock.Now() + TimeSpan.FromMinutes(5)).Cut());
            await db.SaveChangesAsync(token);
        }, CancellationToken.None);
    }

    private async Task ReconcileAsync(IPaymentProvider provider, Payment seen, string providerOrderId, CancellationToken cancel)
    {
        var told = await provider.PaymentsOfAsync(providerOrderId, cancel);
        if (!told.Done) Log.NoAnswer(log, "reconciliation", seen.Id, told.Outcome, told.Error ?? "unknown");
        var mended = await db.InTransactionAsync(async token =>
        {
            if (await Settlement.HoldAsync(db, seen.Id, token) is not { } held) return false;
            var before = held.State;
            // Failures first: an attempt that failed must not be told after one that brought the money.
            foreach (var one in told.Done ? told.Value.OrderByDescending(p => p.Status == ProviderStatus.Failed) : Enumerable.Empty<ProviderPayment>())
                await settlement.ApplyAsync(db, held, one, "reconciliation", token);
            if (held.State is not (PaymentState.Authorized or PaymentState.LateAuthorized)) held.LookAgain(settlement.NextLook(held));
            await db.SaveChangesAsync(token);
            return before != held.State && held.State >= PaymentState.Authorized;
        }, CancellationToken.None);
        if (!mended) return;
        metrics.Mended();
        Log.Mended(log, seen.Id);
    }

    /// <summary>Done when it was found; Refused when there is certainly none.</summary>
    private static async Task<ProviderAnswer<ProviderRefund>> FindAsync(IPaymentProvider provider, Refund refund, CancellationToken cancel)
    {
        var all = await provider.RefundsOfAsync(refund.ProviderPaymentId, cancel);
        if (!all.Done) return all.As<ProviderRefund>();
        return all.Value.FirstOrDefault(r => r.Id == refund.ProviderRefundId || r.Receipt == refund.Id.ToString()) is { } found
            ? new ProviderAnswer<ProviderRefund>(ProviderOutcome.Done, found)
            : new ProviderAnswer<ProviderRefund>(ProviderOutcome.Refused, Error: "the provider knows of no such refund");
    }

    private DateTimeOffset? Later(Payment held, DateTimeOffset? notBefore)
    {
        if (held.State is not (PaymentState.Authorized or PaymentState.LateAuthorized)) return settlement.NextLook(held);
        var now = clock.Now();
        var wait = now - held.UpdatedAt;
        if (settlement.NextLook(held) is null) return null;
        var next = now + TimeSpan.FromSeconds(Math.Clamp(wait.TotalSeconds, 2, 3_600));
        return (notBefore > next ? notBefore.Value : next).Cut();
    }

    private Task<int> LookAgainAsync(Guid paymentId, DateTimeOffset? at) => db.InTransactionAsync(
        token => db.Payments.Where(p => p.Id == paymentId).ExecuteUpdateAsync(set => set.SetProperty(p => p.WorkAt, at), token), CancellationToken.None);

    private static partial class Log
    {
        [LoggerMessage(4331, LogLevel.Warning, "The provider did not answer a {Errand} of payment {PaymentId}: {Outcome}, {Reason}")]
        internal static partial void NoAnswer(ILogger log, string errand, Guid paymentId, ProviderOutcome outcome, string reason);

        [LoggerMessage(4332, LogLevel.Information, "Payment {PaymentId} was mended: its money was found by asking, no signal had told of it")]
        internal static partial void Mended(ILogger log, Guid paymentId);
    }
}
