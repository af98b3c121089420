using System.Text;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Store.Proof;

/// <summary>The main path of Store with cash, so that it can be walked where real payments are taken: a shop, a product, a cart, an order to the door, its points.</summary>
internal sealed class StoreSmoke : ISmokePath
{
    private const int Price = 25_000;
    private const string NotFound = "not_found";

    private static readonly string[] Rice = ["rice", "chawal"];

    public string Name => "store";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.AccountAsync("owner");
        var buyer = await walk.AccountAsync("buyer");
        var stranger = await walk.AccountAsync("stranger");
        var business = await walk.SendAsync("business", HttpMethod.Post, $"/v1/businesses", owner, new { name = "Synthetic grocery" }, 201, a => a.Is("synthetic", true).Id());
        object Shop(bool open) => new { name = "Synthetic grocery", line1 = "Synthetic Lane 2", city = "Bengaluru", postalCode = "560038", stateCode = "29", open, businessId = business };
        var shop = await walk.SendAsync("shop", HttpMethod.Post, $"/v1/shops", owner, Shop(true), 201, a => a.Is("name", "Synthetic grocery").Is("open", true).Is("currency", "INR").Id());
        await walk.GetAsync("shop read", owner, $"/v1/shops/{shop}", a => a.Is("id", shop.Value).Is("city", "Bengaluru"));
        var product = await walk.SendAsync("product", HttpMethod.Post, $"/v1/products", owner, new
        {
            sku = "smoke", name = "Synthetic rice", category = "Synthetic", price = new { amount = Price, currency = "INR" }, onHand = 3, businessId = business,
        }, 201, a => a.Is("sku", "smoke").Is("price.amount", Price).Is("businessId", business.Value).Id());
        await walk.RefusedAsync("a product without a price", 400, "invalid_request", HttpMethod.Post, $"/v1/products", owner, new { sku = "x", name = "x", category = "x" });
        await walk.GetAsync("product read", buyer, $"/v1/products/{product}", a => a.Is("id", product.Value).Is("name", "Synthetic rice").Is("inStock", true));
        await walk.GetAsync("search", buyer, $"/v1/products?businessId={business}&q=rice", a => a.Is("total", 1).Is("items[0].id", product.Value).Says("items[0].highlight.name", "<mark>rice</mark>"), product);
        await walk.GetAsync("search, mistyped", buyer, $"/v1/products?businessId={business}&q=rcie", a => a.Is("total", 1).Is("items[0].id", product.Value).Is("corrections[0].typed", "rcie"), product);
        await walk.GetAsync("suggestions", buyer, $"/v1/products/suggest?businessId={business}&q=ri", a => a.Some("items", i => i.GetProperty("text").GetString() == "Synthetic rice" && i.GetProperty("id").GetGuid() == product.Value, "is the rice"));
        var synonym = await walk.SendAsync("synonym", HttpMethod.Post, $"/v1/synonyms", owner, new { terms = Rice, businessId = business }, 201, a => a.Is("terms", Rice).Id());
        await walk.GetAsync("search by synonym", buyer, $"/v1/products?businessId={business}&q=chawal", a => a.Is("total", 1).Is("items[0].id", product.Value), product, synonym);
        await walk.GetAsync("synonyms", owner, $"/v1/synonyms", a => a.Some("items", s => s.GetProperty("id").GetGuid() == synonym.Value, "is the new one"));
        await walk.SendAsync("synonym removed", HttpMethod.Delete, $"/v1/synonyms/{synonym}", owner, null, 204, a => a.Empty());
        await walk.SendAsync("product changed", HttpMethod.Patch, $"/v1/products/{product}", owner, new { brand = "Synthetic brand" }, 200, a => a.Is("id", product.Value).Is("brand", "Synthetic brand"));
        await walk.GetAsync("products exported", owner, $"/v1/products/export", a => a.Media("text/csv").Contains("sku,name,brand,category", "smoke,Synthetic rice,"), product);
        await walk.PageAsync("page: products", owner, $"/store/products", "Products", "<h1>Products</h1>", "Synthetic rice");

