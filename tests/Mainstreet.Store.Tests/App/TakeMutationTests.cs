using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.App;

/// <summary>Changes of a device: each number once, in order, whatever is sent again, at once or by whom.</summary>
[Trait("kind", "db")]
public sealed class TakeMutationTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task A_change_that_is_sent_again_is_answered_and_not_applied(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var product = (await grocery.AddAsync("Rice")).GetProperty("id").GetGuid();
        var device = new Device(await TestUser.RegisterAsync(grocery.App));
        (await device.SetAsync(1, product, 2)).Cart(0).GetProperty("quantity").GetInt32().ShouldBe(2);
        var order = await device.PlaceAsync(2);
        order.Applied.ShouldBeTrue();
        order.Order.GetProperty("status").GetString().ShouldBe("placed");

        var again = await device.PlaceAsync(2);
        again.Applied.ShouldBeTrue();
        again.Order.GetProperty("id").GetGuid().ShouldBe(order.Order.GetProperty("id").GetGuid());
        (await CountOrdersAsync(grocery)).ShouldBe(1);
        (await device.SetAsync(1, product, 9)).Code.ShouldBe("mutation_done");
    }

    [Theory, EachEngine]
    public async Task A_number_that_comes_too_early_is_refused_and_changes_nothing(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var product = (await grocery.AddAsync("Dal")).GetProperty("id").GetGuid();
        var device = new Device(await TestUser.RegisterAsync(grocery.App));
        (await device.SetAsync(2, product, 1)).Code.ShouldBe("mutation_gap");
        (await device.SetAsync(1, product, 1)).Applied.ShouldBeTrue();
        (await device.SetAsync(3, product, 5)).Code.ShouldBe("mutation_gap");
        (await device.SetAsync(2, product, 3)).Cart(0).GetProperty("quantity").GetInt32().ShouldBe(3);
    }

    [Theory, EachEngine]
    [Trait("kind", "race")]
    public async Task One_number_that_is_sent_many_times_at_once_makes_one_order(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var product = (await grocery.AddAsync("Milk", onHand: 50)).GetProperty("id").GetGuid();
        var device = new Device(await TestUser.RegisterAsync(grocery.App));
        var first = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => device.SetAsync(1, product, 1)));
        first.ShouldAllBe(a => a.Applied);
        var orders = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => device.PlaceAsync(2)));
        orders.ShouldAllBe(a => a.Applied);
        orders.Select(a => a.Order.GetProperty("id").GetGuid()).Distinct().Count().ShouldBe(1);
        (await CountOrdersAsync(grocery)).ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task A_refused_order_is_counted_undone_and_stays_refused(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = (await grocery.AddAsync("Rice", onHand: 5)).GetProperty("id").GetGuid();
        var salt = (await grocery.AddAsync("Salt", onHand: 1)).GetProperty("id").GetGuid();
        var device = new Device(await TestUser.RegisterAsync(grocery.App));
        await device.SetAsync(1, rice, 5);
        await device.SetAsync(2, salt, 2);
        var refused = await device.PlaceAsync(3);
        refused.Applied.ShouldBeFalse();
        refused.Code.ShouldBe("out_of_stock");
        var line = refused.Problem.GetProperty("lines").EnumerateArray().ShouldHaveSingleItem();
        (line.GetProperty("productId").GetGuid(), line.GetProperty("wanted").GetInt32(), line.GetProperty("available").GetInt32()).ShouldBe((salt, 2, 1));
        (await ReservedAsync(grocery)).ShouldBe(0);

        await grocery.Owner.PutAsync($"/v1/products/{salt}/stock", new { onHand = 9 });
        (await device.PlaceAsync(3)).Applied.ShouldBeFalse();
        (await device.PlaceAsync(4)).Applied.ShouldBeTrue();
        (await ReservedAsync(grocery)).ShouldBe(7);
        (await CountOrdersAsync(grocery)).ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task A_price_that_the_customer_did_not_see_is_not_charged(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var product = (await grocery.AddAsync("Tea", price: 10_000)).GetProperty("id").GetGuid();
        var device = new Device(await TestUser.RegisterAsync(grocery.App));
        (await device.SetAsync(1, product, 1, seen: 9_000)).Cart(0).GetProperty("priceChanged").GetBoolean().ShouldBeTrue();
        var refused = await device.PlaceAsync(2);
        refused.Code.ShouldBe("price_changed");
        refused.Problem.GetProperty("lines")[0].GetProperty("now").GetProperty("amount").GetInt64().ShouldBe(10_000);
        await device.SetAsync(3, product, 1, seen: 10_000);
        (await device.PlaceAsync(4)).Applied.ShouldBeTrue();
    }

    [Theory, EachEngine]
    public async Task A_guests_changes_are_claimed_and_never_those_of_another_account(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var product = (await grocery.AddAsync("Ghee")).GetProperty("id").GetGuid();
        var guest = new Device(null, grocery.App);
        (await guest.SetAsync(1, product, 1)).Applied.ShouldBeTrue();
        (await guest.SendAsync(2, new { claim = new { cartId = guest.CartId } })).Code.ShouldBe("unauthenticated");

        var customer = await TestUser.RegisterAsync(grocery.App);
        var device = guest.As(customer);
        (await device.SendAsync(2, new { claim = new { cartId = guest.CartId } })).Applied.ShouldBeTrue();
        // The last answer, asked for again by somebody else on the device, tells nothing of the cart.
        var other = guest.As(await TestUser.RegisterAsync(grocery.App));
        (await other.SendAsync(2, new { claim = new { cartId = guest.CartId } }, other.User!.Id)).Body.GetProperty("cart").ValueKind.ShouldBe(JsonValueKind.Null);
        (await other.SendAsync(3, new { claim = new { cartId = guest.CartId } }, customer.Id)).Code.ShouldBe("account_mismatch");
        (await other.SendAsync(3, new { set = new { cartId = guest.CartId, productId = product, quantity = 5 } }, other.User.Id)).Code.ShouldBe("cart_not_found");
        (await device.SetAsync(4, product, 2)).Cart(0).GetProperty("quantity").GetInt32().ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task A_bad_change_is_400_and_not_counted(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var product = (await grocery.AddAsync("Oil")).GetProperty("id").GetGuid();
        var device = new Device(await TestUser.RegisterAsync(grocery.App));
        (await device.SendAsync(1, new { })).Status.ShouldBe(400);
        (await device.SendAsync(1, new { set = new { cartId = device.CartId, productId = product, quantity = 1 }, claim = new { cartId = device.CartId } })).Status.ShouldBe(400);
        foreach (var quantity in new object[] { -1, 1_000, 1.5, "2", 99_999_999_999L })
            (await device.SendAsync(1, new { set = new { cartId = device.CartId, productId = product, quantity } })).Status.ShouldBe(400);
        (await device.SetAsync(0, product, 1)).Status.ShouldBe(400);
        (await device.SetAsync(1, product, 1)).Applied.ShouldBeTrue();
        (await device.SendAsync(2, new { place = new { cartId = device.CartId, address = new { line1 = "", city = "B", postalCode = "560038", country = "IN" }, payment = new { method = "cod" } } })).Status.ShouldBe(400);
    }

    private static Task<int> CountOrdersAsync(Grocery grocery) => grocery.InDbAsync(db => db.Orders.CountAsync(o => o.BusinessId == grocery.BusinessId));

    private static Task<int> ReservedAsync(Grocery grocery) => grocery.InDbAsync(db => db.Stock.Where(s => s.ShopId == grocery.ShopId).SumAsync(s => s.Reserved));

    /// <summary>What a change was answered with.</summary>
    private sealed record Taken(int Status, JsonElement Body)
    {
        internal bool Applied => Status == 200 && Body.GetProperty("applied").GetBoolean();

        internal JsonElement Order => Body.GetProperty("order");

        internal JsonElement Problem => Status == 200 ? Body.GetProperty("problem") : Body;

        internal string? Code => Problem.ValueKind == JsonValueKind.Object ? Problem.GetProperty("code").GetString() : null;

        internal JsonElement Cart(int line) => Body.GetProperty("cart").GetProperty("items")[line];
    }

    /// <summary>A browser with its numbers and one cart.</summary>
    private sealed class Device
    {
        private readonly HttpClient _http;
        private readonly Guid _id;

        internal Device(TestUser? user, TestApp? app = null, Guid? id = null, Guid? cartId = null)
        {
            (User, _http, _id, CartId) = (user, user?.Http ?? app!.Http, id ?? Guid.NewGuid(), cartId ?? Guid.NewGuid());
        }

        internal TestUser? User { get; }

        internal Guid CartId { get; }

        internal Device As(TestUser user) => new(user, null, _id, CartId);

        internal Task<Taken> SetAsync(long number, Guid product, int quantity, long? seen = null) => SendAsync(
            number,
            new { set = new { cartId = CartId, productId = product, quantity, seenPrice = seen is { } amount ? new { amount, currency = "INR" } : null } },
            User?.Id);

        internal Task<Taken> PlaceAsync(long number) => SendAsync(
            number,
            new { place = new { cartId = CartId, address = new { line1 = "7 Temple Road", city = "Bengaluru", postalCode = "560038", country = "IN" }, payment = new { method = "cod" } } },
            User?.Id);

        internal async Task<Taken> SendAsync(long number, object change, Guid? account = null)
        {
            var body = JsonSerializer.SerializeToNode(change)!.AsObject();
            body["clientId"] = _id;
            body["mutationId"] = number;
            body["accountId"] = account;
            using var response = await _http.PostAsync("/v1/shop/mutations", new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json"));
            return new Taken((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
        }
    }
}
