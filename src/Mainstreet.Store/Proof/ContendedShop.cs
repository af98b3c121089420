using System.Security.Cryptography;

using Mainstreet.Foundation.Proving.Contention;

namespace Mainstreet.Store.Proof;

/// <summary>A synthetic shop for contended features.</summary>
internal sealed class ContendedShop
{
    private readonly ContentionStage _stage;
    private readonly Guid _business;
    private readonly Guid _shop;
    private readonly List<Guid> _products = [];

    private ContendedShop(ContentionStage stage, Guid business, Guid shop) => (_stage, _business, _shop) = (stage, business, shop);

    internal static async Task<ContendedShop> OpenAsync(ContentionStage stage, string name, CancellationToken cancel)
    {
        var business = await stage.FoundAsync(stage.People[0], name, cancel);
        var shop = await stage.WhenKnownAsync("shop", HttpMethod.Post, "/v1/shops", stage.People[0], Shop(business, true), cancel);
        return new ContendedShop(stage, business, shop.GetProperty("id").GetGuid());
    }

    /// <summary>Puts a product on the shelf, known to every replica as the owner's.</summary>
    internal async Task<Guid> AddAsync(string name, CancellationToken cancel)
    {
        var made = await _stage.WhenKnownAsync("product", HttpMethod.Post, "/v1/products", _stage.People[0], new
        {
            sku = $"proof-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}", name = $"Synthetic {name}", category = "Synthetic", taxClass = "standard",
            price = new { amount = 10_000, currency = "INR" }, onHand = 1_000, businessId = _business,
        }, cancel);
        var id = made.GetProperty("id").GetGuid();
        _products.Add(id);
        for (var target = 0; target < _stage.Run.Targets.Count; target++)
            await _stage.WhenKnownAsync("stock", HttpMethod.Get, $"/v1/products/{id}/stock", _stage.People[0], null, cancel, target);
        return id;
    }

    /// <summary>Takes the products off sale and closes.</summary>
    internal async Task CloseAsync(CancellationToken cancel)
    {
        foreach (var product in _products) await _stage.SendAsync("withdraw", HttpMethod.Delete, $"/v1/products/{product}", _stage.People[0], null, cancel);
        await _stage.SendAsync("close shop", HttpMethod.Put, $"/v1/shops/{_shop}", _stage.People[0], Shop(_business, false), cancel);
    }

    private static object Shop(Guid business, bool open) => new
    {
        name = "Synthetic corner", line1 = "Synthetic Lane 3", city = "Bengaluru", postalCode = "560038", stateCode = "29", open, businessId = business,
    };
}
