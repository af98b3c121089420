using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;

namespace Mainstreet.Store.Catalogue;

/// <summary>A product on the wire. The price contains the tax.</summary>
public sealed record ProductView(
    Guid Id, Guid BusinessId, string Sku, string Name, string Brand, string Category, string SubCategory, string Description, string PackSize,
    Money Price, Money? Mrp, string TaxClass, string? Hsn, string? ImageUrl, bool InStock, bool Active, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static ProductView Of(Product p, bool inStock) => new(
        p.Id, p.BusinessId, p.Sku, p.Name, p.Brand, p.Category, p.SubCategory, p.Description, p.PackSize, p.Price, p.Mrp, p.TaxClass, p.Hsn, p.ImageUrl,
        inStock, p.Active, p.Version, p.CreatedAt, p.UpdatedAt);
}

/// <summary>Who sees and who changes products.</summary>
internal static class ProductVisibility
{
    /// <summary>Everybody sees what is on sale; those who edit a shop also what is not. Self-checks and real people never meet.</summary>
    internal static bool IsVisibleTo(this Product product, Caller? caller) =>
        product.Synthetic == (caller?.Synthetic == true) && (product.Active || caller?.Can(StorePermissions.EditProducts, $"product:{product.Id}", product.BusinessId) == true);

    /// <summary>True when the caller holds the permission in the product's business, or by a grant or a relation on the product.</summary>
    internal static bool IsOpenTo(this Product product, Caller caller, string permission) =>
        product.Synthetic == caller.Synthetic && caller.Can(permission, $"product:{product.Id}", product.BusinessId);
}
