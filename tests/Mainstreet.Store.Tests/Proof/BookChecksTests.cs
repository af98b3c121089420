using Mainstreet.Foundation.Proving;
using Mainstreet.Store.Proof;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Proof;

/// <summary>Books that balance hold, and each that does not is told by name.</summary>
[Trait("kind", "unit")]
public sealed class BookChecksTests
{
    private const long Total = 25_000;

    [Fact]
    public void An_order_that_was_paid_once_holds() => Broken(One()).ShouldBeEmpty();

    [Fact]
    public void An_order_that_was_told_twice_is_found() => Broken(One() with { TimesPaid = 2 }).ShouldBe(["store.one-paid-order"]);

    [Fact]
    public void A_second_capture_that_went_back_is_found() =>
        Broken(One() with { Refunds = [new SeenRefund(Total, "failed", "duplicate")] }).ShouldBe(["store.one-paid-order"]);

    [Fact]
    public void Points_that_were_earned_twice_are_found() =>
        Broken(One() with { Entries = [Earned, Earned] }).ShouldBe(["store.one-paid-order"]);

    [Fact]
    public void Money_that_went_back_unwanted_is_found()
    {
        var one = One();
        Broken(one with { Seen = one.Seen! with { Refunded = 100, PaymentRefunded = 100 }, Refunds = [new SeenRefund(100, "processed", "requested")], AtProvider = (Total, 100) })
            .ShouldBe(["store.money"]);
    }

    [Fact]
    public void A_provider_with_other_books_is_found() => Broken(One() with { AtProvider = (Total, 1) }).ShouldBe(["store.provider-agrees"]);

    [Fact]
    public void An_order_that_is_gone_is_found() => Broken(One() with { Seen = null }).ShouldContain("store.accounted");

    [Theory]
    [InlineData(5, 1, true)]
    [InlineData(4, 1, false)]
    [InlineData(5, 0, false)]
    [InlineData(6, 1, false)]
    public void Stock_that_does_not_add_up_is_found(int onHand, int reserved, bool holds)
    {
        var one = One();
        var broken = Broken([one], [new StockEvidence(one.Purchase.Ware, onHand, reserved)], []);
        broken.Contains("store.stock").ShouldBe(!holds);
    }

    [Theory]
    [InlineData(0, 2, true)]
    [InlineData(1, 2, false)]
    [InlineData(0, 0, false)]
    public void Balances_that_are_not_their_entries_are_found(long balance, long pending, bool holds) =>
        Broken([One()], [], [new PointsEvidence("buyer", balance, pending, 0, [Earned])]).Contains("store.points").ShouldBe(!holds);

    [Fact]
    public void An_entry_that_does_not_sum_to_zero_is_found() =>
        Broken([One()], [], [new PointsEvidence("buyer", 0, 2, 0, [Earned with { Sum = 1 }])]).ShouldBe(["store.points"]);

    private static SeenEntry Earned => new("earn", Guid.Empty, 0, 2, 0, 0);

    private static OrderEvidence One()
    {
        var ware = new Ware(Guid.CreateVersion7(), 5);
        var purchase = new Purchase(null!, ware, 1, Guid.CreateVersion7());
        using var order = System.Text.Json.JsonDocument.Parse($$"""
            {"total": {"amount": {{Total}}}, "pointsRedeemed": 0, "payment": {"id": "{{Guid.CreateVersion7()}}", "providerOrderId": "order_1"} }
            """);
        purchase.Learn(order.RootElement);
        var seen = new SeenOrder(
            purchase.OrderId, Guid.CreateVersion7(), "paid", Total, 0, 0, true, false, false, purchase.PaymentId, "captured", Total, 0, [(ware.Id, 1)]);
        return new OrderEvidence(purchase, seen, [], (Total, 0), 1, [Earned]);
    }

    private static IReadOnlyList<string> Broken(OrderEvidence one) => Broken([one], [], []);

    private static IReadOnlyList<string> Broken(OrderEvidence[] orders, StockEvidence[] stock, PointsEvidence[] points)
    {
        var verdicts = new Verdicts(StoreInvariants.All);
        BookChecks.Run(orders, [.. orders.Select(o => o.Seen).OfType<SeenOrder>()], stock, points, verdicts);
        return [.. verdicts.Results.Where(r => r.Broken > 0).Select(r => r.Invariant.Id).Distinct()];
    }
}
