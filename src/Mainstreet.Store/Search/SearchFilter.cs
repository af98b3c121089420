namespace Mainstreet.Store.Search;

/// <summary>What is looked for, apart from how the answer is cut.</summary>
/// <param name="Q">Words as typed; null or blank finds everything.</param>
/// <param name="Category">One of these; empty: any.</param>
/// <param name="SubCategory">One of these; empty: any.</param>
/// <param name="Brand">One of these; empty: any.</param>
/// <param name="PriceMin">Minor units, included.</param>
/// <param name="PriceMax">Minor units, included.</param>
/// <param name="InStock">Only what is there; or, false, only what is not.</param>
/// <param name="BusinessId">One shop's; null: every shop's.</param>
internal sealed record SearchFilter(
    string? Q, IReadOnlyList<string> Category, IReadOnlyList<string> SubCategory, IReadOnlyList<string> Brand,
    long? PriceMin = null, long? PriceMax = null, bool? InStock = null, Guid? BusinessId = null);
