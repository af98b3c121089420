using Mainstreet.Store.Catalogue;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Data;

internal static class CatalogueMapping
{
    internal static void Map(ModelBuilder model)
    {
        model.Entity<Shop>(e =>
        {
            e.ToTable("shops").HasKey(s => s.Id);
            e.Property(s => s.Version).IsConcurrencyToken();
        });
        model.Entity<Product>(e =>
        {
            e.ToTable("products").HasKey(p => p.Id);
            e.Ignore(p => p.Price);
            e.Ignore(p => p.Mrp);
            e.Ignore(p => p.ImageUrl);
            e.Property(p => p.Version).IsConcurrencyToken();
        });
        model.Entity<StockItem>(e =>
        {
            e.ToTable("stock_items").HasKey(s => s.ProductId);
            e.Ignore(s => s.Available);
            e.Property(s => s.Version).IsConcurrencyToken();
            e.HasOne<Product>().WithOne().HasForeignKey<StockItem>(s => s.ProductId);
            e.HasOne<Shop>().WithMany().HasForeignKey(s => s.ShopId);
        });
        model.Entity<TaxRate>(e => e.ToTable("tax_rates").HasKey(r => new { r.TaxClass, r.ValidFrom }));
    }
}