        var search = await walk.SendAsync("save a search", HttpMethod.Post, $"/v1/searches", buyer, new { name = "Rice", q = "rice", businessId = business }, 201, a => a.Is("name", "Rice").Is("q", "rice").Id());
        await walk.GetAsync("saved search", buyer, $"/v1/searches/{search}", a => a.Is("id", search.Value).Is("q", "rice"));
        await walk.RefusedAsync("another's saved search", 404, NotFound, HttpMethod.Get, $"/v1/searches/{search}", stranger);
        await walk.SendAsync("saved search removed", HttpMethod.Delete, $"/v1/searches/{search}", buyer, null, 204, a => a.Empty());

        var cart = await walk.StepAsync("cart", async () =>
        {
            var made = (await walk.AskAsync(HttpMethod.Post, $"/v1/carts", buyer, new { })).Answered(201).Id();
            return (await walk.AskAsync(HttpMethod.Get, $"/v1/carts/{made}", buyer)).Answered(200).Is("id", made).Is("state", "open").Count("items", 0).Id();
        }, buyer);
        var filled = await walk.SendAsync("cart item", HttpMethod.Put, $"/v1/carts/{cart}/items/{product}", buyer, new { quantity = 2 }, 200, a => a.Is("items[0].productId", product.Value).Is("items[0].quantity", 2));
        await walk.RefusedAsync("fewer than none", 400, "invalid_request", HttpMethod.Put, $"/v1/carts/{cart}/items/{product}", buyer, new { quantity = -1 });
        await walk.GetAsync("cart read", buyer, $"/v1/carts/{cart}", a => a.Is("id", cart.Value).Is("state", "open").Count("items", 1), filled);
        await walk.GetAsync("carts", buyer, $"/v1/carts", a => a.Count("items", 1).Is("items[0].id", cart.Value), filled);
        var order = await walk.SendAsync("order", HttpMethod.Post, $"/v1/orders", buyer, new
        {
            cartId = cart, address = new { line1 = "Synthetic Lane 1", city = "Bengaluru", postalCode = "560038", country = "IN" }, payment = new { method = "cod" },
        }, 201, a => a.Is("status", "placed").Is("businessId", business.Value).Is("items[0].productId", product.Value).Id(), filled);
        await walk.GetAsync("order read", buyer, $"/v1/orders/{order}", a => a.Is("id", order.Value).Is("items[0].quantity", 2));
        await walk.GetAsync("orders", buyer, $"/v1/orders", a => a.Count("items", 1).Is("items[0].id", order.Value));
        await walk.RefusedAsync("another's order", 404, NotFound, HttpMethod.Get, $"/v1/orders/{order}", stranger);
        await walk.GetAsync("reserved", owner, $"/v1/products/{product}/stock", a => a.Is("productId", product.Value).Is("onHand", 3).Is("reserved", 2).Is("available", 1), order);
        await walk.PageAsync("page: orders", owner, $"/store", "Orders", "<h1>Orders</h1>", "Synthetic rice");
        await walk.StepAsync("page: the order", async () => (await walk.AskAsync(HttpMethod.Get, $"/store/orders/{order}", owner, headers: new Dictionary<string, string> { ["Accept"] = "text/html" })).Answered(200)
            .Media("text/html").Contains("<title>Order ", " · Mainstreet</title>", "Synthetic rice", $"/store/orders/{order}/pack"));
        var packed = await Act("pack", "packing", order);
        await walk.PageAsync("page: deliveries", owner, $"/store/deliveries", "Deliveries", "Packed, to be taken out <span class=\"count\">1</span>");
        var sent = await Act("dispatch", "outForDelivery", packed);
        await walk.SendAsync("position", HttpMethod.Post, $"/v1/orders/{order}/position", owner, new { lat = 12.9, lon = 77.6 }, 204, a => a.Empty(), sent);
        var delivered = await Act("deliver", "delivered", sent);
        await walk.RefusedAsync("delivered is delivered", 409, "wrong_status", HttpMethod.Post, $"/v1/orders/{order}/cancel", buyer, new { }, delivered);
        await walk.GetAsync("stock", owner, $"/v1/products/{product}/stock", a => a.Is("productId", product.Value).Is("onHand", 1).Is("reserved", 0), delivered);
        await walk.GetAsync("invoice", buyer, $"/v1/orders/{order}/invoice", a => a.Media("application/pdf").Bytes.Length > 1_000 && Encoding.ASCII.GetString(a.Bytes.Span[..5]) == "%PDF-" ? a : throw new ProofException("it is no PDF"), delivered);

