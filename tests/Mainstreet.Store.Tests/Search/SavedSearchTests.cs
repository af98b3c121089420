using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Search;

[Trait("kind", "db")]
public sealed class SavedSearchTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task The_account_is_told_once_of_each_product_that_comes_to_fit(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var shopper = await TestUser.RegisterAsync(shop.App);
        await shop.AddAsync("Basmati Rice", price: 20_000);
        var id = (await shopper.PostAsync("/v1/searches", new { q = "chawal", priceMax = 10_000, inStock = true, businessId = shop.BusinessId, name = "Cheap rice" })).GetProperty("id").GetGuid();
        await using var live = await LiveClient.ConnectAsync(shop.App.Address, shopper.AccessToken);
        await live.SubscribeAsync($"user:{shopper.Id}");

        var added = (await shop.AddAsync("Brown Rice", price: 9_000)).GetProperty("id").GetGuid();
        var told = await NextAsync(live);
        (told.GetProperty("searchId").GetGuid(), told.GetProperty("name").GetString(), told.GetProperty("count").GetInt32()).ShouldBe((id, "Cheap rice", 1));
        told.GetProperty("products")[0].GetProperty("id").GetGuid().ShouldBe(added);

        // Comes to fit by its price; then by its stock. What changes without that is not told.
        var costly = (await shop.AddAsync("Red Rice", price: 30_000)).GetProperty("id").GetGuid();
        await shop.Owner.SendAsync(HttpMethod.Patch, $"/v1/products/{added}", Calls.Text("""{"description":"better"}""", "application/json"));
        await shop.Owner.SendAsync(HttpMethod.Patch, $"/v1/products/{costly}", Calls.Text("""{"price":{"amount":8000,"currency":"INR"}}""", "application/json"));
        (await NextAsync(live)).GetProperty("products")[0].GetProperty("id").GetGuid().ShouldBe(costly);
        var gone = (await shop.AddAsync("Black Rice", price: 100, onHand: 0)).GetProperty("id").GetGuid();
        await shop.Owner.PutAsync($"/v1/products/{gone}/stock", new { onHand = 3 });
        (await NextAsync(live)).GetProperty("products")[0].GetProperty("id").GetGuid().ShouldBe(gone);
        await shop.Owner.PutAsync($"/v1/products/{gone}/stock", new { onHand = 0 });
        await shop.Owner.PutAsync($"/v1/products/{gone}/stock", new { onHand = 3 });

        // A file is one message.
        await shop.ImportAsync("sku,name,category,price,onHand\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"I{i},Rice {i},Staples,50,1\n")));
        var many = await NextAsync(live);
        (many.GetProperty("count").GetInt32(), many.GetProperty("products").GetArrayLength()).ShouldBe((30, 20));
        (await shopper.GetAsync($"/v1/searches/{id}")).GetProperty("matches").GetInt32().ShouldBe(33);
        (await shop.InDbAsync(db => db.SavedSearchHits.CountAsync(h => h.SearchId == id))).ShouldBe(33);
    }

    [Theory, EachEngine]
    public async Task Searches_are_kept_listed_and_removed_by_their_account_alone(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var shopper = await TestUser.RegisterAsync(app);
        var other = await TestUser.RegisterAsync(app);
        var made = new List<Guid>();
        for (var i = 0; i < 5; i++) made.Add((await shopper.PostAsync("/v1/searches", new { q = $"tea {i}", brand = new[] { "A", "A" } })).GetProperty("id").GetGuid());
        var again = await shopper.SendJsonAsync(HttpMethod.Post, "/v1/searches", """{"category":["Staples"]}""", ("Idempotency-Key", "s1"));
        var replayed = await shopper.SendJsonAsync(HttpMethod.Post, "/v1/searches", """{"category":["Staples"]}""", ("Idempotency-Key", "s1"));
        replayed.Body.GetProperty("id").GetGuid().ShouldBe(again.Body.GetProperty("id").GetGuid());
        again.Body.GetProperty("name").GetString().ShouldBe("Staples");

        var first = await shopper.GetAsync("/v1/searches?limit=4");
        var rest = await shopper.GetAsync($"/v1/searches?limit=4&cursor={first.GetProperty("next").GetString()}");
        first.GetProperty("items").EnumerateArray().Concat(rest.GetProperty("items").EnumerateArray()).Count().ShouldBe(6);
        first.GetProperty("items")[0].GetProperty("brand").EnumerateArray().Count().ShouldBe(1);
        (await other.GetAsync("/v1/searches")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await other.SendAsync(HttpMethod.Get, $"/v1/searches/{made[0]}")).Status.ShouldBe(404);
        (await other.SendAsync(HttpMethod.Delete, $"/v1/searches/{made[0]}")).Status.ShouldBe(404);
        (await shopper.SendAsync(HttpMethod.Delete, $"/v1/searches/{made[0]}")).Status.ShouldBe(204);
        (await shopper.SendAsync(HttpMethod.Delete, $"/v1/searches/{made[0]}")).Status.ShouldBe(404);
        foreach (var bad in new[] { "{}", """{"q":" "}""", """{"q":5}""", """{"q":"a","priceMin":-1}""", """{"q":"a","brand":[null]}""", """{"q":"a","name":""}""", $$"""{"q":"{{new string('x', 201)}}"}""", "[]", "" })
            (await shopper.SendJsonAsync(HttpMethod.Post, "/v1/searches", bad)).Status.ShouldBe(400, bad);
    }

    private static async Task<JsonElement> NextAsync(LiveClient live)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var received = await live.Events.ReadAsync(patience.Token);
            if (received.Type == "search.matched") return received.Data;
        }
    }
}
