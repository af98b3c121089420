using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Store.Proof;

/// <summary>What becomes of paid orders: some are delivered, cancelled, refunded in part or whole; and points that were earned are spent. So that the books have something to balance.</summary>
internal sealed class Aftermath(StoreStage stage, Checkout checkout, Random random)
{
    private const int MostSpenders = 50;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private static readonly Fate[] Fates =
    [
        Fate.Kept, Fate.Kept, Fate.Kept, Fate.Kept, Fate.Cancelled, Fate.Cancelled, Fate.PartlyRefunded, Fate.Delivered, Fate.Delivered, Fate.Delivered,
        Fate.DeliveredPartlyRefunded, Fate.Refunded, Fate.DeliveredRefunded,
    ];

    /// <summary>Orders that points made cheaper.</summary>
    internal int Spent { get; private set; }

    internal async Task RunAsync(CancellationToken cancel)
    {
        var paid = stage.Purchases;
        // Each fate comes once before chance decides.
        for (var i = 0; i < paid.Count; i++) paid[i].Fate = i < Fates.Length ? Fates[^(i + 1)] : Fates[random.Next(Fates.Length)];
        await StoreStage.EachAsync(paid, p => MeetAsync(p, cancel), cancel);
        await SpendAsync(cancel);
        await StoreStage.EachAsync(stage.Purchases.Where(p => p.PaidBack > 0), p => SettleAsync(p, cancel), cancel);
    }

    private async Task MeetAsync(Purchase purchase, CancellationToken cancel)
    {
        // What was not paid has been found already, and nothing more can be done with it.
        if (!Checkout.IsPaid(await stage.ReadAsync(purchase, cancel)))
        {
            purchase.Fate = Fate.Kept;
            return;
        }

        if (purchase.IsDelivered)
        {
            foreach (var act in new[] { "pack", "dispatch", "deliver" }) await ActAsync(act, purchase, stage.Owner, cancel);
        }

        switch (purchase.Fate)
        {
            case Fate.Cancelled:
                await ActAsync("cancel", purchase, purchase.Buyer, cancel);
                purchase.PaidBack = purchase.Total;
                break;
            case Fate.PartlyRefunded or Fate.DeliveredPartlyRefunded:
                await RefundAsync(purchase, purchase.Total / 3, cancel);
                break;
            case Fate.Refunded or Fate.DeliveredRefunded:
                await RefundAsync(purchase, purchase.Total, cancel);
                break;
        }
    }

    private async Task SpendAsync(CancellationToken cancel)
    {
        var spenders = stage.Purchases.Where(p => p.Fate == Fate.Delivered).Select(p => p.Buyer).Distinct().Take(MostSpenders).ToArray();
        if (spenders.Length == 0) return;
        var ware = await stage.StockAsync("treat", spenders.Length, cancel);
        await StoreStage.EachAsync(spenders.Select((buyer, index) => (Buyer: buyer, Index: index)), async spender =>
        {
            var purchase = await BuyWithPointsAsync(spender.Buyer, ware, cancel);
            await checkout.PayAndTellAsync(purchase, cancel);
            purchase.Fate = spender.Index % 2 == 0 ? Fate.Cancelled : Fate.Delivered;
            await MeetAsync(purchase, cancel);
        }, cancel);
        Spent = stage.Purchases.Count(p => p.Redeemed > 0);
    }

    /// <summary>Pays partly with points. A refund still under way may take some back between the look and the order: then the order looks again.</summary>
    private async Task<Purchase> BuyWithPointsAsync(SyntheticAccount buyer, Ware ware, CancellationToken cancel)
    {
        var start = stage.Run.Clock.GetTimestamp();
        while (true)
        {
            var loyalty = (await stage.SendAsync("loyalty", HttpMethod.Get, "/v1/loyalty", buyer, null, cancel)).Require();
            var points = (int)Math.Min(loyalty.GetProperty("balance").GetInt64(), 10);
            var (purchase, refusal) = await stage.TryBuyAsync(buyer, ware, 1, "card", points, cancel);
            if (purchase is not null) return purchase;
            if (refusal.Code != "not_enough_points" || stage.Run.Clock.GetElapsedTime(start) > stage.Patience) refusal.Require();
            await Task.Delay(Look, stage.Run.Clock, cancel);
        }
    }

    private async Task RefundAsync(Purchase purchase, long amount, CancellationToken cancel)
    {
        (await stage.SendAsync("refund", HttpMethod.Post, $"/v1/payments/{purchase.PaymentId}/refunds", stage.Owner, new { amount = new { amount, currency = "INR" } }, cancel)).Require();
        purchase.PaidBack = amount;
    }

    private async Task ActAsync(string act, Purchase purchase, SyntheticAccount by, CancellationToken cancel)
    {
        var answer = await stage.SendAsync(act, HttpMethod.Post, $"/v1/orders/{purchase.OrderId}/{act}", by, new { }, cancel);
        // An act whose answer was lost may have been done: then it is too late for it.
        if (answer is not { Status: 409, Code: "wrong_status", Retried: true }) answer.Require();
    }

    /// <summary>Waits until the money went back and the order has heard of it.</summary>
    private async Task SettleAsync(Purchase purchase, CancellationToken cancel)
    {
        var start = stage.Run.Clock.GetTimestamp();
        while (stage.Run.Clock.GetElapsedTime(start) < stage.Patience && Refunded(await stage.ReadAsync(purchase, cancel)) < purchase.PaidBack)
        {
            await Task.Delay(Look, stage.Run.Clock, cancel);
        }
    }

    private static long Refunded(JsonElement order) => order.GetProperty("refunded").GetProperty("amount").GetInt64();
}
