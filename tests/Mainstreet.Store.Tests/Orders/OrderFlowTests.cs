using Mainstreet.Store.Orders;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Orders;

[Trait("kind", "unit")]
public sealed class OrderFlowTests
{
    [Fact]
    public void The_table_holds_exactly_these_steps()
    {
        var steps = new List<string>();
        foreach (var cash in new[] { false, true })
        {
            foreach (var act in Enum.GetValues<OrderAct>())
            {
                foreach (var from in Enum.GetValues<OrderStatus>())
                {
                    if (OrderFlow.After(from, act, cash) is { } to) steps.Add($"{(cash ? "cash" : "online")} {act} {from} {to}");
                }
            }
        }

        string[] both =
        [
            "Dispatch Packing OutForDelivery", "Deliver OutForDelivery Delivered",
            "CancelByCustomer Placed Cancelled", "CancelByCustomer Paid Cancelled",
            "CancelByShop Placed Cancelled", "CancelByShop Paid Cancelled", "CancelByShop Packing Cancelled", "CancelByShop OutForDelivery Cancelled",
            "RefundInFull Paid Refunded", "RefundInFull Packing Refunded", "RefundInFull OutForDelivery Refunded", "RefundInFull Delivered Refunded",
            "RefundInFull Cancelled Refunded",
        ];
        steps.ShouldBe(
        [
            "online Pay Placed Paid", "online Pay Cancelled Paid", "online Pack Paid Packing", "online Expire Placed Cancelled", "cash Pack Placed Packing",
            .. both.Select(s => "online " + s), .. both.Select(s => "cash " + s),
        ], ignoreOrder: true);
    }

    [Fact]
    public void Words_are_those_of_the_wire() =>
        Enum.GetValues<OrderStatus>().Select(s => s.Word()).ShouldBe(["placed", "paid", "packing", "outForDelivery", "delivered", "cancelled", "refunded"]);
}
