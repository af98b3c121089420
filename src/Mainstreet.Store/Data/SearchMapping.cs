using Mainstreet.Store.Catalogue;
using Mainstreet.Store.Search;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Data;

internal static class SearchMapping
{
    internal static void Map(ModelBuilder model)
    {
        model.Entity<SearchEntry>(e =>
        {
            e.ToTable("product_search").HasKey(s => s.ProductId);
            e.HasOne<Product>().WithOne().HasForeignKey<SearchEntry>(s => s.ProductId);
        });
        model.Entity<SynonymGroup>(e => e.ToTable("search_synonyms").HasKey(s => s.Id));
        model.Entity<SavedSearch>(e => e.ToTable("saved_searches").HasKey(s => s.Id));
        model.Entity<SavedSearchHit>(e =>
        {
            e.ToTable("saved_search_hits").HasKey(h => new { h.SearchId, h.ProductId });
            e.HasOne<SavedSearch>().WithMany().HasForeignKey(h => h.SearchId);
            e.HasOne<Product>().WithMany().HasForeignKey(h => h.ProductId);
        });
    }
}
