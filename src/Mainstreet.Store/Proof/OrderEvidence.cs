using System.Text.Json;

namespace Mainstreet.Store.Proof;

/// <summary>An order as the shop lists it when the run is over. Money in minor units.</summary>
internal sealed record SeenOrder(
    Guid Id, Guid CustomerId, string Status, long Total, long Refunded, int PointsRedeemed, bool Paid, bool Packed, bool Cancelled, Guid PaymentId, string PaymentState,
    long Captured, long PaymentRefunded, IReadOnlyList<(Guid ProductId, int Quantity)> Goods)
{
    /// <summary>The goods are out of the shop.</summary>
    internal bool IsSold => Packed && !Cancelled;

    /// <summary>The goods wait in the shop for this customer.</summary>
    internal bool IsHeld => !Packed && !Cancelled && Status != "refunded";

    internal static SeenOrder Of(JsonElement order)
    {
        var payment = order.GetProperty("payment");
        return new SeenOrder(
            order.GetProperty("id").GetGuid(), order.GetProperty("customerId").GetGuid(), order.GetProperty("status").GetString()!, Amount(order, "total"), Amount(order, "refunded"),
            order.GetProperty("pointsRedeemed").GetInt32(), Has(order, "paidAt"), Has(order, "packedAt"), Has(order, "cancelledAt"), payment.GetProperty("id").GetGuid(),
            payment.GetProperty("state").GetString()!, Amount(payment, "captured"), Amount(payment, "refunded"),
            [.. order.GetProperty("items").EnumerateArray().Where(i => Has(i, "productId")).Select(i => (i.GetProperty("productId").GetGuid(), i.GetProperty("quantity").GetInt32()))]);
    }

    private static long Amount(JsonElement json, string name) => json.GetProperty(name).GetProperty("amount").GetInt64();

    private static bool Has(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;
}

/// <summary>A refund as its customer reads it.</summary>
internal sealed record SeenRefund(long Amount, string State, string Reason)
{
    internal static SeenRefund Of(JsonElement refund) => new(
        refund.GetProperty("amount").GetProperty("amount").GetInt64(), refund.GetProperty("state").GetString()!, refund.GetProperty("reason").GetString()!);
}

/// <summary>An entry of the points ledger: the customer's accounts, and the sum over all.</summary>
internal sealed record SeenEntry(string Kind, Guid? OrderId, long Available, long Pending, long Owed, long Sum)
{
    internal static SeenEntry Of(JsonElement entry)
    {
        var postings = entry.GetProperty("postings");
        long On(string account) => postings.GetProperty(account).GetInt64();
        return new SeenEntry(
            entry.GetProperty("kind").GetString()!, entry.GetProperty("orderId") is { ValueKind: JsonValueKind.String } id ? id.GetGuid() : null,
            On("available"), On("pending"), On("owed"), postings.EnumerateObject().Sum(p => p.Value.GetInt64()));
    }
}

/// <summary>Everything that is known of one order when the run is over.</summary>
/// <param name="Purchase">As it was made.</param>
/// <param name="Seen">As the shop lists it; null when it does not.</param>
/// <param name="Refunds">Of its payment.</param>
/// <param name="AtProvider">Captured and refunded in the provider's books.</param>
/// <param name="TimesPaid">How often the live channel told that it is paid; null when the channel admitted a loss.</param>
/// <param name="Entries">Of the ledger, that name it.</param>
internal sealed record OrderEvidence(
    Purchase Purchase, SeenOrder? Seen, IReadOnlyList<SeenRefund> Refunds, (long Captured, long Refunded) AtProvider, int? TimesPaid, IReadOnlyList<SeenEntry> Entries)
{
    internal string Tell(string what) =>
        $"{what}: {Purchase}, {Seen}" + string.Concat(Refunds.Select(r => $"\n  {r}")) + string.Concat(Entries.Select(e => $"\n  {e}"))
        + $"\n  at the provider {AtProvider.Captured} captured, {AtProvider.Refunded} refunded; told paid {TimesPaid} times";
}

/// <summary>A buyer's points.</summary>
internal sealed record PointsEvidence(string Buyer, long Balance, long Pending, long Owed, IReadOnlyList<SeenEntry> Entries);

/// <summary>A product's stock.</summary>
internal sealed record StockEvidence(Ware Ware, int OnHand, int Reserved);
