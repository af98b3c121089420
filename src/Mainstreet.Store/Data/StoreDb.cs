using Mainstreet.Foundation.Data;
using Mainstreet.Store.App;
using Mainstreet.Store.Catalogue;
using Mainstreet.Store.Search;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Data;

/// <summary>The module's tables. Each folder maps its own in a file named after it (<c>CatalogueMapping</c>, ...).</summary>
internal sealed class StoreDb(DbContextOptions<StoreDb> options) : ModuleDb(options)
{
    public DbSet<Shop> Shops => Set<Shop>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<StockItem> Stock => Set<StockItem>();

    public DbSet<TaxRate> TaxRates => Set<TaxRate>();

    public DbSet<SearchEntry> SearchEntries => Set<SearchEntry>();

    public DbSet<SynonymGroup> Synonyms => Set<SynonymGroup>();

    public DbSet<SavedSearch> SavedSearches => Set<SavedSearch>();

    public DbSet<SavedSearchHit> SavedSearchHits => Set<SavedSearchHit>();

    public DbSet<ShopDevice> Devices => Set<ShopDevice>();

    protected override string Module => "store";

    protected override void Map(ModelBuilder model)
    {
        CatalogueMapping.Map(model);
        SearchMapping.Map(model);
        AppMapping.Map(model);
        LoyaltyMapping.Map(model);
    }
}
