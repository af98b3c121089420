namespace Mainstreet.Store.Search;

/// <summary>A search as the engines are asked it.</summary>
/// <param name="Filter">What products must be like; its words are in <paramref name="Query"/>.</param>
/// <param name="Query">Null: any words.</param>
/// <param name="Synthetic">Whether the self-check's products are meant, or those of real shops.</param>
/// <param name="Sort">The order of the page.</param>
/// <param name="Facets">What to count by.</param>
/// <param name="Disjunctive">Facets whose own filter does not narrow their own counts.</param>
/// <param name="Limit">Largest page.</param>
/// <param name="After">Where the page before ended.</param>
internal sealed record SearchPlan(
    SearchFilter Filter, SearchQuery? Query, bool Synthetic, SortBy Sort, IReadOnlyList<Facet> Facets, IReadOnlyList<Facet> Disjunctive,
    int Limit, SearchCursor? After = null);

/// <summary>A found product.</summary>
internal sealed record SearchHit(Guid ProductId, bool InStock);

/// <summary>What was found: all of it counted, one page of it named.</summary>
/// <param name="Total">Products that meet the filter and the words.</param>
/// <param name="Facets">Values by falling count, then by their text.</param>
/// <param name="Hits">The page.</param>
/// <param name="Next">Where the next page goes on; null at the end.</param>
internal sealed record SearchResult(
    long Total, IReadOnlyDictionary<Facet, IReadOnlyList<FacetCount>> Facets, IReadOnlyList<SearchHit> Hits, SearchCursor? Next)
{
    internal static readonly SearchResult None = new(0, new Dictionary<Facet, IReadOnlyList<FacetCount>>(), [], null);
}
