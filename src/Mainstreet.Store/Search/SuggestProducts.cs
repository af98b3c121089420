using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Search;

/// <summary>
/// What a shopper who is still typing may mean: up to eight products, then up to two brands and two categories among all that is found.
/// The same words, synonyms and corrections as the search. Errors: invalid_request.
/// </summary>
internal static class SuggestProducts
{
    private const int Products = 8;

    private const int Groups = 2;

    /// <param name="Text">What to show, and to search for when it is chosen.</param>
    /// <param name="Kind"><c>product</c>, <c>brand</c> or <c>category</c>.</param>
    /// <param name="Id">The product.</param>
    /// <param name="Count">How many products of the brand or category are found.</param>
    public sealed record Suggestion(string Text, string Kind, Guid? Id, long? Count);

    public sealed record Response(IReadOnlyList<Suggestion> Items);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/products/suggest", Handle)
        .WithName("store.products.suggest").WithSummary("Complete what is being typed")
        .AllowAnonymous().OpenToSites().ProducesProblem(400);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        HttpContext http, StoreDb db, SearchRun search, string? q = null, Guid? businessId = null, CancellationToken cancel = default)
    {
        var plan = SearchProducts.PlanOf(
            new SearchProducts.Filter(q, Sort: "relevance", Facets: "category,brand", Limit: Products, BusinessId: businessId), http.Features.Get<Caller>()?.Synthetic == true);
        if (!plan.Ok) return plan.Problem.ToHttp();
        if (string.IsNullOrWhiteSpace(q)) return TypedResults.Ok(new Response([]));
        var outcome = await search.RunAsync(db, plan.Value, cancel);
        var ids = outcome.Result.Hits.Select(h => h.ProductId).ToList();
        var names = await db.Products.AsNoTracking().Where(p => ids.Contains(p.Id)).Select(p => new { p.Id, p.Name }).ToDictionaryAsync(p => p.Id, p => p.Name, cancel);
        return TypedResults.Ok(new Response(
        [
            .. ids.Where(names.ContainsKey).Select(id => new Suggestion(names[id], "product", id, null)),
            .. Of(Facet.Brand, "brand"), .. Of(Facet.Category, "category"),
        ]));

        IEnumerable<Suggestion> Of(Facet facet, string kind) => outcome.Result.Facets.TryGetValue(facet, out var counts)
            ? counts.Where(c => c.Value.Length > 0).Take(Groups).Select(c => new Suggestion(c.Value, kind, null, c.Count)) : [];
    }
}
