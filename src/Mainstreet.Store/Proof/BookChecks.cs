using Mainstreet.Foundation.Proving;

using static Mainstreet.Store.Proof.StoreInvariants;

namespace Mainstreet.Store.Proof;

/// <summary>Holds orders, money, stock and points of the whole run against each other.</summary>
internal static class BookChecks
{
    internal static void Run(
        IReadOnlyList<OrderEvidence> orders, IReadOnlyList<SeenOrder> listed, IReadOnlyList<StockEvidence> stock, IReadOnlyList<PointsEvidence> points, Verdicts verdicts)
    {
        foreach (var one in orders)
        {
            if (!verdicts.Check(Accounted, one.Seen is not null, () => one.Tell("is not among the shop's orders")) || one.Seen is not { } seen) continue;
            CheckPaidOnce(one, seen, verdicts);
            CheckMoney(one, seen, verdicts);
            CheckPoints(one, seen, verdicts);
        }

        var known = orders.Select(o => o.Purchase.OrderId).ToHashSet();
        foreach (var extra in listed.Where(o => !known.Contains(o.Id))) verdicts.Break(Accounted, $"exists although no answer named it: {extra}");
        var (captured, refunded) = (listed.Sum(o => o.Captured), listed.Sum(o => o.PaymentRefunded));
        var kept = orders.Sum(o => o.Purchase.Total - o.Purchase.PaidBack);
        verdicts.Check(Money, captured - refunded == kept, () => $"in all {captured} captured less {refunded} refunded is not {kept}, what the orders keep");
        foreach (var one in stock) CheckStock(one, listed, verdicts);
        foreach (var one in points) CheckBalance(one, verdicts);
    }

    private static void CheckPaidOnce(OrderEvidence one, SeenOrder seen, Verdicts verdicts)
    {
        var earned = one.Entries.Count(e => e.Kind == "earn");
        var once = seen.Paid && seen.Captured == seen.Total && earned == 1 && (one.TimesPaid ?? 1) == 1 && one.Refunds.All(r => r.Reason is "requested" or "cancelled");
        verdicts.Check(OnePaidOrder, once, () => one.Tell("is not paid exactly once"));
    }

    private static void CheckMoney(OrderEvidence one, SeenOrder seen, Verdicts verdicts)
    {
        var back = one.Refunds.Where(r => r.State != "failed").Sum(r => r.Amount);
        var right = seen.Captured - seen.PaymentRefunded == one.Purchase.Total - one.Purchase.PaidBack
            && seen.Refunded == seen.PaymentRefunded && back == seen.Refunded && one.Refunds.All(r => r.State != "pending") && seen.Status == StatusOf(one.Purchase);
        verdicts.Check(Money, right, () => one.Tell($"keeps something else than {one.Purchase.Total - one.Purchase.PaidBack} as {StatusOf(one.Purchase)}"));
        verdicts.Check(ProviderAgrees, one.AtProvider == (seen.Captured, seen.PaymentRefunded), () => one.Tell("stands otherwise in the provider's books"));
    }

    private static void CheckPoints(OrderEvidence one, SeenOrder seen, Verdicts verdicts)
    {
        var left = one.Entries.Sum(e => e.Available + e.Pending + e.Owed);
        var spent = -one.Entries.Where(e => e.Kind == "redeem").Sum(e => e.Available);
        var confirmed = one.Entries.Count(e => e.Kind == "confirm");
        var right = spent == seen.PointsRedeemed && confirmed == (one.Purchase.IsDelivered ? 1 : 0) && (!one.Purchase.IsUndone || left == 0);
        verdicts.Check(Points, right, () => one.Tell($"leaves {left} points, spent {spent}, confirmed {confirmed} times"));
    }

    private static void CheckStock(StockEvidence one, IReadOnlyList<SeenOrder> listed, Verdicts verdicts)
    {
        int Pieces(Func<SeenOrder, bool> which) => listed.Where(which).SelectMany(o => o.Goods).Where(g => g.ProductId == one.Ware.Id).Sum(g => g.Quantity);
        var (sold, held) = (Pieces(o => o.IsSold), Pieces(o => o.IsHeld));
        // On hand is what stands in the shop, the reserved pieces among them.
        verdicts.Check(Stock, one.OnHand + sold == one.Ware.Begun && one.Reserved == held && one.Reserved <= one.OnHand,
            () => $"product {one.Ware.Id} began with {one.Ware.Begun}: {one.OnHand} on hand, {one.Reserved} of them reserved; orders sold {sold} and hold {held}");
    }

    private static void CheckBalance(PointsEvidence one, Verdicts verdicts)
    {
        foreach (var entry in one.Entries) verdicts.Check(Points, entry.Sum == 0, () => $"{one.Buyer}: the postings do not sum to zero: {entry}");
        var (available, pending, owed) = (one.Entries.Sum(e => e.Available), one.Entries.Sum(e => e.Pending), one.Entries.Sum(e => e.Owed));
        verdicts.Check(Points, available == one.Balance && pending == one.Pending && -owed == one.Owed && available >= 0 && pending >= 0 && owed <= 0,
            () => $"{one.Buyer} has {one.Balance}, {one.Pending} pending and owes {one.Owed}; the entries say {available}, {pending} and {-owed}");
    }

    private static string StatusOf(Purchase purchase) => purchase.Fate switch
    {
        Fate.Kept or Fate.PartlyRefunded => "paid",
        Fate.Delivered or Fate.DeliveredPartlyRefunded => "delivered",
        _ => "refunded",
    };
}
