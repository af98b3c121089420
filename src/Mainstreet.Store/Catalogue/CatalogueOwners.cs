using Mainstreet.Foundation.Authorization;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Catalogue;

/// <summary>The business of a product, for grants on <c>product:{id}</c>.</summary>
internal sealed class ProductOwner(StoreDb db) : IResourceOwner
{
    public string Type => "product";

    public Task<Guid?> FindBusinessAsync(Guid id, CancellationToken cancel) =>
        db.Products.AsNoTracking().Where(p => p.Id == id).Select(p => (Guid?)p.BusinessId).SingleOrDefaultAsync(cancel);
}

/// <summary>The business of a shop, for grants on <c>shop:{id}</c>.</summary>
internal sealed class ShopOwner(StoreDb db) : IResourceOwner
{
    public string Type => "shop";

    public Task<Guid?> FindBusinessAsync(Guid id, CancellationToken cancel) =>
        db.Shops.AsNoTracking().Where(s => s.Id == id).Select(s => (Guid?)s.BusinessId).SingleOrDefaultAsync(cancel);
}
