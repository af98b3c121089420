using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Search;

/// <summary>
/// Finds products; for everybody, without sign-in. All words must be met, the last one also by its beginning; a filter with several
/// values takes any of them. Facet counts are exact and count what the whole search finds; for those named in <c>disjunctive</c> their own
/// filter is left out, so that a list of ticks shows what another tick would bring. Errors: invalid_request.
/// </summary>
internal static class SearchProducts
{
    private const int LongestQuery = 200;

    private const int LongestValue = 200;

    private const int MostValues = 50;

    /// <param name="Q">Words; at most 200 characters.</param>
    /// <param name="Category">May be given several times.</param>
    /// <param name="SubCategory">May be given several times.</param>
    /// <param name="Brand">May be given several times.</param>
    /// <param name="PriceMin">Minor units, included.</param>
    /// <param name="PriceMax">Minor units, included.</param>
    /// <param name="InStock">True: only what can be bought now.</param>
    /// <param name="Sort"><c>relevance</c> (the default with words), <c>name</c> (the default without), <c>priceAsc</c> or <c>price</c>, <c>priceDesc</c> or <c>-price</c>, <c>newest</c>.</param>
    /// <param name="Facets">Among <c>category</c>, <c>subCategory</c>, <c>brand</c>, <c>inStock</c>, separated by commas.</param>
    /// <param name="Disjunctive">Those of the facets that count without their own filter.</param>
    /// <param name="BusinessId">One shop's products only.</param>
    internal sealed record Filter(
        string? Q = null, string[]? Category = null, string[]? SubCategory = null, string[]? Brand = null, long? PriceMin = null, long? PriceMax = null,
        bool? InStock = null, string? Sort = null, string? Facets = null, string? Disjunctive = null, int? Limit = null, string? Cursor = null, Guid? BusinessId = null);

    public sealed record Item(
        Guid Id, Guid BusinessId, string Name, string Brand, string Category, string SubCategory, string PackSize, Money Price, Money? Mrp, string? ImageUrl, bool InStock, Highlight? Highlight);

    /// <param name="Items">One page.</param>
    /// <param name="Facets">For each facet asked for its values by falling count, then by text.</param>
    /// <param name="Total">All that was found.</param>
    /// <param name="Next">The cursor of the next page; null at the end.</param>
    /// <param name="Corrections">Misspelled words and what was looked for instead; empty when everything was found as typed.</param>
    public sealed record Response(
        IReadOnlyList<Item> Items, IReadOnlyDictionary<string, IReadOnlyList<FacetCount>> Facets, long Total, string? Next, IReadOnlyList<Correction> Corrections);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/products", Handle)
        .WithName("store.products.search").WithSummary("Search products")
        .AllowAnonymous().OpenToSites().ProducesProblem(400);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        [AsParameters] Filter filter, HttpContext http, StoreDb db, SearchRun search, CancellationToken cancel)
    {
        var answer = await ReadAsync(filter, http.Features.Get<Caller>()?.Synthetic == true, db, search, cancel);
        return answer.Ok ? TypedResults.Ok(answer.Value) : answer.Problem.ToHttp();
    }

    /// <summary>The same for pages of our own.</summary>
    internal static async Task<Outcome<Response>> ReadAsync(Filter filter, bool synthetic, StoreDb db, SearchRun search, CancellationToken cancel)
    {
        var plan = PlanOf(filter, synthetic);
        if (!plan.Ok) return plan.Problem;
        var outcome = await search.RunAsync(db, plan.Value, cancel);
        var ids = outcome.Result.Hits.Select(h => h.ProductId).ToList();
        var products = await db.Products.AsNoTracking().Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, cancel);
        return new Response(
            [
                .. outcome.Result.Hits.Where(h => products.ContainsKey(h.ProductId)).Select(h =>
                {
                    var p = products[h.ProductId];
                    return new Item(p.Id, p.BusinessId, p.Name, p.Brand, p.Category, p.SubCategory, p.PackSize, p.Price, p.Mrp, p.ImageUrl, h.InStock,
                        outcome.Query is null ? null : Highlighter.Of(outcome.Query, p.Name, p.Description));
                }),
            ],
            outcome.Result.Facets.ToDictionary(f => Words.Of(f.Key), f => f.Value),
            outcome.Result.Total, outcome.Result.Next?.ToString(), outcome.Corrections);
    }

    internal static Outcome<SearchPlan> PlanOf(Filter filter, bool synthetic)
    {
        var limit = Foundation.Web.Cursor.Limit(filter.Limit);
        if (!limit.Ok) return limit.Problem;
        var what = Check(new SearchFilter(
            filter.Q, filter.Category ?? [], filter.SubCategory ?? [], filter.Brand ?? [], filter.PriceMin, filter.PriceMax, filter.InStock, filter.BusinessId));
        if (!what.Ok) return what.Problem;
        var sort = filter.Sort switch { "price" => SortBy.PriceAsc, "-price" => SortBy.PriceDesc, var word => Words.Parse<SortBy>("sort", word) };
        if (sort.Problem is { } unknown) return unknown;
        var by = sort.Value ?? (string.IsNullOrWhiteSpace(filter.Q) ? SortBy.Name : SortBy.Relevance);
        var after = SearchCursor.Parse(filter.Cursor, by);
        if (after.Problem is { } bad) return bad;
        var facets = FacetsOf("facets", filter.Facets);
        if (!facets.Ok) return facets.Problem;
        var disjunctive = FacetsOf("disjunctive", filter.Disjunctive);
        if (!disjunctive.Ok) return disjunctive.Problem;
        return new SearchPlan(what.Value, null, synthetic, by, facets.Value, disjunctive.Value, limit.Value, after.Value);
    }

    /// <summary>The filter with each value once, or what is wrong with it.</summary>
    internal static Outcome<SearchFilter> Check(SearchFilter filter)
    {
        if (filter.Q is { Length: > LongestQuery }) return Problem.Invalid("q", $"has at most {LongestQuery} characters");
        if (filter.Q?.Contains('\0') == true) return Problem.Invalid("q", "contains the character U+0000");
        foreach (var (field, values) in new[] { ("category", filter.Category), ("subCategory", filter.SubCategory), ("brand", filter.Brand) })
        {
            if (values.Count > MostValues) return Problem.Invalid(field, $"may be given {MostValues} times at most");
            if (values.Any(v => v is null || v.Length > LongestValue || v.Contains('\0'))) return Problem.Invalid(field, $"must have at most {LongestValue} characters, none of them U+0000");
        }

        if (filter.PriceMin < 0) return Problem.Invalid("priceMin", "must not be negative");
        if (filter.PriceMax < 0) return Problem.Invalid("priceMax", "must not be negative");
        return filter with { Category = Once(filter.Category), SubCategory = Once(filter.SubCategory), Brand = Once(filter.Brand) };
    }

    private static List<string> Once(IReadOnlyList<string> values) => [.. values.Where(v => v.Length > 0).Distinct(StringComparer.Ordinal)];

    private static Outcome<IReadOnlyList<Facet>> FacetsOf(string field, string? text)
    {
        var facets = new List<Facet>();
        foreach (var word in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var facet = Words.Parse<Facet>(field, word);
            if (facet.Problem is { } problem) return problem;
            if (facet.Value is { } known && !facets.Contains(known)) facets.Add(known);
        }

        return facets;
    }
}
