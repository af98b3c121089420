using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Data;
using Mainstreet.Store.Orders;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Orders;

[Trait("kind", "db")]
public sealed class OrderTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task An_order_goes_from_the_payment_to_the_door(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync("Rice", 10_000, 5);
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var (clerk, courier) = (await grocery.HireAsync("clerk"), await grocery.HireAsync("courier"));
        var order = await grocery.BuyAsync(buyer, "upi", (rice, 2));
        var id = order.Id();
        (await clerk.ActAsync(id, "pack")).Code.ShouldBe("wrong_status");
        await grocery.PayAsync(buyer, order);
        (await buyer.GetAsync($"/v1/orders/{id}")).Status().ShouldBe("paid");
        (await grocery.ShelfAsync(rice)).ShouldBe((5, 2));
        // To a courier an order is there from packing on.
        (await courier.SendAsync(HttpMethod.Get, $"/v1/orders/{id}")).Status.ShouldBe(404);
        var packed = await clerk.ActAsync(id, "pack");
        packed.Body.Status().ShouldBe("packing");
        packed.Body.GetProperty("invoiceNumber").GetString()!.ShouldEndWith("/000001");
        (await grocery.ShelfAsync(rice)).ShouldBe((3, 0));
        (await courier.ActAsync(id, "pack")).Status.ShouldBe(403);
        (await buyer.ActAsync(id, "cancel")).Code.ShouldBe("wrong_status");
        (await courier.ActAsync(id, "position", new { lat = 12.9, lon = 77.6 })).Code.ShouldBe("wrong_status");
        (await clerk.ActAsync(id, "dispatch", new { courierId = buyer.Id })).Code.ShouldBe("courier_unknown");
        var sent = await clerk.ActAsync(id, "dispatch", new { courierId = courier.Id });
        (sent.Body.Status(), sent.Body.GetProperty("courierId").GetGuid()).ShouldBe(("outForDelivery", courier.Id));
        (await courier.ActAsync(id, "position", new { lat = 12.9, lon = 77.6 })).Status.ShouldBe(204);
        var onItsWay = await buyer.GetAsync($"/v1/orders/{id}");
        onItsWay.GetProperty("position").GetProperty("lat").GetDouble().ShouldBe(12.9);
        (await courier.ActAsync(id, "deliver")).Body.Status().ShouldBe("delivered");
        (await courier.ActAsync(id, "deliver")).Code.ShouldBe("wrong_status");
        var delivered = await buyer.GetAsync($"/v1/orders/{id}");
        delivered.GetProperty("position").ValueKind.ShouldBe(JsonValueKind.Null);
        (await grocery.InDbAsync(db => db.Positions.AnyAsync(p => p.OrderId == id))).ShouldBeFalse();

        var actions = await grocery.InDbAsync(db => db.Audit.AsNoTracking().Where(a => a.Stream == $"order:{id}").OrderBy(a => a.Seq).ToListAsync());
        actions.Select(a => a.Action).ShouldBe(["order.placed", "order.paid", "order.packed", "order.dispatched", "order.delivered"]);
        string? previous = null;
        foreach (var row in actions)
        {
            row.Hash.ShouldBe(row.ExpectedHash(previous));
            previous = row.Hash;
        }
    }

    [Theory, EachEngine]
    public async Task Cash_is_packed_at_once_and_paid_at_the_door(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync();
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var order = await grocery.BuyAsync(buyer, "cod", (rice, 1));
        order.GetProperty("reservedUntil").ValueKind.ShouldBe(JsonValueKind.Null);
        order.GetProperty("payment").GetProperty("providerOrderId").ValueKind.ShouldBe(JsonValueKind.Null);
        foreach (var act in new[] { "pack", "dispatch" }) (await grocery.Owner.ActAsync(order.Id(), act)).Status.ShouldBe(200);
        (await buyer.GetAsync($"/v1/orders/{order.Id()}")).GetProperty("paidAt").ValueKind.ShouldBe(JsonValueKind.Null);
        var delivered = (await grocery.Owner.ActAsync(order.Id(), "deliver")).Body;
        delivered.GetProperty("paidAt").ValueKind.ShouldBe(JsonValueKind.String);
        delivered.GetProperty("payment").GetProperty("state").GetString().ShouldBe("captured");
        (await buyer.GetAsync("/v1/loyalty")).GetProperty("balance").GetInt64().ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task A_cancelled_order_gives_back_its_goods_its_money_and_its_points(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync("Rice", 10_000, 5);
        var buyer = await TestUser.RegisterAsync(grocery.App);

        var unpaid = await grocery.BuyAsync(buyer, "upi", (rice, 2));
        var cancelled = (await buyer.ActAsync(unpaid.Id(), "cancel", new { reason = "Changed my mind" })).Body;
        (cancelled.Status(), cancelled.GetProperty("cancelReason").GetString(), cancelled.GetProperty("cancelNote").GetString()).ShouldBe(("cancelled", "customer", "Changed my mind"));
        (await grocery.ShelfAsync(rice)).ShouldBe((5, 0));
        (await grocery.CaptureAsync(unpaid.Id(), unpaid.Amount("total"))).ShouldBe(PaidResult.Cancelled);
        (await buyer.ActAsync(unpaid.Id(), "cancel")).Code.ShouldBe("wrong_status");

        var paid = await grocery.BuyAsync(buyer, "upi", (rice, 2));
        await grocery.PayAsync(buyer, paid);
        (await buyer.ActAsync(paid.Id(), "cancel")).Status.ShouldBe(200);
        (await grocery.ShelfAsync(rice)).ShouldBe((5, 0));
        await UntilAsync(async () => (await buyer.GetAsync($"/v1/orders/{paid.Id()}")).Status() == "refunded");
        (await buyer.GetAsync($"/v1/orders/{paid.Id()}")).Amount("refunded").ShouldBe(paid.Amount("total"));
        (await buyer.GetAsync("/v1/loyalty")).GetProperty("pending").GetInt64().ShouldBe(0);

        // Even out of the bag: what was packed goes back on the shelf.
        var packed = await grocery.BuyAsync(buyer, "cod", (rice, 2));
        (await grocery.Owner.ActAsync(packed.Id(), "pack")).Status.ShouldBe(200);
        (await grocery.ShelfAsync(rice)).ShouldBe((3, 0));
        (await grocery.Owner.ActAsync(packed.Id(), "cancel")).Body.GetProperty("cancelReason").GetString().ShouldBe("shop");
        (await grocery.ShelfAsync(rice)).ShouldBe((5, 0));
    }

    [Theory, EachEngine]
    public async Task An_unpaid_order_expires_and_late_money_buys_it_back_while_the_goods_are_there(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync("Rice", 10_000, 2);
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var (first, total) = (await grocery.BuyAsync(buyer, "upi", (rice, 2)), 22_900);
        await grocery.ExpireAsync(first.Id());
        var expired = await buyer.GetAsync($"/v1/orders/{first.Id()}");
        (expired.Status(), expired.GetProperty("cancelReason").GetString()).ShouldBe(("cancelled", "expired"));
        (await grocery.ShelfAsync(rice)).ShouldBe((2, 0));

        (await grocery.CaptureAsync(first.Id(), total)).ShouldBe(PaidResult.Paid);
        (await grocery.ShelfAsync(rice)).ShouldBe((2, 2));
        (await grocery.CaptureAsync(first.Id(), total)).ShouldBe(PaidResult.AlreadyPaid);
        await grocery.ExpireAsync(first.Id());
        (await buyer.GetAsync($"/v1/orders/{first.Id()}")).Status().ShouldBe("paid");

        (await grocery.Owner.ActAsync(first.Id(), "cancel")).Status.ShouldBe(200);
        var second = await grocery.BuyAsync(buyer, "upi", (rice, 2));
        await grocery.ExpireAsync(second.Id());
        var rival = await grocery.BuyAsync(buyer, "cod", (rice, 1));
        (await grocery.CaptureAsync(second.Id(), total)).ShouldBe(PaidResult.NoStock);
        (await grocery.ShelfAsync(rice)).ShouldBe((2, 1));
        rival.Status().ShouldBe("placed");
    }

    [Theory, EachEngine]
    public async Task Money_that_is_not_the_price_is_not_taken(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync();
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var order = await grocery.BuyAsync(buyer, "upi", (rice, 1));
        (await grocery.CaptureAsync(order.Id(), order.Amount("total") - 1)).ShouldBe(PaidResult.WrongAmount);
        (await grocery.CaptureAsync(order.Id(), order.Amount("total") + 1)).ShouldBe(PaidResult.WrongAmount);
        (await grocery.CaptureAsync(order.Id(), order.Amount("total"), "USD")).ShouldBe(PaidResult.WrongAmount);
        await grocery.RefundAsync(order.Id(), 5);
        (await buyer.GetAsync($"/v1/orders/{order.Id()}")).Status().ShouldBe("placed");
        (await grocery.CaptureAsync(order.Id(), order.Amount("total"))).ShouldBe(PaidResult.Paid);
        await Should.ThrowAsync<InvalidOperationException>(() => grocery.CaptureAsync(Guid.CreateVersion7(), 1));
    }

    [Theory, EachEngine]
    public async Task A_bag_that_was_refunded_before_it_left_goes_back_on_the_shelf(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync("Rice", 100_000);
        var before = await grocery.ShelfAsync(rice);
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var (packed, gone) = (await grocery.BuyAsync(buyer, "upi", (rice, 1)), await grocery.BuyAsync(buyer, "upi", (rice, 1)));
        foreach (var order in new[] { packed, gone })
        {
            (await grocery.CaptureAsync(order.Id(), 100_000)).ShouldBe(PaidResult.Paid);
            (await grocery.Owner.ActAsync(order.Id(), "pack")).Status.ShouldBe(200);
        }

        (await grocery.Owner.ActAsync(gone.Id(), "dispatch")).Status.ShouldBe(200);
        foreach (var order in new[] { packed, gone }) await grocery.RefundAsync(order.Id(), 100_000);
        (await buyer.GetAsync($"/v1/orders/{packed.Id()}")).Status().ShouldBe("refunded");
        (await buyer.GetAsync($"/v1/orders/{gone.Id()}")).Status().ShouldBe("refunded");
        // The other one is with the courier: whoever counts the shelf says when it is back.
        (await grocery.ShelfAsync(rice)).ShouldBe((before.OnHand - 1, 0));
    }

    [Theory, EachEngine]
    public async Task Partial_refunds_add_up_and_the_last_makes_the_order_refunded(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync("Rice", 100_000);
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var order = await grocery.BuyAsync(buyer, "upi", (rice, 1));
        (await grocery.CaptureAsync(order.Id(), 100_000)).ShouldBe(PaidResult.Paid);
        (await buyer.GetAsync("/v1/loyalty")).GetProperty("pending").GetInt64().ShouldBe(10);
        await grocery.RefundAsync(order.Id(), 30_000);
        await grocery.RefundAsync(order.Id(), 30_000);
        await grocery.RefundAsync(order.Id(), 20_000);
        var partly = await buyer.GetAsync($"/v1/orders/{order.Id()}");
        (partly.Status(), partly.Amount("refunded")).ShouldBe(("paid", 30_000));
        (await buyer.GetAsync("/v1/loyalty")).GetProperty("pending").GetInt64().ShouldBe(7);
        await Should.ThrowAsync<InvalidOperationException>(() => grocery.RefundAsync(order.Id(), 100_001));
        await grocery.RefundAsync(order.Id(), 100_000);
        (await buyer.GetAsync($"/v1/orders/{order.Id()}")).Status().ShouldBe("refunded");
        (await buyer.GetAsync("/v1/loyalty")).GetProperty("pending").GetInt64().ShouldBe(0);
        (await grocery.Owner.ActAsync(order.Id(), "pack")).Code.ShouldBe("wrong_status");
    }

    [Theory, EachEngine]
    public async Task Another_customer_another_shop_and_a_stranger_see_nothing(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (grocery, rival) = (await Grocery.OpenAsync(app), await Grocery.OpenAsync(app));
        var rice = await grocery.StockAsync();
        var (buyer, stranger) = (await TestUser.RegisterAsync(app), await TestUser.RegisterAsync(app));
        var (otherClerk, otherCourier) = (await rival.HireAsync("clerk"), await rival.HireAsync("courier"));
        var id = (await grocery.BuyAsync(buyer, "cod", (rice, 1))).Id();
        foreach (var user in new[] { stranger, rival.Owner, otherClerk, otherCourier })
        {
            foreach (var (method, path) in new[]
            {
                (HttpMethod.Get, ""), (HttpMethod.Get, "/invoice"), (HttpMethod.Post, "/cancel"), (HttpMethod.Post, "/pack"), (HttpMethod.Post, "/dispatch"),
                (HttpMethod.Post, "/deliver"), (HttpMethod.Post, "/position"),
            })
            {
                var answer = await user.SendAsync(method, $"/v1/orders/{id}{path}", path == "/position" ? JsonContent.Create(new { lat = 1, lon = 1 }) : null);
                answer.Status.ShouldBeOneOf(403, 404);
                if (user != stranger && user != otherCourier) answer.Status.ShouldBe(404, path);
            }

            (await user.GetAsync("/v1/orders")).GetProperty("items").GetArrayLength().ShouldBe(0);
        }

        // The customer may look, not work.
        (await buyer.ActAsync(id, "pack")).Status.ShouldBe(403);
        (await buyer.ActAsync(id, "deliver")).Status.ShouldBe(403);
        using var nobody = await app.Http.GetAsync($"/v1/orders/{id}");
        nobody.StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
    }

    [Theory, EachEngine]
    public async Task A_courier_brings_only_what_is_theirs(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync();
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var (asha, ravi) = (await grocery.HireAsync("courier"), await grocery.HireAsync("courier"));
        var id = (await grocery.BuyAsync(buyer, "cod", (rice, 1))).Id();
        (await asha.GetAsync("/v1/orders")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await grocery.Owner.ActAsync(id, "pack")).Status.ShouldBe(200);
        (await asha.GetAsync("/v1/orders")).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await asha.ActAsync(id, "dispatch", new { courierId = ravi.Id })).Status.ShouldBe(403);
        (await asha.ActAsync(id, "dispatch")).Body.GetProperty("courierId").GetGuid().ShouldBe(asha.Id);
        (await ravi.ActAsync(id, "deliver")).Status.ShouldBe(404);
        (await ravi.ActAsync(id, "position", new { lat = 1.0, lon = 2.0 })).Status.ShouldBe(404);
        foreach (var bad in new object[] { new { lat = 91.0, lon = 0.0 }, new { lat = 0.0, lon = 181.0 }, new { lat = "x", lon = 0 }, new { lat = 1.0 } })
            (await asha.ActAsync(id, "position", bad)).Status.ShouldBe(400);
        (await asha.ActAsync(id, "position", new { lat = 1.0, lon = 2.0 })).Status.ShouldBe(204);
        (await asha.GetAsync("/v1/orders?courier=true")).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await asha.ActAsync(id, "deliver")).Status.ShouldBe(200);
    }

    [Theory, EachEngine]
    public async Task The_list_is_paged_newest_first_and_filtered(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync(onHand: 100);
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var placed = new List<Guid>();
        for (var i = 0; i < 5; i++) placed.Add((await grocery.BuyAsync(buyer, "cod", (rice, 1))).Id());
        (await buyer.ActAsync(placed[0], "cancel")).Status.ShouldBe(200);
        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await buyer.GetAsync($"/v1/orders?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(o => o.Id()));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        seen.ShouldBe(Enumerable.Reverse(placed));
        (await grocery.Owner.GetAsync($"/v1/orders?status=cancelled&businessId={grocery.BusinessId}")).GetProperty("items").EnumerateArray().Select(o => o.Id()).ShouldBe([placed[0]]);
        (await grocery.Owner.GetAsync("/v1/orders?mine=true")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await buyer.SendAsync(HttpMethod.Get, "/v1/orders?status=lost")).Status.ShouldBe(400);
        (await buyer.SendAsync(HttpMethod.Get, "/v1/orders?limit=0")).Status.ShouldBe(400);
        (await buyer.SendAsync(HttpMethod.Get, "/v1/orders?cursor=nonsense")).Status.ShouldBe(400);
    }

    [Theory, EachEngine]
    public async Task The_invoice_is_a_pdf_and_a_confirmation_before_it_is_issued(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync();
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var order = await grocery.BuyAsync(buyer, "cod", (rice, 1));
        (await PdfAsync(buyer, order.Id())).FileName.ShouldBe($"order-{order.GetProperty("number").GetInt64()}.pdf");
        (await grocery.Owner.ActAsync(order.Id(), "pack")).Status.ShouldBe(200);
        (await PdfAsync(buyer, order.Id())).FileName.ShouldMatch(@"^invoice-\d{4}-000001\.pdf$");
        (await PdfAsync(grocery.Owner, order.Id())).Length.ShouldBeGreaterThan(1000);
    }

    [Theory, EachEngine]
    public async Task The_customer_and_the_shop_hear_of_it_live(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync();
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var order = (await grocery.BuyAsync(buyer, "cod", (rice, 1))).Id();
        await using var live = await LiveClient.ConnectAsync(grocery.App.Address, buyer.AccessToken);
        await using var shop = await LiveClient.ConnectAsync(grocery.App.Address, grocery.Owner.AccessToken);
        await live.SubscribeAsync($"order:{order}", 0);
        await shop.SubscribeAsync($"business:{grocery.BusinessId}");
        (await grocery.Owner.ActAsync(order, "pack")).Status.ShouldBe(200);
        (await grocery.Owner.ActAsync(order, "dispatch")).Status.ShouldBe(200);
        (await grocery.Owner.ActAsync(order, "position", new { lat = 12.5, lon = 77.5 })).Status.ShouldBe(204);
        (await grocery.Owner.ActAsync(order, "deliver")).Status.ShouldBe(200);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        string[] expected = ["order.placed", "order.packed", "order.dispatched", "order.position", "order.delivered"];
        var heard = new List<LiveReceived>();
        while (heard.Count < expected.Length)
        {
            var next = await live.Events.ReadAsync(patience.Token);
            if (next.Type != "payment.changed") heard.Add(next);
        }

        heard.Select(e => e.Type).ShouldBe(expected);
        heard[1].Data.GetProperty("status").GetString().ShouldBe("packing");
        heard[3].Data.GetProperty("lat").GetDouble().ShouldBe(12.5);
        var told = new List<string>();
        while (!told.Contains("order.delivered")) told.Add((await shop.Events.ReadAsync(patience.Token)).Type);
        told.ShouldContain("order.packed");
        told.ShouldNotContain("order.position");

        await using var stranger = await LiveClient.ConnectAsync(grocery.App.Address, (await TestUser.RegisterAsync(grocery.App)).AccessToken);
        await Should.ThrowAsync<LiveHubException>(() => stranger.SubscribeAsync($"order:{order}"));
    }

    internal static async Task UntilAsync(Func<Task<bool>> done)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await done()) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
    }

    private static async Task<(string FileName, int Length)> PdfAsync(TestUser user, Guid order)
    {
        using var answer = await user.Http.GetAsync($"/v1/orders/{order}/invoice");
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        System.Text.Encoding.ASCII.GetString(bytes, 0, 5).ShouldBe("%PDF-");
        return (answer.Content.Headers.ContentDisposition!.FileName!.Trim('"'), bytes.Length);
    }
}
