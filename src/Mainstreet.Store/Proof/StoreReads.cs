using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Store.Proof;

/// <summary>What Store shows without being changed: the goods, the shop's app, and one's own orders, cards and points.</summary>
internal sealed class StoreReads : ISmokePath
{
    private const string Unauthenticated = "unauthenticated";
    private const string NotFound = "not_found";
    private const string Nothing = "01930000-0000-7000-8000-000000000000";

    public string Name => "store";

    public bool ReadOnly => true;

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var nobody = SmokeWalk.Nobody;
        await walk.PageAsync("page: goods", nobody, $"/store/catalogue", "Goods", "<h1>Goods</h1>", "type=\"search\"");
        await walk.PageAsync("page: goods that nobody has", nobody, $"/store/catalogue?q=qzxqzxqzx", "Goods", "qzxqzxqzx");
        await walk.GetAsync("the shop's app", nobody, $"/shop", a => a.Media("text/html").Contains("<title>Shop · Mainstreet</title>", "<h1", "type=\"module\""));
        await walk.GetAsync("the shop's app, a place in it", nobody, $"/shop/orders", a => a.Media("text/html").Contains("<title>Shop · Mainstreet</title>", "<h1>Shop</h1>", "type=\"module\""));
        await walk.GetAsync("the shop's worker", nobody, $"/shop/sw.js", a => a.Media("text/javascript").Contains("self.shop = { version:", "\"/shop\""));
        await walk.GetAsync("the shop's session", nobody, $"/v1/shop/session", a => Guarded(a).Is("account", null));
        await walk.SignInNeededAsync("page: orders are not for strangers", $"/store");
        await walk.SignInNeededAsync("page: products are not for strangers", $"/store/products");
        await walk.StepAsync("goods, and the first of them alone", async () =>
        {
            var goods = Coherent((await walk.AskAsync(HttpMethod.Get, $"/v1/products?limit=5", nobody)).Answered(200));
            if (goods.At("items").GetArrayLength() == 0) return goods;
            var first = (await walk.AskAsync(HttpMethod.Get, $"/v1/products/{goods.Id("items[0].id")}", nobody)).Answered(200);
            return first.Is("id", goods.At("items[0].id")).Is("name", goods.At("items[0].name")).Is("price", goods.At("items[0].price"));
        });
        await walk.GetAsync("goods in stock, by price", nobody, $"/v1/products?inStock=true&sort=priceAsc&limit=5", a => Coherent(a).Each("items", p => p.GetProperty("inStock").GetBoolean(), "is not in stock"));
        await walk.GetAsync("words that no goods have", nobody, $"/v1/products?q=qzxqzxqzx", a => Coherent(a).Is("total", 0).Count("items", 0));
        await walk.RefusedAsync("goods in an unknown order", 400, "invalid_request", HttpMethod.Get, $"/v1/products?sort=luck", nobody);
        await walk.RefusedAsync("goods that are not there", 404, "product_not_found", HttpMethod.Get, $"/v1/products/{Nothing}", nobody);
        await walk.GetAsync("suggestions for words that nothing has", nobody, $"/v1/products/suggest?q=qzxqzxqzx", a => a.Count("items", 0));
        await walk.GetAsync("shops", nobody, $"/v1/shops", a => a.Each("items", s => s.GetProperty("id").GetGuid() != Guid.Empty && s.GetProperty("name").GetString()!.Length > 0 && s.GetProperty("currency").GetString()!.Length == 3, "has no id, name or currency")
            .Holds(p => p.TryGetProperty("next", out _), "has no next"));
        await walk.RefusedAsync("a shop that is not there", 404, "shop_not_found", HttpMethod.Get, $"/v1/shops/{Nothing}", nobody);
        await walk.GetAsync("tax rates", nobody, $"/v1/tax-rates", a => a.Some("items", r => r.GetProperty("taxClass").GetString() == "standard" && r.GetProperty("rateBp").GetInt32() == 1800, "is the standard rate of 18 %"));
        await walk.RefusedAsync("orders, without signing in", 401, Unauthenticated, HttpMethod.Get, $"/v1/orders", nobody);

