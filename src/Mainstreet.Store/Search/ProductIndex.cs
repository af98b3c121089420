using Mainstreet.Foundation.Searching;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Catalogue;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Search;

/// <summary>Brings the search up to what products have become, in the transaction that changes them.</summary>
internal sealed class ProductIndex(ISearchVocabulary vocabulary, TimeProvider clock)
{
    /// <summary>Call inside a transaction, before the save.</summary>
    /// <param name="products">New or changed, tracked by the context.</param>
    /// <param name="inStock">Whether a new product can be bought; known ones keep what the trigger says.</param>
    internal async Task UpdateAsync(StoreDb db, IReadOnlyList<Product> products, Func<Product, bool> inStock, CancellationToken cancel)
    {
        var ids = products.Select(p => p.Id).ToList();
        var entries = await db.SearchEntries.Where(e => ids.Contains(e.ProductId)).ToDictionaryAsync(e => e.ProductId, cancel);
        var words = new SortedSet<string>(StringComparer.Ordinal);
        var changes = new List<ListingChange>();
        foreach (var product in products)
        {
            var before = entries.TryGetValue(product.Id, out var entry) && entry.Active ? ListingChange.Facts.Of(entry) : null;
            if (entry is null)
            {
                entry = new SearchEntry { ProductId = product.Id, BusinessId = product.BusinessId, Synthetic = product.Synthetic, Listed = product.CreatedAt.ToMicroseconds(), InStock = inStock(product) };
                db.SearchEntries.Add(entry);
            }

            var was = entry.Words;
            Write(product, entry);
            if (entry.Words != was) words.UnionWith(SearchWords.In($"{product.Name} {product.Brand} {product.Category} {product.SubCategory} {product.Description}").Select(w => w.Text));
            if (entry.Active) changes.Add(new ListingChange(product.Id, before));
        }

        await vocabulary.AddAsync(db, [.. words], cancel);
        await AnnounceAsync(db, changes, cancel);
    }

    /// <summary>Lets saved searches look at products that changed. Call inside the transaction of the change.</summary>
    internal async Task AnnounceAsync(StoreDb db, IReadOnlyList<ListingChange> changes, CancellationToken cancel)
    {
        if (changes.Count == 0 || !await db.SavedSearches.AnyAsync(cancel)) return;
        db.Schedule(TellSavedSearches.Kind, clock.NewId().ToString("N"), clock.Now(), changes);
    }

    private static void Write(Product product, SearchEntry entry)
    {
        entry.Active = product.Active;
        entry.Category = product.Category;
        entry.SubCategory = product.SubCategory;
        entry.Brand = product.Brand;
        entry.PriceAmount = product.PriceAmount;
        entry.NameKey = SearchWords.Key(product.Name);
        entry.NameLength = SearchWords.In(product.Name).Count();
        entry.Words = SearchWords.Indexed(product.Name, product.Brand, product.Category, product.SubCategory, product.Description, product.PackSize);
    }
}
