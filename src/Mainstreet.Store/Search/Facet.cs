namespace Mainstreet.Store.Search;

/// <summary>What products can be counted by.</summary>
internal enum Facet
{
    Category,
    SubCategory,
    Brand,
    InStock,
}

/// <summary>A value and how many found products have it.</summary>
public sealed record FacetCount(string Value, long Count);