        var reader = await walk.ReaderAsync();
        await walk.GetAsync("my orders", reader, $"/v1/orders?limit=5", a => List(a).Each("items", o => o.GetProperty("number").GetInt64() > 0 && o.GetProperty("status").GetString()!.Length > 0, "has no number or status"));
        await walk.RefusedAsync("an order that is not there", 404, NotFound, HttpMethod.Get, $"/v1/orders/{Nothing}", reader);
        await walk.RefusedAsync("its invoice neither", 404, NotFound, HttpMethod.Get, $"/v1/orders/{Nothing}/invoice", reader);
        await walk.RefusedAsync("a payment that is not there", 404, NotFound, HttpMethod.Get, $"/v1/payments/{Nothing}", reader);
        await walk.GetAsync("my cards", reader, $"/v1/payment-methods", a => a.Each("items", c => c.GetProperty("id").GetGuid() != Guid.Empty, "has no id"));
        await walk.GetAsync("my carts", reader, $"/v1/carts", a => List(a).Each("items", c => c.GetProperty("state").GetString()!.Length > 0, "has no state"));
        await walk.GetAsync("my points", reader, $"/v1/loyalty", a => a.Holds(l => l.GetProperty("balance").GetInt64() == l.GetProperty("shops").EnumerateArray().Sum(s => s.GetProperty("balance").GetInt64()), "adds up to another balance")
            .Each("expiring", e => e.ValueKind == JsonValueKind.Object, "is no lot"));
        await walk.GetAsync("my ledger", reader, $"/v1/loyalty/ledger?limit=5", a => List(a).Each("items", e => e.GetProperty("kind").GetString()!.Length > 0 && e.GetProperty("postings").ValueKind == JsonValueKind.Object, "has no kind or postings"));
        await walk.GetAsync("achievements", reader, $"/v1/achievements", a => a.Some("items", i => i.GetProperty("code").GetString() == "first_order" && i.GetProperty("target").GetInt32() == 1, "is the first order"));
        await walk.GetAsync("saved searches", reader, $"/v1/searches", a => List(a).Each("items", s => s.GetProperty("id").GetGuid() != Guid.Empty, "has no id"));
        await walk.GetAsync("my name on leaderboards", reader, $"/v1/loyalty/profile", a => a.Holds(p => p.GetProperty("showName").GetBoolean() ? p.GetProperty("changedAt").ValueKind == JsonValueKind.String : p.TryGetProperty("changedAt", out _), "shows a name that nobody allowed"));
        await walk.RefusedAsync("a leaderboard of no time", 400, "invalid_request", HttpMethod.Get, $"/v1/leaderboards/fortnight", reader);
        await walk.StepAsync("the shop's session, signed in", async () =>
        {
            var me = (await walk.AskAsync(HttpMethod.Get, $"/v1/auth/me", reader)).Answered(200).Id();
            return Guarded((await walk.AskAsync(HttpMethod.Get, $"/v1/shop/session", reader)).Answered(200)).Is("account.id", me);
        });
    }

    private static SmokeAnswer List(SmokeAnswer answer) => answer.Holds(p => p.TryGetProperty("next", out _), "has no next");

    // A token against forged requests is long; what is in it is the server's.
    private static SmokeAnswer Guarded(SmokeAnswer answer) => answer.TextAt("csrf").Length > 60 ? answer : throw new ProofException("the session has no token against forged requests");

    // Items and their number belong together, and each has what a shopper must see.
    private static SmokeAnswer Coherent(SmokeAnswer answer) => List(answer)
        .Holds(p => p.GetProperty("items").GetArrayLength() == Math.Min(5, p.GetProperty("total").GetInt64()) || p.GetProperty("items").GetArrayLength() > 5, "has not as many items as it counts")
        .Each("items", p => p.GetProperty("id").GetGuid() != Guid.Empty && p.GetProperty("name").GetString()!.Length > 0 && p.GetProperty("price").GetProperty("amount").GetInt64() >= 0, "has no id, name or price");
}