        await walk.StepAsync("points", () => walk.UntilAsync($"/v1/loyalty", buyer, a => a.Number("balance") > 0 && a.Is("shops[0].businessId", business.Value).Number("shops[0].balance") == a.Number("balance"), TimeSpan.FromSeconds(15)), delivered);
        await walk.GetAsync("ledger", buyer, $"/v1/loyalty/ledger", a => a.Some("items", e => e.GetProperty("kind").GetString() == "confirm" && e.GetProperty("orderId").GetGuid() == order.Value, "confirms the order's points"), delivered);
        await walk.GetAsync("leaderboard", buyer, $"/v1/leaderboards/all?businessId={business}", a => a.Count("items", 1).Is("items[0].rank", 1).Is("items[0].you", true).Is("businessId", business.Value), delivered);
        await walk.GetAsync("achievement", buyer, $"/v1/achievements", a => a.Some("items", i => i.GetProperty("code").GetString() == "first_order" && i.GetProperty("progress").GetInt32() == 1, "is the first order, achieved"), delivered);
        await walk.SendAsync("name shown", HttpMethod.Put, $"/v1/loyalty/profile", buyer, new { showName = true }, 200, a => a.Is("showName", true).Says("changedAt"));
        await walk.SendAsync("birthday given", HttpMethod.Put, $"/v1/loyalty/birthday", buyer, new { birthday = "--05-20", consent = true, businessId = business }, 200, a => a.Is("consent", true).Is("birthday", "--05-20").Is("businessId", business.Value));
        await walk.GetAsync("birthday read", buyer, $"/v1/loyalty/birthday?businessId={business}", a => a.Is("businessId", business.Value).Is("birthday", "--05-20"));
        await walk.SendAsync("birthday taken back", HttpMethod.Delete, $"/v1/loyalty/birthday?businessId={business}", buyer, null, 200, a => a.Is("consent", false).Is("birthday", null).Is("businessId", business.Value));
        await walk.StepAsync("a payment told by nobody", async () =>
        {
            // Without a provider there is no such route to speak of.
            var answer = await walk.AskAsync(HttpMethod.Post, $"/v1/payments/razorpay/webhook", SmokeWalk.Nobody, new { @event = "payment.captured" });
            return answer.Status == 404 ? answer.Problem(404, NotFound) : answer.Problem(401, "bad_signature");
        });

        await walk.SendAsync("tidy up: product withdrawn", HttpMethod.Delete, $"/v1/products/{product}", owner, null, 204, a => a.Empty());
        await walk.SendAsync("tidy up: shop closed", HttpMethod.Put, $"/v1/shops/{shop}", owner, Shop(false), 200, a => a.Is("id", shop.Value).Is("open", false));

        Task<SmokeResult<SmokeAnswer>> Act(string act, string status, ISmokeResult after) =>
            walk.SendAsync(act, HttpMethod.Post, $"/v1/orders/{order}/{act}", owner, new { }, 200, a => a.Is("id", order.Value).Is("status", status), after);
    }
}
