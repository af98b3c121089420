namespace Mainstreet.Store.Search;

/// <summary>A product that was listed, changed or came back into stock.</summary>
/// <param name="ProductId">The product; its present state is read when it is looked at.</param>
/// <param name="Before">What it was; null when it was not on sale.</param>
internal sealed record ListingChange(Guid ProductId, ListingChange.Facts? Before)
{
    /// <summary>What a saved search asks for of a product.</summary>
    internal sealed record Facts(Guid BusinessId, string Category, string SubCategory, string Brand, long PriceAmount, bool InStock, string Words)
    {
        internal static Facts Of(SearchEntry entry) =>
            new(entry.BusinessId, entry.Category, entry.SubCategory, entry.Brand, entry.PriceAmount, entry.InStock, entry.Words);

        /// <summary>The same as the SQL of <see cref="ProductSearch"/>, in memory.</summary>
        internal bool Meet(SearchFilter filter, SearchQuery? query) =>
            (filter.BusinessId is null || filter.BusinessId == BusinessId)
            && (filter.Category.Count == 0 || filter.Category.Contains(Category))
            && (filter.SubCategory.Count == 0 || filter.SubCategory.Contains(SubCategory))
            && (filter.Brand.Count == 0 || filter.Brand.Contains(Brand))
            && (filter.PriceMin is null || PriceAmount >= filter.PriceMin)
            && (filter.PriceMax is null || PriceAmount <= filter.PriceMax)
            && (filter.InStock is null || InStock == filter.InStock)
            && (query is null || (query.Groups.Count > 0 && query.IsMetBy(Words.Split(' '))));
    }
}
