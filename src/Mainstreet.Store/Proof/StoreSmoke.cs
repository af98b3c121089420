using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Store.Proof;

/// <summary>The main path of Store with cash, so that it can be walked where real payments are taken: a shop, a product, a cart, an order to the door, its points.</summary>
internal sealed class StoreSmoke : ISmokePath
{
    private const int Price = 25_000;

    public string Name => "store";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.StepAsync("register and sign in", () => SyntheticAccount.CreateAsync(walk.Client, "owner", "customer", walk.Run.Clock, cancel));
        var buyer = await walk.StepAsync("a buyer too", () => SyntheticAccount.CreateAsync(walk.Client, "buyer", "customer", walk.Run.Clock, cancel));
        var business = await walk.StepAsync("business", async () => Id(await Send(owner, HttpMethod.Post, "/v1/businesses", new { name = "Synthetic grocery" })));
        object Shop(bool open) => new { name = "Synthetic grocery", line1 = "Synthetic Lane 2", city = "Bengaluru", postalCode = "560038", stateCode = "29", open, businessId = business };
        var shop = await walk.StepAsync("shop", async () => Id(await Send(owner, HttpMethod.Post, "/v1/shops", Shop(true))));
        var product = await walk.StepAsync("product", async () => Id(await Send(owner, HttpMethod.Post, "/v1/products", new
        {
            sku = "smoke", name = "Synthetic rice", category = "Synthetic", price = new { amount = Price, currency = "INR" }, onHand = 3, businessId = business,
        })));
        await walk.StepAsync("search", async () =>
        {
            var found = await Send(buyer, HttpMethod.Get, $"/v1/products?businessId={business}&q=rice", null);
            return found.GetProperty("total").GetInt32() == 1 ? found : throw new ProofException("the product is not found");
        });
        var cart = await walk.StepAsync("cart", async () => Id(await Send(buyer, HttpMethod.Post, "/v1/carts", new { })));
        await walk.StepAsync("cart item", () => Send(buyer, HttpMethod.Put, $"/v1/carts/{cart}/items/{product}", new { quantity = 2 }));
        var order = await walk.StepAsync("order", async () => Id(await Send(buyer, HttpMethod.Post, "/v1/orders", new
        {
            cartId = cart, address = new { line1 = "Synthetic Lane 1", city = "Bengaluru", postalCode = "560038", country = "IN" }, payment = new { method = "cod" },
        })));
        await Act("pack", "packing");
        await Act("dispatch", "outForDelivery");
        await Act("deliver", "delivered");
        await walk.StepAsync("stock", async () =>
        {
            var stock = await Send(owner, HttpMethod.Get, $"/v1/products/{product}/stock", null);
            return stock.GetProperty("onHand").GetInt32() == 1 && stock.GetProperty("reserved").GetInt32() == 0 ? stock : throw new ProofException($"two of three were sold, and there are {stock}");
        });
        await walk.StepAsync("points", () => Send(buyer, HttpMethod.Get, "/v1/loyalty", null));
        await walk.StepAsync("tidy up", async () =>
        {
            var gone = await walk.Client.SendAsync(new ProofCall("withdraw", HttpMethod.Delete, $"/v1/products/{product}") { Account = owner }, cancel);
            return gone.Ok ? await Send(owner, HttpMethod.Put, $"/v1/shops/{shop}", Shop(false)) : throw new ProofException($"withdrawing was answered {gone.Status} {gone.Code}");
        });

        async Task<JsonElement> Send(SyntheticAccount account, HttpMethod method, string to, object? body) =>
            (await walk.Client.SendAsync(new ProofCall(to.Split('/', '?')[^1], method, to) { Account = account, Body = body, Once = method == HttpMethod.Post }, cancel)).Require();

        Task<JsonElement> Act(string act, string status) => walk.StepAsync(act, async () =>
        {
            var answer = await Send(owner, HttpMethod.Post, $"/v1/orders/{order}/{act}", new { });
            var now = answer.GetProperty("status").GetString();
            return now == status ? answer : throw new ProofException($"{act} left the order {now}, not {status}");
        });
    }

    private static Guid Id(JsonElement made) => made.GetProperty("id").GetGuid();
}
