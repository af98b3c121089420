using System.ComponentModel.DataAnnotations;
using System.Text.Json;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Searching;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Search;

/// <summary>
/// Searches that an account keeps. When a product is added, changed or restocked so that it fits and did not before, the account gets
/// <c>search.matched</c> on its live topic <c>user:{id}</c>, once for each product. Words are taken as they are, without corrections.
/// Errors: invalid_request, too_many_searches, not_found.
/// </summary>
internal static class SavedSearchRoutes
{
    /// <param name="Name">1 to 100 characters; without one, the words.</param>
    /// <param name="Q">As in the search.</param>
    /// <param name="Category">Any of these.</param>
    /// <param name="SubCategory">Any of these.</param>
    /// <param name="Brand">Any of these.</param>
    /// <param name="PriceMin">Minor units, included.</param>
    /// <param name="PriceMax">Minor units, included.</param>
    /// <param name="InStock">True: tell of what can be bought, also when it comes back.</param>
    /// <param name="BusinessId">One shop's products only.</param>
    public sealed record Request(
        [property: StringLength(100, MinimumLength = 1)] string? Name = null, string? Q = null, IReadOnlyList<string>? Category = null,
        IReadOnlyList<string>? SubCategory = null, IReadOnlyList<string>? Brand = null, long? PriceMin = null, long? PriceMax = null,
        bool? InStock = null, Guid? BusinessId = null);

    /// <param name="Matches">Products that the account was told of.</param>
    public sealed record View(
        Guid Id, string Name, string? Q, IReadOnlyList<string> Category, IReadOnlyList<string> SubCategory, IReadOnlyList<string> Brand,
        long? PriceMin, long? PriceMax, bool? InStock, Guid? BusinessId, int Matches, DateTimeOffset CreatedAt);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/searches", List)
            .WithName("store.searches.list").WithSummary("List your saved searches")
            .RequireAuthorization(StorePermissions.SaveSearches).ProducesProblem(400);
        routes.MapGet("/v1/searches/{id:guid}", One)
            .WithName("store.searches.get").WithSummary("Read a saved search")
            .RequireAuthorization(StorePermissions.SaveSearches).ProducesProblem(404);
        routes.MapPost("/v1/searches", Save)
            .WithName("store.searches.save").WithSummary("Save a search")
            .RequireAuthorization(StorePermissions.SaveSearches).Idempotent().ProducesValidationProblem().ProducesProblem(409);
        routes.MapDelete("/v1/searches/{id:guid}", Remove)
            .WithName("store.searches.remove").WithSummary("Remove a saved search")
            .RequireAuthorization(StorePermissions.SaveSearches).ProducesProblem(404);
    }

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        Caller caller, StoreDb db, int? limit = null, string? cursor = null, CancellationToken cancel = default)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem.ToHttp();
        var after = Cursor.Parse(cursor);
        if (after.Problem is { } bad) return bad.ToHttp();
        var query = db.SavedSearches.AsNoTracking().Where(s => s.AccountId == caller.Id);
        if (after.Value is { } last) query = query.Where(s => s.CreatedAt > last.At || (s.CreatedAt == last.At && s.Id.CompareTo(last.Id) > 0));
        var rows = await Counted(query.OrderBy(s => s.CreatedAt).ThenBy(s => s.Id).Take(size.Value + 1), db).ToListAsync(cancel);
        var next = rows.Count > size.Value ? new Cursor(rows[size.Value - 1].Search.CreatedAt, rows[size.Value - 1].Search.Id).ToString() : null;
        return TypedResults.Ok(new Page<View>([.. rows.Take(size.Value).Select(Of)], next));
    }

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> One(Guid id, Caller caller, StoreDb db, CancellationToken cancel)
    {
        var row = await Counted(db.SavedSearches.AsNoTracking().Where(s => s.Id == id && s.AccountId == caller.Id), db).SingleOrDefaultAsync(cancel);
        return row is null ? Problem.NotFound.ToHttp() : TypedResults.Ok(Of(row));
    }

    internal static async Task<Results<Created<View>, ProblemHttpResult>> Save(
        Request request, Caller caller, IdempotentCall call, StoreDb db, TimeProvider clock, IOptions<StoreOptions> options, CancellationToken cancel)
    {
        var filter = SearchProducts.Check(new SearchFilter(
            request.Q?.Trim(), request.Category ?? [], request.SubCategory ?? [], request.Brand ?? [], request.PriceMin, request.PriceMax, request.InStock, request.BusinessId));
        if (!filter.Ok) return filter.Problem.ToHttp();
        var words = SearchWords.Key(filter.Value.Q);
        if (words.Length == 0 && filter.Value.Category.Count + filter.Value.SubCategory.Count + filter.Value.Brand.Count == 0)
            return Problem.Invalid("q", "is needed, or a category, subCategory or brand").ToHttp();
        if (await db.SavedSearches.CountAsync(s => s.AccountId == caller.Id, cancel) >= options.Value.SavedSearches)
            return new Problem(409, "too_many_searches", $"An account keeps at most {options.Value.SavedSearches} searches.").ToHttp();

        var search = new SavedSearch
        {
            Id = clock.NewId(), AccountId = caller.Id, Synthetic = caller.Synthetic, CreatedAt = clock.Now(),
            Name = request.Name?.Trim() is { Length: > 0 } name ? name : NameOf(filter.Value, words),
            Query = JsonSerializer.Serialize(filter.Value, Json.Stored),
        };
        db.SavedSearches.Add(search);
        var view = Of(new Row(search, 0));
        call.Answer(db, StatusCodes.Status201Created, view, $"/v1/searches/{search.Id}");
        await db.SaveChangesAsync(cancel);
        return TypedResults.Created($"/v1/searches/{search.Id}", view);
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Remove(Guid id, Caller caller, StoreDb db, CancellationToken cancel)
    {
        var gone = await db.InTransactionAsync(token => db.SavedSearches.Where(s => s.Id == id && s.AccountId == caller.Id).ExecuteDeleteAsync(token), cancel);
        return gone == 0 ? Problem.NotFound.ToHttp() : TypedResults.NoContent();
    }

    private static string NameOf(SearchFilter filter, string words)
    {
        var name = words.Length > 0 ? words : string.Join(", ", filter.Brand.Concat(filter.SubCategory).Concat(filter.Category));
        return name.Length <= 100 ? name : name[..100];
    }

    private static IQueryable<Row> Counted(IQueryable<SavedSearch> searches, StoreDb db) =>
        searches.Select(s => new Row(s, db.SavedSearchHits.Count(h => h.SearchId == s.Id)));

    private static View Of(Row row)
    {
        var f = JsonSerializer.Deserialize<SearchFilter>(row.Search.Query, Json.Stored)!;
        return new View(row.Search.Id, row.Search.Name, f.Q, f.Category, f.SubCategory, f.Brand, f.PriceMin, f.PriceMax, f.InStock, f.BusinessId, row.Matches, row.Search.CreatedAt);
    }

    private sealed record Row(SavedSearch Search, int Matches);
}
