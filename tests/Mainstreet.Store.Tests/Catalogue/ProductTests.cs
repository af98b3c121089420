using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Store.Catalogue;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Catalogue;

[Trait("kind", "db")]
public sealed class ProductTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task A_product_is_made_read_replaced_merged_and_withdrawn(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var made = await shop.Owner.PostAsync("/v1/products", new
        {
            sku = "A-1", name = " Toor Dal ", category = "Staples", brand = "Chowk", subCategory = "Dals", description = "Split\npigeon peas", packSize = "1 kg",
            price = new { amount = 17_900, currency = "INR" }, mrp = new { amount = 19_500, currency = "INR" }, taxClass = "essential", hsn = "0713", onHand = 7,
        });
        made.GetProperty("name").GetString().ShouldBe("Toor Dal");
        made.GetProperty("inStock").GetBoolean().ShouldBeTrue();
        made.GetProperty("businessId").GetGuid().ShouldBe(shop.BusinessId);
        var path = $"/v1/products/{made.GetProperty("id").GetGuid()}";

        using var anybody = await shop.App.Http.GetAsync(path);
        ((int)anybody.StatusCode, anybody.Headers.ETag!.Tag).ShouldBe((200, "\"1\""));

        var merged = await shop.Owner.SendAsync(HttpMethod.Patch, path, Calls.Text("""{"mrp":null,"price":{"amount":20000,"currency":"INR"},"version":9}""", "application/merge-patch+json"));
        (merged.Status, merged.ETag).ShouldBe((200, "\"2\""));
        merged.Body.GetProperty("mrp").ValueKind.ShouldBe(JsonValueKind.Null);
        merged.Body.GetProperty("brand").GetString().ShouldBe("Chowk");

        var same = await shop.Owner.SendAsync(HttpMethod.Patch, path, Calls.Text("{}", "application/merge-patch+json"));
        same.ETag.ShouldBe("\"2\"", "nothing changed");

        var replaced = await shop.Owner.PutAsync(path, new { sku = "A-2", name = "Tur Dal", category = "Pulses", price = new { amount = 100, currency = "INR" } });
        replaced.GetProperty("brand").GetString().ShouldBe("");
        replaced.GetProperty("taxClass").GetString().ShouldBe("standard");
        replaced.GetProperty("version").GetInt32().ShouldBe(3);
        (await shop.NamesAsync("category=Pulses")).ShouldBe(["Tur Dal"]);

        (await shop.Owner.SendAsync(HttpMethod.Delete, path)).Status.ShouldBe(204);
        ((int)(await shop.App.Http.GetAsync(path)).StatusCode).ShouldBe(404);
        (await shop.Owner.GetAsync(path)).GetProperty("active").GetBoolean().ShouldBeFalse();
        (await shop.NamesAsync("")).ShouldBeEmpty();
        (await shop.Owner.SendAsync(HttpMethod.Patch, path, Calls.Text("""{"active":true}""", "application/json"))).Status.ShouldBe(200);
        (await shop.NamesAsync("q=tur")).ShouldBe(["Tur Dal"]);
    }

    [Theory, EachEngine]
    public async Task Only_those_who_may_change_products_and_only_of_their_business(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var shop = await Grocery.OpenAsync(app);
        var other = await Grocery.OpenAsync(app);
        var nobody = await TestUser.RegisterAsync(app);
        var product = $"/v1/products/{(await shop.AddAsync("Rice")).GetProperty("id").GetGuid()}";
        const string Body = """{"sku":"x","name":"Mine","category":"c","price":{"amount":1,"currency":"INR"}}""";
        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Put, product, Body), (HttpMethod.Patch, product, "{}"), (HttpMethod.Delete, product, null),
            (HttpMethod.Put, $"{product}/stock", """{"onHand":1}"""), (HttpMethod.Get, $"{product}/stock", null),
            (HttpMethod.Put, $"/v1/shops/{shop.ShopId}", JsonSerializer.Serialize(Grocery.Address("Mine"))),
        })
        {
            // Everybody sees a product that is on sale, so this is 403 and no secret.
            (await other.Owner.SendAsync(method, path, body is null ? null : Calls.Text(body, "application/json"))).Status.ShouldBe(403, $"{method} {path}");
            (await nobody.SendAsync(method, path, body is null ? null : Calls.Text(body, "application/json"))).Status.ShouldBe(403, $"{method} {path}");
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : Calls.Text(body, "application/json") };
            ((int)(await app.Http.SendAsync(request)).StatusCode).ShouldBe(401, $"{method} {path}");
        }

        (await nobody.SendJsonAsync(HttpMethod.Post, "/v1/products", Body)).Status.ShouldBe(403);
        (await other.Owner.SendJsonAsync(HttpMethod.Post, "/v1/products", Body[..^1] + $",\"businessId\":\"{shop.BusinessId}\"}}")).Code.ShouldBe("business_not_found");
        (await other.Owner.SendAsync(HttpMethod.Get, $"/v1/products/export?businessId={shop.BusinessId}")).Status.ShouldBe(404);
        (await other.Owner.SendAsync(HttpMethod.Put, $"/v1/products/{Guid.CreateVersion7()}", Calls.Text(Body, "application/json"))).Code.ShouldBe("product_not_found");

        (await shop.Owner.SendAsync(HttpMethod.Delete, product)).Status.ShouldBe(204);
        (await other.Owner.SendAsync(HttpMethod.Put, product, Calls.Text(Body, "application/json"))).Status.ShouldBe(404, "off sale it is nobody else's to see");
    }

    [Theory, EachEngine]
    public async Task Wrong_fields_are_400_and_named(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        const string Rest = "\"category\":\"c\",\"price\":{\"amount\":1,\"currency\":\"INR\"}";
        foreach (var (body, field) in new (string, string)[]
        {
            ($$"""{"sku":"","name":"n",{{Rest}}}""", "sku"),
            ($$"""{"sku":"a b","name":"n",{{Rest}}}""", "sku"),
            ($$"""{"sku":"a","name":" ",{{Rest}}}""", "name"),
            ($$"""{"sku":"a","name":"{{new string('x', 201)}}",{{Rest}}}""", "name"),
            ($$"""{"sku":"a","name":"a\u0007",{{Rest}}}""", "name"),
            ($$"""{"sku":"a","name":"a\u202Eb",{{Rest}}}""", "name"),
            ($$"""{"sku":"a","name":"a\u0000",{{Rest}}}""", "name"),
            ($$"""{"sku":"a","name":5,{{Rest}}}""", "name"),
            ("""{"sku":"a","name":"n","category":"","price":{"amount":1,"currency":"INR"}}""", "category"),
            ("""{"sku":"a","name":"n","category":"c","price":{"amount":-1,"currency":"INR"}}""", "price"),
            ("""{"sku":"a","name":"n","category":"c","price":{"amount":1,"currency":"USD"}}""", "price"),
            ("""{"sku":"a","name":"n","category":"c","price":{"amount":1000000001,"currency":"INR"}}""", "price"),
            ("""{"sku":"a","name":"n","category":"c","price":{"amount":1.5,"currency":"INR"}}""", "price"),
            ("""{"sku":"a","name":"n","category":"c","price":{"amount":99999999999999999999,"currency":"INR"}}""", "price"),
            ("""{"sku":"a","name":"n","category":"c","price":null}""", "price"),
            ($$"""{"sku":"a","name":"n","mrp":{"amount":0,"currency":"INR"},{{Rest}}}""", "mrp"),
            ($$"""{"sku":"a","name":"n","taxClass":"none",{{Rest}}}""", "taxClass"),
            ($$"""{"sku":"a","name":"n","hsn":"12x4",{{Rest}}}""", "hsn"),
            ($$"""{"sku":"a","name":"n","onHand":-1,{{Rest}}}""", "onHand"),
            ($$"""{"sku":"a","name":"n","onHand":2147483648,{{Rest}}}""", "onHand"),
            ($$"""{"sku":"a","name":"n","active":"yes",{{Rest}}}""", "active"),
        })
        {
            var answer = await shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/products", body);
            answer.Status.ShouldBe(400, body);
            answer.Fields.ShouldContain(f => f.StartsWith(field, StringComparison.OrdinalIgnoreCase), $"{body}: {answer.Body}");
        }

        var path = $"/v1/products/{(await shop.AddAsync("Rice")).GetProperty("id").GetGuid()}";
        foreach (var patch in new[] { """{"name":null}""", """{"price":5}""", """{"price":null}""", """{"onHand":5}""", """{"active":"x"}""", "[]", "null", "{" })
            (await shop.Owner.SendAsync(HttpMethod.Patch, path, Calls.Text(patch, "application/merge-patch+json"))).Status.ShouldBe(400, patch);
        (await shop.Owner.SendAsync(HttpMethod.Patch, path, Calls.Text("a=b", "application/x-www-form-urlencoded"))).Status.ShouldBe(415);
        foreach (var stock in new[] { """{"onHand":-1}""", """{"onHand":1.5}""", """{"onHand":99999999999}""", """{"onHand":"5"}""", "{}", "" })
            (await shop.Owner.SendJsonAsync(HttpMethod.Put, $"{path}/stock", stock)).Status.ShouldBe(400, stock);
        foreach (var address in new[]
        {
            """{"name":"a","line1":"b","city":"c","postalCode":"d","gstin":"29ABC"}""", """{"name":"a","line1":"b","city":"c","postalCode":"d","gstin":"29ABCDE1234F1Z5","stateCode":"27"}""",
            """{"name":"a","line1":"b","city":"c","postalCode":"d","lat":91,"lon":0}""", """{"name":"a","line1":"b","city":"c","postalCode":"d","lat":1}""",
            """{"name":"a","line1":"b","city":"c","postalCode":"d","deliveryFee":{"amount":-1,"currency":"INR"}}""", """{"name":"","line1":"b","city":"c","postalCode":"d"}""",
            """{"name":"a","line1":"b","city":"c","postalCode":"d","country":"India"}""",
        })
            (await shop.Owner.SendJsonAsync(HttpMethod.Put, $"/v1/shops/{shop.ShopId}", address)).Status.ShouldBe(400, address);
    }

    [Theory, EachEngine]
    public async Task If_Match_keeps_a_stale_change_out_and_of_parallel_changes_one_wins(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var path = $"/v1/products/{(await shop.AddAsync("Rice", sku: "R")).GetProperty("id").GetGuid()}";
        const string Body = """{"sku":"R","name":"Rice 2","category":"c","price":{"amount":1,"currency":"INR"}}""";
        (await shop.Owner.SendJsonAsync(HttpMethod.Put, path, Body, ("If-Match", "\"1\""))).ETag.ShouldBe("\"2\"");
        (await shop.Owner.SendJsonAsync(HttpMethod.Put, path, Body, ("If-Match", "\"1\""))).Code.ShouldBe("stale_version");
        (await shop.Owner.SendAsync(HttpMethod.Delete, path, null, ("If-Match", "\"1\""))).Status.ShouldBe(412);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => shop.Owner.SendJsonAsync(
            HttpMethod.Put, path, Body.Replace("Rice 2", $"Rice by {i}", StringComparison.Ordinal), ("If-Match", "\"2\""))));
        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Count(a => a.Status == 412).ShouldBe(11);
        (await shop.Owner.GetAsync(path)).GetProperty("version").GetInt32().ShouldBe(3);
    }

    [Theory, EachEngine]
    public async Task A_SKU_is_taken_once_also_in_parallel_and_a_retried_creation_makes_one_product(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        const string Body = """{"sku":"S","name":"Rice","category":"c","price":{"amount":1,"currency":"INR"}}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/products", Body)));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "sku_taken");

        var second = Body.Replace("\"S\"", "\"T\"", StringComparison.Ordinal);
        var first = await shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/products", second, ("Idempotency-Key", "k1"));
        var again = await shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/products", second, ("Idempotency-Key", "k1"));
        (first.Status, again.Status).ShouldBe((201, 201));
        again.Body.GetProperty("id").GetGuid().ShouldBe(first.Body.GetProperty("id").GetGuid());
        (await shop.SearchAsync("")).GetProperty("total").GetInt64().ShouldBe(2);

        var other = await Grocery.OpenAsync(shop.App);
        (await other.Owner.SendJsonAsync(HttpMethod.Post, "/v1/products", Body)).Status.ShouldBe(201, "a SKU is the business's own");
    }

    [Theory, EachEngine]
    public async Task Stock_is_set_never_below_what_is_held_and_shows_in_the_search(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var id = (await shop.AddAsync("Rice", onHand: 0)).GetProperty("id").GetGuid();
        var path = $"/v1/products/{id}/stock";
        (await shop.NamesAsync("inStock=true")).ShouldBeEmpty();
        (await shop.Owner.PutAsync(path, new { onHand = 5 })).GetProperty("available").GetInt32().ShouldBe(5);
        (await shop.NamesAsync("inStock=true")).ShouldBe(["Rice"]);

        // As an order does it.
        await shop.InDbAsync(db => db.InTransactionAsync(token => db.Stock.Where(s => s.ProductId == id && s.OnHand - s.Reserved >= 5)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.Reserved, x => x.Reserved + 5).SetProperty(x => x.Version, x => x.Version + 1), token), CancellationToken.None));
        (await shop.NamesAsync("inStock=true")).ShouldBeEmpty();
        (await shop.NamesAsync("inStock=false")).ShouldBe(["Rice"]);
        var refused = await shop.Owner.SendJsonAsync(HttpMethod.Put, path, """{"onHand":4}""");
        (refused.Status, refused.Code).ShouldBe((409, "stock_reserved"));
        var read = await shop.Owner.SendAsync(HttpMethod.Get, path);
        read.Body.GetProperty("reserved").GetInt32().ShouldBe(5);
        (await shop.Owner.SendJsonAsync(HttpMethod.Put, path, """{"onHand":6}""", ("If-Match", "\"1\""))).Status.ShouldBe(412);
        (await shop.Owner.SendJsonAsync(HttpMethod.Put, path, """{"onHand":6}""", ("If-Match", read.ETag!))).Status.ShouldBe(200);
        (await shop.NamesAsync("inStock=true")).ShouldBe(["Rice"]);
    }

    [Theory, EachEngine]
    public async Task A_business_opens_one_shop_and_products_need_it(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var owner = await TestUser.RegisterAsync(app);
        await owner.PostAsync("/v1/businesses", new { name = "Bare" });
        (await owner.SendJsonAsync(HttpMethod.Post, "/v1/products", """{"sku":"S","name":"Rice","category":"c","price":{"amount":1,"currency":"INR"}}""")).Code.ShouldBe("shop_missing");
        (await owner.SendAsync(HttpMethod.Post, "/v1/products/import", Calls.Text("sku,name,category,price\n", "text/csv"))).Code.ShouldBe("shop_missing");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => owner.SendJsonAsync(HttpMethod.Post, "/v1/shops", JsonSerializer.Serialize(Grocery.Address()))));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "shop_exists");
        var shop = answers.Single(a => a.Status == 201).Body;
        shop.GetProperty("stateCode").GetString().ShouldBe("29");
        var path = $"/v1/shops/{shop.GetProperty("id").GetGuid()}";
        ((int)(await app.Http.GetAsync(path)).StatusCode).ShouldBe(200);
        (await owner.SendJsonAsync(HttpMethod.Put, path, JsonSerializer.Serialize(Grocery.Address("New")), ("If-Match", "\"1\""))).ETag.ShouldBe("\"2\"");
        (await owner.SendJsonAsync(HttpMethod.Put, path, JsonSerializer.Serialize(Grocery.Address("Old")), ("If-Match", "\"1\""))).Status.ShouldBe(412);
        ((int)(await app.Http.GetAsync($"/v1/shops/{Guid.CreateVersion7()}")).StatusCode).ShouldBe(404);
    }

    [Theory, EachEngine]
    public async Task Rates_hold_from_their_day_on(Engine engine)
    {
        var shop = await Grocery.OpenAsync(await apps.OnAsync(engine));
        foreach (var (day, taxClass, rate) in new[]
        {
            ("2025-09-21", TaxRates.Exempt, 0), ("2025-09-22", TaxRates.Exempt, 0), ("2025-09-21", TaxRates.Staple, 500), ("2025-09-22", TaxRates.Staple, 0),
            ("2025-09-21", TaxRates.Essential, 500), ("2026-11-22", TaxRates.Essential, 500), ("2025-09-21", TaxRates.Processed, 1200), ("2025-09-22", TaxRates.Processed, 500),
            ("2025-09-21", TaxRates.Daily, 1800), ("2025-09-22", TaxRates.Daily, 500), ("2025-09-21", TaxRates.Standard, 1800), ("2025-09-22", TaxRates.Standard, 1800),
            ("2025-09-21", TaxRates.Luxury, 2800), ("2025-09-22", TaxRates.Luxury, 4000),
        })
        {
            var rates = await shop.InDbAsync(db => TaxRates.OnAsync(db, DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), CancellationToken.None));
            rates[taxClass].ShouldBe(rate, $"{taxClass} on {day}");
        }

        var listed = JsonSerializer.Deserialize<JsonElement>(await shop.App.Http.GetStringAsync("/v1/tax-rates")).GetProperty("items").EnumerateArray().ToList();
        listed.Select(r => r.GetProperty("taxClass").GetString()).Distinct().Order().ShouldBe(TaxRates.Classes.Order());
        listed[0].GetProperty("validFrom").GetString().ShouldBe("2017-07-01");
    }
}
