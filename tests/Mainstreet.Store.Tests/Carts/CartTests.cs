using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Store.Tests.Orders;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Carts;

[Trait("kind", "db")]
public sealed class CartTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task A_guest_fills_a_cart_and_sees_prices_stock_and_delivery(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var (rice, milk) = (await grocery.StockAsync("Rice", 10_000, 3), await grocery.StockAsync("Milk", 2_750));
        var id = await grocery.FillAsync(null, (rice, 5), (milk, 2));
        var cart = await ReadAsync(grocery, id);
        cart.GetProperty("businessId").GetGuid().ShouldBe(grocery.BusinessId);
        var items = cart.GetProperty("items").EnumerateArray().ToArray();
        items.Select(i => i.GetProperty("name").GetString()).ShouldBe(["Rice", "Milk"]);
        items[0].GetProperty("available").GetInt32().ShouldBe(3);
        items[0].GetProperty("tooFew").GetBoolean().ShouldBeTrue();
        items[1].GetProperty("tooFew").GetBoolean().ShouldBeFalse();
        cart.Amount("itemsTotal").ShouldBe(55_500);
        cart.Amount("deliveryFee").ShouldBe(0);
        await PutAsync(grocery, id, rice, 0);
        cart = await ReadAsync(grocery, id);
        cart.Amount("itemsTotal").ShouldBe(5_500);
        cart.Amount("deliveryFee").ShouldBe(2_900);
        cart.Amount("total").ShouldBe(8_400);
    }

    [Theory, EachEngine]
    public async Task Quantities_are_whole_and_between_zero_and_999(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync();
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var id = await grocery.FillAsync(buyer);
        foreach (var bad in new[]
        {
            "-1", "1000", "1.5", "1e3", "2147483648", "99999999999999999999", "\"1\"", "null", "true", "NaN", "[]",
        })
        {
            var answer = await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{id}/items/{rice}", $$"""{"quantity":{{bad}}}""");
            answer.Status.ShouldBe(400, bad);
            answer.Code.ShouldBe("invalid_request", bad);
        }

        (await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{id}/items/{rice}", "{}")).Status.ShouldBe(400);
        (await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{id}/items/{rice}", """{"quantity":1,"seenPrice":{"amount":-1,"currency":"INR"}}""")).Status.ShouldBe(400);
        (await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{id}/items/{rice}", """{"quantity":1,"seenPrice":{"amount":1,"currency":"USD"}}""")).Status.ShouldBe(400);
        (await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{id}/items/{rice}", """{"quantity":999}""")).Status.ShouldBe(200);
        (await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{id}/items/{Guid.CreateVersion7()}", """{"quantity":1}""")).Code.ShouldBe("product_not_found");
        (await ReadAsync(grocery, id, buyer)).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task A_cart_belongs_to_its_account_alone(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync();
        var (asha, ravi) = (await TestUser.RegisterAsync(grocery.App), await TestUser.RegisterAsync(grocery.App));
        var id = await grocery.FillAsync(asha, (rice, 1));
        foreach (var other in new[] { ravi.Http, grocery.App.Http })
        {
            (await other.GetAsync($"/v1/carts/{id}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
            (await other.PutAsJsonAsync($"/v1/carts/{id}/items/{rice}", new { quantity = 2 })).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        }

        (await ravi.SendAsync(HttpMethod.Post, $"/v1/carts/{id}/claim")).Code.ShouldBe("cart_not_found");
        (await ravi.OrderAsync(id)).Code.ShouldBe("cart_not_found");
        (await grocery.App.Http.PostAsync($"/v1/carts/{id}/claim", null)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        using var stale = new HttpRequestMessage(HttpMethod.Get, $"/v1/carts/{id}");
        stale.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", "over");
        (await grocery.App.Http.SendAsync(stale)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        (await asha.GetAsync("/v1/carts")).GetProperty("items").EnumerateArray().Single().Id().ShouldBe(id);
        (await ravi.GetAsync("/v1/carts")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task A_cart_holds_the_goods_of_one_shop_and_is_free_again_when_empty(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (one, two) = (await Grocery.OpenAsync(app), await Grocery.OpenAsync(app));
        var (rice, soap) = (await one.StockAsync(), await two.StockAsync("Soap"));
        var buyer = await TestUser.RegisterAsync(app);
        var id = await one.FillAsync(buyer, (rice, 1));
        (await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{id}/items/{soap}", """{"quantity":1}""")).Code.ShouldBe("other_shop");
        (await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{id}/items/{rice}", """{"quantity":0}""")).Status.ShouldBe(200);
        (await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{id}/items/{soap}", """{"quantity":1}""")).Status.ShouldBe(200);
        (await ReadAsync(one, id, buyer)).GetProperty("businessId").GetGuid().ShouldBe(two.BusinessId);
    }

    [Theory, EachEngine]
    public async Task A_version_that_is_not_the_present_one_is_refused(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync();
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var id = await grocery.FillAsync(buyer, (rice, 1));
        var tag = (await buyer.SendAsync(HttpMethod.Get, $"/v1/carts/{id}")).ETag!;
        var first = await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{id}/items/{rice}", """{"quantity":2}""", ("If-Match", tag));
        first.Status.ShouldBe(200);
        first.ETag.ShouldNotBe(tag);
        (await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{id}/items/{rice}", """{"quantity":3}""", ("If-Match", tag))).Status.ShouldBe(412);
        var cart = await ReadAsync(grocery, id, buyer);
        cart.GetProperty("items")[0].GetProperty("quantity").GetInt32().ShouldBe(2);
        ETag(cart).ShouldBe(first.ETag);
    }

    [Theory, EachEngine]
    public async Task Signing_in_takes_a_guests_cart_over_and_merges_it_once(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var (rice, milk) = (await grocery.StockAsync(), await grocery.StockAsync("Milk"));
        var buyer = await TestUser.RegisterAsync(grocery.App);

        var guest = await grocery.FillAsync(null, (rice, 2));
        var own = (await buyer.PostAsync($"/v1/carts/{guest}/claim", new { })).Id();
        own.ShouldBe(guest);
        (await grocery.App.Http.GetAsync($"/v1/carts/{guest}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);

        var second = await grocery.FillAsync(null, (rice, 998), (milk, 3));
        for (var again = 0; again < 3; again++)
        {
            var merged = await buyer.PostAsync($"/v1/carts/{second}/claim", new { });
            merged.Id().ShouldBe(own);
            merged.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("quantity").GetInt32()).Order().ShouldBe([3, 999]);
        }

        (await ReadAsync(grocery, second, buyer)).GetProperty("state").GetString().ShouldBe("merged");
        (await buyer.SendJsonAsync(HttpMethod.Put, $"/v1/carts/{second}/items/{rice}", """{"quantity":1}""")).Code.ShouldBe("cart_closed");
        (await buyer.OrderAsync(second)).Code.ShouldBe("cart_closed");
    }

    [Theory, EachEngine]
    [Trait("kind", "race")]
    public async Task Changes_of_one_cart_at_once_lose_nothing(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var products = new List<Guid>();
        for (var i = 0; i < 12; i++) products.Add(await grocery.StockAsync($"Thing {i}"));
        var buyer = await TestUser.RegisterAsync(grocery.App);
        var id = await grocery.FillAsync(buyer);
        // Each product is set five times, in order, while the others are set too.
        var statuses = await Shopping.RaceAsync(products.Select((product, i) => (Func<Task<bool>>)(async () =>
        {
            for (var quantity = 1; quantity <= 5; quantity++)
            {
                if ((await buyer.SendAsync(HttpMethod.Put, $"/v1/carts/{id}/items/{product}", JsonContent.Create(new { quantity = quantity + i }))).Status != 200) return false;
            }

            return true;
        })));
        statuses.ShouldAllBe(ok => ok);
        var cart = await ReadAsync(grocery, id, buyer);
        cart.GetProperty("items").EnumerateArray().ToDictionary(i => i.GetProperty("productId").GetGuid(), i => i.GetProperty("quantity").GetInt32())
            .ShouldBe(products.Select((product, i) => KeyValuePair.Create(product, 5 + i)).ToDictionary(), ignoreOrder: true);
        cart.GetProperty("version").GetInt32().ShouldBe(61);
    }

    [Theory, EachEngine]
    [Trait("kind", "race")]
    public async Task Of_two_accounts_that_claim_one_cart_one_gets_it(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var rice = await grocery.StockAsync();
        TestUser[] people = [await TestUser.RegisterAsync(grocery.App), await TestUser.RegisterAsync(grocery.App), await TestUser.RegisterAsync(grocery.App)];
        for (var round = 0; round < 5; round++)
        {
            var id = await grocery.FillAsync(null, (rice, 1));
            var answers = await Shopping.RaceAsync(people.Select(p => (Func<Task<Answer>>)(() => p.SendAsync(HttpMethod.Post, $"/v1/carts/{id}/claim"))));
            answers.Count(a => a.Status == 200).ShouldBe(1);
            answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Code == "cart_not_found");
        }
    }

    private static string ETag(JsonElement cart) => $"\"{cart.GetProperty("version").GetInt32()}\"";

    private static async Task PutAsync(Grocery grocery, Guid cart, Guid product, int quantity)
    {
        using var answer = await grocery.App.Http.PutAsJsonAsync($"/v1/carts/{cart}/items/{product}", new { quantity });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<JsonElement> ReadAsync(Grocery grocery, Guid id, TestUser? user = null) =>
        await (user?.Http ?? grocery.App.Http).GetFromJsonAsync<JsonElement>($"/v1/carts/{id}");
}
