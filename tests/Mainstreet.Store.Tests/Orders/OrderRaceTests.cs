using Mainstreet.Foundation.Data;
using Mainstreet.Store.Orders;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Orders;

[Trait("kind", "race")]
public sealed class OrderRaceTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task Of_200_buyers_for_a_stock_of_5_exactly_5_can_pay(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        // A few accounts buy many times over: the race is between carts, not between sign-ins.
        TestUser[] people = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => TestUser.RegisterAsync(grocery.App)));
        for (var round = 0; round < 3; round++)
        {
            var product = await grocery.StockAsync($"Mango {round}", 15_000, 5);
            var carts = new List<(TestUser Buyer, Guid Cart)>();
            for (var i = 0; i < 200; i++) carts.Add((people[i % people.Length], await grocery.FillAsync(people[i % people.Length], (product, 1))));
            var answers = await Shopping.RaceAsync(carts.Select(c => (Func<Task<Answer>>)(() => c.Buyer.OrderAsync(c.Cart))));
            answers.Count(a => a.Status == 201).ShouldBe(5);
            answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Status == 409 && a.Code == "out_of_stock");
            (await grocery.ShelfAsync(product)).ShouldBe((5, 5));
            foreach (var order in answers.Where(a => a.Status == 201))
                (await grocery.CaptureAsync(order.Body.Id(), order.Body.Amount("total"))).ShouldBe(PaidResult.Paid);
            await BooksBalanceAsync(grocery);
        }
    }

    [Theory, EachEngine]
    public async Task Baskets_over_the_same_goods_in_any_order_never_wait_in_a_circle(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var products = new List<Guid>();
        for (var i = 0; i < 6; i++) products.Add(await grocery.StockAsync($"Good {i}", 10_000, 20));
        TestUser[] people = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TestUser.RegisterAsync(grocery.App)));
        var carts = new List<(TestUser Buyer, Guid Cart)>();
        for (var i = 0; i < 40; i++)
        {
            var mine = i % 2 == 0 ? products : Enumerable.Reverse(products).ToList();
            carts.Add((people[i % people.Length], await grocery.FillAsync(people[i % people.Length], [.. mine.Skip(i % 3).Select(p => (p, 1 + i % 2))])));
        }

        var answers = await Shopping.RaceAsync(carts.Select(c => (Func<Task<Answer>>)(() => c.Buyer.OrderAsync(c.Cart))));
        answers.ShouldAllBe(a => a.Status == 201 || (a.Status == 409 && a.Code == "out_of_stock"));
        answers.Count(a => a.Status == 201).ShouldBeGreaterThanOrEqualTo(10);
        await BooksBalanceAsync(grocery);
    }

    [Theory, EachEngine]
    public async Task One_cart_ordered_by_many_requests_at_once_is_one_order(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var product = await grocery.StockAsync("Rice", 10_000, 50);
        var buyer = await TestUser.RegisterAsync(grocery.App);
        for (var round = 0; round < 4; round++)
        {
            var cart = await grocery.FillAsync(buyer, (product, 2));
            var answers = await Shopping.RaceAsync(Enumerable.Range(0, 12).Select(_ => (Func<Task<Answer>>)(() => buyer.OrderAsync(cart))));
            answers.Count(a => a.Status == 201).ShouldBe(1);
            answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "cart_closed");
            (await grocery.ShelfAsync(product)).ShouldBe((50, 2 * (round + 1)));
        }
    }

    [Theory, EachEngine]
    public async Task An_order_and_changes_of_its_cart_at_once_sell_what_one_version_of_the_cart_said(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var (rice, milk) = (await grocery.StockAsync("Rice", 10_000, 500), await grocery.StockAsync("Milk", 2_000, 500));
        var buyer = await TestUser.RegisterAsync(grocery.App);
        for (var round = 0; round < 8; round++)
        {
            var cart = await grocery.FillAsync(buyer, (rice, 1), (milk, 1));
            var answers = await Shopping.RaceAsync(
            [
                () => buyer.OrderAsync(cart, "cod"),
                .. new[] { (rice, 7), (milk, 9) }.Select(c => (Func<Task<Answer>>)(() => buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{cart}/items/{c.Item1}", $$"""{"quantity":{{c.Item2}}}"""))),
            ]);
            var order = answers[0].Status == 201 ? answers[0] : await buyer.OrderAsync(cart, "cod");
            if (answers[0].Status != 201) answers[0].Code.ShouldBe("cart_changed");
            var sold = order.Body.GetProperty("items").EnumerateArray().Where(i => i.GetProperty("kind").GetString() == "goods").Select(i => i.GetProperty("quantity").GetInt32()).ToArray();
            // A change that was answered 200 before the order is in it; one that came too late was refused.
            sold[0].ShouldBe(answers[1].Status == 200 ? 7 : 1);
            sold[1].ShouldBe(answers[2].Status == 200 ? 9 : 1);
            answers.Skip(1).Where(a => a.Status != 200).ShouldAllBe(a => a.Code == "cart_closed");
        }

        await BooksBalanceAsync(grocery);
    }

    [Theory, EachEngine]
    public async Task A_cancellation_against_packing_leaves_one_truth_and_the_stock_right(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var product = await grocery.StockAsync("Rice", 10_000, 100);
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var (packed, cancelled) = (0, 0);
        for (var round = 0; round < 12; round++)
        {
            var order = (await grocery.BuyAsync(buyer, "cod", (product, 2))).Id();
            var acts = new List<Func<Task<Answer>>> { () => buyer.ActAsync(order, "cancel"), () => grocery.Owner.ActAsync(order, "pack"), () => grocery.Owner.ActAsync(order, "pack") };
            if (round % 2 == 0) acts.Reverse();
            var answers = await Shopping.RaceAsync(acts);
            answers.Count(a => a.Status == 200).ShouldBe(1);
            answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Status == 409 && a.Code == "wrong_status");
            var status = (await buyer.GetAsync($"/v1/orders/{order}")).Status();
            answers.Single(a => a.Status == 200).Body.Status().ShouldBe(status);
            if (status == "packing") packed++;
            else cancelled++;
        }

        (packed + cancelled).ShouldBe(12);
        (await grocery.ShelfAsync(product)).ShouldBe((100 - 2 * packed, 0));
        await BooksBalanceAsync(grocery);
        // Invoices of those that were packed, numbered without a gap.
        var numbers = await grocery.InDbAsync(db => db.Invoices.Where(i => i.BusinessId == grocery.BusinessId).Select(i => i.Number).ToListAsync());
        numbers.Order().Select(n => int.Parse(n.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(Enumerable.Range(1, packed));
    }

    [Theory, EachEngine]
    public async Task Invoices_of_orders_packed_at_once_are_numbered_without_a_gap_from_the_first(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var product = await grocery.StockAsync("Rice", 10_000, 100);
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var orders = new List<Guid>();
        for (var i = 0; i < 12; i++) orders.Add((await grocery.BuyAsync(buyer, "cod", (product, 1))).Id());
        var answers = await Shopping.RaceAsync(orders.Select(id => (Func<Task<Answer>>)(() => grocery.Owner.ActAsync(id, "pack"))));
        answers.ShouldAllBe(a => a.Status == 200);
        answers.Select(a => a.Body.GetProperty("invoiceNumber").GetString()!.Split('/')[1]).Order().ShouldBe(Enumerable.Range(1, 12).Select(i => $"{i:d6}"));
        (await grocery.ShelfAsync(product)).ShouldBe((88, 0));
    }

    [Theory, EachEngine]
    public async Task An_expiry_against_a_capture_is_either_paid_or_given_back_and_never_sold_twice(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var buyer = await TestUser.RegisterAsync(grocery.App);
        for (var round = 0; round < 8; round++)
        {
            var product = await grocery.StockAsync($"Last {round}", 20_000, 1);
            var order = await grocery.BuyAsync(buyer, "upi", (product, 1));
            var rival = await grocery.FillAsync(buyer, (product, 1));
            await grocery.EndReservationAsync(order.Id());
            var results = await Shopping.RaceAsync<object>(
            [
                async () => { await grocery.ExpireAsync(order.Id()); return "expired"; },
                async () => await grocery.CaptureAsync(order.Id(), order.Amount("total")),
                async () => await grocery.CaptureAsync(order.Id(), order.Amount("total")),
                async () => await buyer.OrderAsync(rival, "cod"),
            ]);
            PaidResult[] paid = [(PaidResult)results[1], (PaidResult)results[2]];
            var sold = ((Answer)results[3]).Status == 201;
            var status = (await buyer.GetAsync($"/v1/orders/{order.Id()}")).Status();
            if (sold)
            {
                paid.ShouldAllBe(p => p == PaidResult.NoStock);
                status.ShouldBe("cancelled");
            }
            else
            {
                ((Answer)results[3]).Code.ShouldBe("out_of_stock");
                paid.Order().ShouldBe([PaidResult.Paid, PaidResult.AlreadyPaid]);
                status.ShouldBe("paid");
            }

            (await grocery.ShelfAsync(product)).ShouldBe((1, 1));
            await BooksBalanceAsync(grocery);
        }
    }

    /// <summary>What is reserved of a product is what its orders hold, and no order holds what it should not.</summary>
    private static Task<bool> BooksBalanceAsync(Grocery grocery) => grocery.InDbAsync(async db =>
    {
        var items = await (from s in db.Stock join p in db.Products on s.ProductId equals p.Id where p.BusinessId == grocery.BusinessId select s).AsNoTracking().ToListAsync();
        var held = await db.Reservations.Where(r => r.State == ReservationState.Held).GroupBy(r => r.ProductId)
            .Select(g => new { g.Key, Sum = g.Sum(r => r.Quantity) }).ToDictionaryAsync(g => g.Key, g => g.Sum);
        items.ShouldAllBe(i => i.Reserved == held.GetValueOrDefault(i.ProductId) && i.OnHand >= i.Reserved);
        var orders = await db.Orders.AsNoTracking().Where(o => o.BusinessId == grocery.BusinessId).ToListAsync();
        var states = (await db.Reservations.AsNoTracking().ToListAsync()).ToLookup(r => r.OrderId, r => r.State);
        foreach (var order in orders)
        {
            var wanted = order.Status switch
            {
                OrderStatus.Placed or OrderStatus.Paid => ReservationState.Held,
                OrderStatus.Cancelled => ReservationState.Released,
                _ => ReservationState.Taken,
            };
            states[order.Id].ShouldAllBe(s => s == wanted);
        }

        return true;
    });
}
