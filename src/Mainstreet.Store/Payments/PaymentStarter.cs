using Mainstreet.Contracts;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Payments;

/// <summary>
/// Makes the provider's order of a payment, once: its receipt is the payment's id, so whoever comes after a crash finds the order that was made
/// before it. Runs outside any transaction.
/// </summary>
internal sealed partial class PaymentStarter(
    StoreDb db, PaymentProviders providers, Settlement settlement, IAccounts accounts, IOptions<PaymentsOptions> options, TimeProvider clock,
    ILogger<PaymentStarter> log)
{
    /// <summary>The provider has the order; nothing here says so yet.</summary>
    internal const string OrderMade = "payment.order-made-before-record";

    /// <summary>How long after its beginning a payment that nobody started is started by a worker.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>What the call for a UPI link has besides what the order left of the caller's patience.</summary>
    private static readonly TimeSpan LinkPatience = TimeSpan.FromSeconds(4);

    /// <summary>Does nothing when it is started, or somebody else is at it.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="patience">Ends the calls of the provider, that for a link some seconds later; what came to pass is recorded all the same.</param>
    internal async Task StartAsync(Guid paymentId, CancellationToken patience)
    {
        if (providers.Current is not { } provider) return;
        var seen = await db.Payments.AsNoTracking().SingleOrDefaultAsync(p => p.Id == paymentId, CancellationToken.None);
        if (seen is not { State: PaymentState.Created } || !await ClaimAsync(seen)) return;
        var order = await MakeOrderAsync(provider, seen, patience);
        Failpoints.Hit(OrderMade);
        if (!order.Done)
        {
            Log.NotStarted(log, paymentId, seen.Starts + 1, order.Outcome, order.Error ?? "unknown");
            await LaterAsync(seen, order.NotBefore);
            return;
        }

        var intent = seen.Method == PaymentMethod.Upi ? await AskForLinkAsync(provider, seen, order.Value.Id, patience) : null;
        await db.InTransactionAsync(async token =>
        {
            if (await Settlement.HoldAsync(db, paymentId, token) is not { } payment) return;
            var from = payment.State;
            payment.Started(provider.Name, order.Value.Id, intent, clock.Now());
            payment.LookAgain(settlement.NextLook(payment));
            await Settlement.RecordAsync(db, payment, from, "start", new { providerOrderId = order.Value.Id }, token);
            await db.SaveChangesAsync(token);
            await settlement.CatchUpAsync(db, payment, token);
            await db.SaveChangesAsync(token);
        }, CancellationToken.None);
        db.ChangeTracker.Clear();
    }

    private async Task<bool> ClaimAsync(Payment seen)
    {
        var now = clock.Now();
        DateTimeOffset? until = (now + TimeSpan.FromSeconds(options.Value.LeaseSeconds)).Cut();
        return await db.InTransactionAsync(token => db.Payments
            .Where(p => p.Id == seen.Id && p.State == PaymentState.Created && p.Starts == seen.Starts && (p.Starts == 0 || p.WorkAt == null || p.WorkAt <= now))
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.Starts, p => p.Starts + 1).SetProperty(p => p.WorkAt, until), token), CancellationToken.None) == 1;
    }

    private static async Task<ProviderAnswer<ProviderOrder>> MakeOrderAsync(IPaymentProvider provider, Payment payment, CancellationToken patience)
    {
        var receipt = payment.Id.ToString();
        if (payment.Starts > 0)
        {
            // Somebody tried before: what they made must be found before anything is made again.
            var found = await FindAsync(provider, payment, receipt, patience);
            if (found.Outcome != ProviderOutcome.Done || found.Value is not null) return found;
        }

        var made = await provider.CreateOrderAsync(
            receipt, payment.Total, new Dictionary<string, string> { ["order"] = payment.OrderId.ToString(), ["payment"] = receipt }, patience);
        if (made.Outcome != ProviderOutcome.Unknown) return made;
        var again = await FindAsync(provider, payment, receipt, patience);
        return again.Done ? again : made;
    }

    /// <summary>Done without a value: there is certainly none.</summary>
    private static async Task<ProviderAnswer<ProviderOrder>> FindAsync(IPaymentProvider provider, Payment payment, string receipt, CancellationToken patience)
    {
        var found = await provider.FindOrdersAsync(receipt, patience);
        if (!found.Done) return found.As<ProviderOrder>();
        return new ProviderAnswer<ProviderOrder>(
            ProviderOutcome.Done, found.Value.Where(o => o.Amount == payment.Amount && o.Currency == payment.Currency).OrderBy(o => o.Id, StringComparer.Ordinal).FirstOrDefault());
    }

    private async Task<string?> AskForLinkAsync(IPaymentProvider provider, Payment payment, string orderId, CancellationToken patience)
    {
        // Not with what the order left of the patience alone: nobody asks for the link again.
        using var enough = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        await using var over = patience.Register(() => enough.CancelAfter(LinkPatience));
        var account = await accounts.FindAsync(payment.CustomerId, CancellationToken.None);
        var answer = await provider.StartUpiAsync(orderId, payment.Total, account?.Email ?? "", enough.Token);
        // Without a link the customer pays UPI on the provider's page.
        if (!answer.Done) Log.NoLink(log, payment.Id, answer.Outcome, answer.Error ?? "unknown");
        return answer.Value?.Link;
    }

    private async Task LaterAsync(Payment seen, DateTimeOffset? notBefore)
    {
        var now = clock.Now();
        var wait = Backoff.After(seen.Starts + 1, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10));
        DateTimeOffset? at = now - seen.CreatedAt > TimeSpan.FromDays(1) ? null : (notBefore > now + wait ? notBefore.Value : now + wait).Cut();
        await db.InTransactionAsync(token => db.Payments.Where(p => p.Id == seen.Id && p.State == PaymentState.Created && p.Starts == seen.Starts + 1)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.WorkAt, at), token), CancellationToken.None);
    }

    private static partial class Log
    {
        [LoggerMessage(4321, LogLevel.Warning, "Payment {PaymentId} could not be started at try {Try}: {Outcome}, {Reason}")]
        internal static partial void NotStarted(ILogger log, Guid paymentId, int @try, ProviderOutcome outcome, string reason);

        [LoggerMessage(4322, LogLevel.Information, "Payment {PaymentId} got no UPI link: {Outcome}, {Reason}")]
        internal static partial void NoLink(ILogger log, Guid paymentId, ProviderOutcome outcome, string reason);
    }
}
