using Mainstreet.Foundation.Load;
using Mainstreet.Foundation.Proving;

namespace Mainstreet.Store.Proof;

/// <summary>Shoppers in a synthetic shop: mostly looking, sometimes putting something in the cart. Nothing is ordered: orders cost money and stock, and have a proof of their own.</summary>
internal sealed class StoreLoad : ILoadMix
{
    private const int Products = 40;
    private static readonly string[] Words = ["rice", "dal", "oil", "tea", "soap", "salt", "sugar", "flour"];

    public string Name => "store";

    public async Task<LoadPart> PrepareAsync(LoadStage stage, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stage);
        object Shop(bool open) => new { name = "Synthetic load", line1 = "Synthetic Lane 2", city = "Bengaluru", postalCode = "560038", stateCode = "29", open, businessId = stage.BusinessId };
        var shop = await stage.MakeAsync(stage.Owner, HttpMethod.Post, "/v1/shops", Shop(true), cancel);
        var products = new Guid[Products];
        for (var i = 0; i < Products; i++)
        {
            products[i] = await stage.MakeAsync(stage.Owner, HttpMethod.Post, "/v1/products", new
            {
                sku = $"load-{i}", name = $"Synthetic {Words[i % Words.Length]} {i}", category = "Synthetic", price = new { amount = 10_000 + i, currency = "INR" }, onHand = 1_000_000, businessId = stage.BusinessId,
            }, cancel);
        }

        var carts = new List<(SyntheticAccount Buyer, Guid Id)>();
        foreach (var buyer in stage.People) carts.Add((buyer, await stage.MakeAsync(buyer, HttpMethod.Post, "/v1/carts", new { }, cancel)));
        var filled = new LoadRota<(SyntheticAccount Buyer, Guid Id)>(carts);
        var quantities = new[] { LoadRequest.Json(new { quantity = 1 }), LoadRequest.Json(new { quantity = 2 }) };
        return new LoadPart(
        [
            new("store: search", 12, random => new(HttpMethod.Get, $"/v1/products?businessId={stage.BusinessId}&q={Words[random.Next(Words.Length)]}&limit=20", stage.Anybody(random))),
            new("store: a product", 14, random => new(HttpMethod.Get, $"/v1/products/{products[random.Next(Products)]}", stage.Anybody(random))),
            new("store: a cart", 4, random => Read(carts[random.Next(carts.Count)])),
            new("store: into the cart (write)", 6, random => Put(filled.Next(), products[random.Next(8)], quantities[random.Next(2)])),
        ], async token =>
        {
            foreach (var product in products) await stage.Client.SendAsync(new ProofCall("withdraw", HttpMethod.Delete, $"/v1/products/{product}") { Account = stage.Owner }, token);
            await stage.SendAsync(stage.Owner, HttpMethod.Put, $"/v1/shops/{shop}", Shop(false), token);
        });

        static LoadRequest Read((SyntheticAccount Buyer, Guid Id) cart) => new(HttpMethod.Get, $"/v1/carts/{cart.Id}", cart.Buyer);

        static LoadRequest Put((SyntheticAccount Buyer, Guid Id) cart, Guid product, ReadOnlyMemory<byte> quantity) =>
            new(HttpMethod.Put, $"/v1/carts/{cart.Id}/items/{product}", cart.Buyer, quantity);
    }
}
