using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Store.Orders;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Orders;

[Trait("kind", "db")]
public sealed class PlaceOrderTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task An_order_reserves_its_goods_and_waits_for_its_payment(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var (rice, milk) = (await grocery.StockAsync("Rice", 10_000, 5), await grocery.StockAsync("Milk", 2_750, 5));
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var cart = await grocery.FillAsync(buyer, (rice, 2), (milk, 1));
        var answer = await buyer.OrderAsync(cart);
        answer.Status.ShouldBe(201);
        var order = answer.Body;
        order.Status().ShouldBe("placed");
        order.GetProperty("number").GetInt64().ShouldBeGreaterThan(1000);
        (order.Amount("itemsTotal"), order.Amount("deliveryFee"), order.Amount("total")).ShouldBe((22_750, 2_900, 25_650));
        order.GetProperty("total").GetProperty("currency").GetString().ShouldBe("INR");
        order.GetProperty("reservedUntil").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(14));
        var payment = (await buyer.StartedAsync(order)).GetProperty("payment");
        payment.GetProperty("providerOrderId").GetString()!.ShouldStartWith("order_");
        payment.GetProperty("upi").GetProperty("intent").GetString()!.ShouldStartWith("upi://pay");
        payment.GetProperty("upi").GetProperty("qr").GetString()!.ShouldContain("<svg");

        var items = order.GetProperty("items").EnumerateArray().ToArray();
        items.Select(i => i.GetProperty("kind").GetString()).ShouldBe(["goods", "goods", "delivery"]);
        var tax = order.GetProperty("tax");
        (tax.Amount("taxable") + tax.Amount("cgst") + tax.Amount("sgst") + tax.Amount("igst")).ShouldBe(25_650);
        tax.Amount("igst").ShouldBe(0);
        items.Sum(i => i.Amount("tax")).ShouldBe(25_650 - tax.Amount("taxable"));

        (await grocery.ShelfAsync(rice)).ShouldBe((5, 2));
        (await grocery.ShelfAsync(milk)).ShouldBe((5, 1));
        (await buyer.OrderAsync(cart)).Code.ShouldBe("cart_closed");
        (await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{cart}/items/{rice}", """{"quantity":1}""")).Code.ShouldBe("cart_closed");
        (await buyer.GetAsync($"/v1/orders/{order.Id()}")).GetProperty("payment").GetProperty("upi").GetProperty("intent").GetString().ShouldBe(payment.GetProperty("upi").GetProperty("intent").GetString());
    }

    [Theory, EachEngine]
    public async Task A_delivery_to_another_state_is_taxed_between_states(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync("Soap", 11_800);
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var order = (await buyer.OrderAsync(await grocery.FillAsync(buyer, (rice, 1)), postalCode: "110001")).Body;
        var tax = order.GetProperty("tax");
        (tax.Amount("cgst"), tax.Amount("sgst")).ShouldBe((0, 0));
        tax.Amount("igst").ShouldBeGreaterThan(0);
    }

    [Theory, EachEngine]
    public async Task What_is_not_there_is_refused_by_line_before_any_payment_and_nothing_is_reserved(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var (rice, milk) = (await grocery.StockAsync("Rice", 10_000, 5), await grocery.StockAsync("Milk", 2_750, 1));
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var cart = await grocery.FillAsync(buyer, (rice, 2), (milk, 3));
        var answer = await buyer.OrderAsync(cart);
        answer.Status.ShouldBe(409);
        answer.Code.ShouldBe("out_of_stock");
        var line = answer.Body.GetProperty("lines").EnumerateArray().Single();
        line.GetProperty("productId").GetGuid().ShouldBe(milk);
        (line.GetProperty("wanted").GetInt32(), line.GetProperty("available").GetInt32()).ShouldBe((3, 1));
        (await grocery.ShelfAsync(rice)).ShouldBe((5, 0));
        (await buyer.GetAsync("/v1/orders")).GetProperty("items").GetArrayLength().ShouldBe(0);
        // The customer takes what is there, and the same cart is ordered.
        (await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{cart}/items/{milk}", """{"quantity":1}""")).Status.ShouldBe(200);
        (await buyer.OrderAsync(cart)).Status.ShouldBe(201);
    }

    [Theory, EachEngine]
    public async Task A_changed_price_is_shown_and_charged_only_when_it_was_seen(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync("Rice", 10_000);
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var cart = await grocery.FillAsync(buyer, (rice, 1));
        await grocery.InDbAsync(db => db.InTransactionAsync(token => db.Products.Where(p => p.Id == rice)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.PriceAmount, 12_000), token), CancellationToken.None));
        var seen = (await buyer.GetAsync($"/v1/carts/{cart}")).GetProperty("items")[0];
        seen.GetProperty("priceChanged").GetBoolean().ShouldBeTrue();
        (seen.Amount("seenPrice"), seen.Amount("price")).ShouldBe((10_000, 12_000));
        var answer = await buyer.OrderAsync(cart);
        answer.Code.ShouldBe("price_changed");
        var line = answer.Body.GetProperty("lines").EnumerateArray().Single();
        (line.Amount("seen"), line.Amount("now")).ShouldBe((10_000, 12_000));
        // An app that still shows the old price does not accept the new one by sending its queue again.
        await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{cart}/items/{rice}", """{"quantity":1,"seenPrice":{"amount":10000,"currency":"INR"}}""");
        (await buyer.OrderAsync(cart)).Code.ShouldBe("price_changed");
        await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{cart}/items/{rice}", """{"quantity":1}""");
        (await buyer.OrderAsync(cart)).Body.Amount("itemsTotal").ShouldBe(12_000);
    }

    [Theory, EachEngine]
    public async Task The_same_key_gives_the_same_order_and_another_body_is_refused(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync();
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var cart = await grocery.FillAsync(buyer, (rice, 1));
        var first = await buyer.OrderAsync(cart, key: "order-1");
        first.Status.ShouldBe(201);
        var again = await buyer.OrderAsync(cart, key: "order-1");
        again.Status.ShouldBe(201);
        JsonElement.DeepEquals(again.Body, first.Body).ShouldBeTrue();
        (await buyer.OrderAsync(await grocery.FillAsync(buyer, (rice, 1)), key: "order-1")).Code.ShouldBe("idempotency_key_reused");
        (await grocery.ShelfAsync(rice)).ShouldBe((10, 1));
    }

    [Theory, EachEngine]
    public async Task A_guests_cart_is_ordered_by_who_signs_in_with_its_id(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync();
        var cart = await grocery.FillAsync(null, (rice, 1));
        using var asGuest = await grocery.App.Http.PostAsJsonAsync("/v1/orders", Shopping.Body(cart));
        asGuest.StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        var buyer = await TestUser.RegisterAsync(grocery.App);
        (await buyer.OrderAsync(cart, "cod")).Body.GetProperty("payment").GetProperty("state").GetString().ShouldBe("due");
        (await grocery.App.Http.GetAsync($"/v1/carts/{cart}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Theory, EachEngine]
    public async Task Points_make_an_order_cheaper_and_its_tax_is_charged_on_what_is_paid(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var (gold, rice) = (await grocery.StockAsync("Gift hamper", 5_000_000), await grocery.StockAsync("Rice", 10_000));
        var buyer = await TestUser.RegisterAsync(grocery.App);
        // A delivered order of 50,000 rupees earned 500 points.
        var earned = await grocery.BuyAsync(buyer, "cod", (gold, 1));
        foreach (var act in new[] { "pack", "dispatch", "deliver" }) (await grocery.Owner.ActAsync(earned.Id(), act)).Status.ShouldBe(200, act);
        var cart = await grocery.FillAsync(buyer, (rice, 1));
        (await buyer.OrderAsync(cart, points: 100)).Code.ShouldBe("too_many_points");
        var order = (await buyer.OrderAsync(cart, points: 50)).Body;
        (order.Amount("discount"), order.Amount("total"), order.GetProperty("pointsRedeemed").GetInt32()).ShouldBe((5_000, 7_900, 50));
        var tax = order.GetProperty("tax");
        (tax.Amount("taxable") + tax.Amount("cgst") + tax.Amount("sgst")).ShouldBe(7_900);
        order.GetProperty("payment").Amount("amount").ShouldBe(7_900);
        // Nobody pays it: the points come back with the goods.
        await grocery.ExpireAsync(order.Id());
        (await buyer.GetAsync("/v1/loyalty")).GetRawText().ShouldContain("500");
        (await grocery.ShelfAsync(rice)).ShouldBe((10, 0));
        // The goods are there, but the discount is not owed any more.
        (await grocery.CaptureAsync(order.Id(), 7_900)).ShouldBe(PaidResult.NoStock);
    }

    [Theory, EachEngine]
    public async Task Bad_orders_are_refused(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync();
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var empty = await grocery.FillAsync(buyer);
        (await buyer.OrderAsync(empty)).Code.ShouldBe("cart_empty");
        (await buyer.OrderAsync(Guid.CreateVersion7())).Code.ShouldBe("cart_not_found");
        var cart = await grocery.FillAsync(buyer, (rice, 1));
        const string address = """{"line1":"4 Park Road","city":"Bengaluru","postalCode":"560038","country":"IN"}""";
        foreach (var (body, field) in new[]
        {
            ($$$"""{"cartId":"{{{cart}}}","address":{{{address}}},"payment":{"method":"gold"}}""", ""),
            ($$$"""{"cartId":"{{{cart}}}","address":{{{address}}},"payment":{"method":0}}""", ""),
            ($$$"""{"cartId":"{{{cart}}}","address":{{{address}}},"payment":{}}""", ""),
            ($$$"""{"cartId":"{{{cart}}}","address":{{{address}}}}""", ""),
            ($$$"""{"cartId":"x","address":{{{address}}},"payment":{"method":"upi"}}""", ""),
            ($$$"""{"cartId":"{{{cart}}}","address":{{{address}}},"payment":{"method":"upi"},"redeemPoints":-1}""", "redeemPoints"),
            ($$$"""{"cartId":"{{{cart}}}","address":{{{address}}},"payment":{"method":"upi"},"redeemPoints":1.5}""", ""),
            ($$$"""{"cartId":"{{{cart}}}","address":{{{address}}},"payment":{"method":"upi"},"redeemPoints":99999999999}""", ""),
            ($$$"""{"cartId":"{{{cart}}}","address":{"line1":"","city":"B","postalCode":"1","country":"IN"},"payment":{"method":"upi"}}""", "address.line1"),
            ($$$"""{"cartId":"{{{cart}}}","address":{"line1":" ","city":"B","postalCode":"1","country":"IN"},"payment":{"method":"upi"}}""", "address.line1"),
            ($$$"""{"cartId":"{{{cart}}}","address":{"line1":"4","city":"B","postalCode":"1","country":"India"},"payment":{"method":"upi"}}""", "address.country"),
            ($$$"""{"cartId":"{{{cart}}}","address":{"line1":"4","city":"B","postalCode":"1","country":"IN","lat":1},"payment":{"method":"upi"}}""", "address.lat"),
            ($$$"""{"cartId":"{{{cart}}}","address":{"line1":"4","city":"B","postalCode":"1","country":"IN","lat":91,"lon":0},"payment":{"method":"upi"}}""", "address.lat"),
            ($$$"""{"cartId":"{{{cart}}}","address":{"line1":"4","city":"B","postalCode":"1","country":"IN","stateCode":"99"},"payment":{"method":"upi"}}""", "address.stateCode"),
        })
        {
            var answer = await buyer.SendJsonAsync(HttpMethod.Post, "/v1/orders", body);
            answer.Status.ShouldBe(400, body);
            answer.Code.ShouldBe("invalid_request", body);
            if (field.Length > 0) answer.Fields.ShouldContain(field, body);
        }

        (await buyer.OrderAsync(cart)).Status.ShouldBe(201);
    }

    [Theory, EachEngine]
    public async Task A_closed_shop_takes_no_orders(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var cart = await grocery.FillAsync(buyer, (await grocery.StockAsync(), 1));
        await grocery.InDbAsync(db => db.InTransactionAsync(token => db.Shops.Where(s => s.BusinessId == grocery.BusinessId)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.Open, false), token), CancellationToken.None));
        (await buyer.OrderAsync(cart)).Code.ShouldBe("shop_closed");
    }
}
