using Mainstreet.Foundation.Data;
using Mainstreet.Store.Orders;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Orders;

/// <summary>Many orders go random ways, several at once; at the end goods and money must add up.</summary>
[Trait("kind", "race")]
public sealed class OrderWalkTests(StoreApps apps)
{
    private const int Stock = 60;

    [Theory, EachEngine]
    public async Task Whatever_happens_to_orders_goods_and_money_add_up(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        Guid[] goods = [await grocery.StockAsync("Rice", 10_000, Stock), await grocery.StockAsync("Milk", 2_750, Stock), await grocery.StockAsync("Tea", 33_333, Stock)];
        await Task.WhenAll(Enumerable.Range(0, 6).Select(seed => WalkAsync(grocery, goods, seed)));

        var (items, orders, reservations) = await grocery.InDbAsync(async db => (
            await db.Stock.AsNoTracking().Where(s => goods.Contains(s.ProductId)).ToListAsync(),
            await db.Orders.AsNoTracking().Where(o => o.BusinessId == grocery.BusinessId).ToListAsync(),
            await db.Reservations.AsNoTracking().Where(r => goods.Contains(r.ProductId)).ToListAsync()));
        orders.Count.ShouldBeGreaterThan(20);
        foreach (var item in items)
        {
            long Sum(ReservationState state) => reservations.Where(r => r.ProductId == item.ProductId && r.State == state).Sum(r => r.Quantity);
            (item.OnHand + Sum(ReservationState.Taken)).ShouldBe(Stock);
            item.Reserved.ShouldBe((int)Sum(ReservationState.Held));
        }

        foreach (var order in orders)
        {
            order.Total.ShouldBe(order.ItemsTotal + order.DeliveryFee - order.Discount);
            order.Captured.ShouldBeOneOf(0, order.Total);
            order.Refunded.ShouldBeInRange(0, order.Captured);
            (order.PaidAt is null).ShouldBe(order.Captured == 0);
            if (order.Status is OrderStatus.Paid) order.Captured.ShouldBe(order.Total);
            if (order.Status is OrderStatus.Refunded) order.Refunded.ShouldBe(order.Captured);
        }

        // What the lines say is what the orders say, tax and all.
        var sums = await grocery.InDbAsync(db => (
            from l in db.OrderLines
            join o in db.Orders on l.OrderId equals o.Id
            where o.BusinessId == grocery.BusinessId
            group l by l.OrderId into g
            select new { g.Key, Total = g.Sum(l => l.Total), Parts = g.Sum(l => l.Taxable + l.Cgst + l.Sgst + l.Igst) }).ToListAsync());
        foreach (var sum in sums)
        {
            sum.Total.ShouldBe(orders.Single(o => o.Id == sum.Key).Total);
            sum.Parts.ShouldBe(sum.Total);
        }
    }

    private static async Task WalkAsync(Grocery grocery, Guid[] goods, int seed)
    {
        var random = new Random(seed);
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var open = new List<(Guid Id, long Total)>();
        for (var step = 0; step < 40; step++)
        {
            if (open.Count < 4)
            {
                var basket = goods.Where(_ => random.Next(2) == 0).Append(goods[random.Next(goods.Length)]).Distinct().Select(g => (g, random.Next(1, 4))).ToArray();
                var placed = await buyer.OrderAsync(await grocery.FillAsync(buyer, basket), random.Next(3) == 0 ? "cod" : "upi");
                if (placed.Status == 201) open.Add((placed.Body.Id(), placed.Body.Amount("total")));
                else placed.Code.ShouldBe("out_of_stock");
            }

            if (open.Count == 0) continue;
            var at = random.Next(open.Count);
            var (id, total) = open[at];
            switch (random.Next(8))
            {
                case 0 or 1:
                    await grocery.CaptureAsync(id, total);
                    break;
                case 2:
                    await grocery.ExpireAsync(id);
                    break;
                case 3:
                    await DoneAsync(buyer, id, "cancel");
                    break;
                case 4:
                    await DoneAsync(grocery.Owner, id, "cancel");
                    break;
                default:
                    foreach (var act in new[] { "pack", "dispatch", "deliver" }) await DoneAsync(grocery.Owner, id, act);
                    break;
            }

            var status = (await buyer.GetAsync($"/v1/orders/{id}")).Status();
            // A cancelled one is kept for a while: money may still come for it.
            if (status is "delivered" or "refunded" || (status == "cancelled" && random.Next(2) == 0)) open.RemoveAt(at);
        }
    }

    private static async Task DoneAsync(TestUser user, Guid id, string act)
    {
        var answer = await user.ActAsync(id, act);
        if (answer.Status != 200) (answer.Status, answer.Code).ShouldBe((409, "wrong_status"));
    }
}
