using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Search;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Catalogue;

/// <summary>
/// How many there are of a product. Setting it never takes away what is held for orders. The ETag is the stock's own version, which each
/// reservation raises too. Errors: invalid_request, product_not_found, forbidden, stock_reserved, stale_version.
/// </summary>
internal static class StockRoutes
{
    /// <param name="OnHand">Pieces in the shop, those held for orders included.</param>
    public sealed record Request(int OnHand);

    public sealed record View(Guid ProductId, int OnHand, int Reserved, int Available, int Version);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/products/{id:guid}/stock", Read)
            .WithName("store.stock.get").WithSummary("Read a product's stock")
            .RequireAuthorization(StorePermissions.EditStock).ProducesProblem(404);
        routes.MapPut("/v1/products/{id:guid}/stock", Set)
            .WithName("store.stock.set").WithSummary("Say how many there are of a product")
            .RequireAuthorization(StorePermissions.EditStock)
            .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
    }

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Read(Guid id, Caller caller, HttpContext http, StoreDb db, CancellationToken cancel)
    {
        if (await RefusalAsync(id, caller, db, cancel) is { } refusal) return refusal.ToHttp();
        var stock = await db.Stock.AsNoTracking().SingleAsync(s => s.ProductId == id, cancel);
        http.SetETag(stock.Version);
        return TypedResults.Ok(Of(stock));
    }

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Set(
        Guid id, Request request, Caller caller, HttpContext http, StoreDb db, ProductIndex index, CancellationToken cancel)
    {
        if (request.OnHand is < 0 or > CreateProduct.MostOnHand) return Problem.Invalid("onHand", $"must be 0 to {CreateProduct.MostOnHand}").ToHttp();
        if (await RefusalAsync(id, caller, db, cancel) is { } refusal) return refusal.ToHttp();
        var set = await db.InTransactionAsync<Outcome<View>>(async token =>
        {
            while (true)
            {
                var before = await db.Stock.AsNoTracking().SingleAsync(s => s.ProductId == id, token);
                if (http.CheckIfMatch(before.Version) is { } stale) return stale;
                if (request.OnHand < before.Reserved)
                    return new Problem(409, "stock_reserved", "Some of these are held for orders.") { Detail = $"{before.Reserved} are held." };
                var entry = await db.SearchEntries.AsNoTracking().SingleAsync(e => e.ProductId == id, token);
                var rows = await db.Stock.Where(s => s.ProductId == id && s.OnHand == before.OnHand && s.Reserved == before.Reserved && s.Version == before.Version)
                    .ExecuteUpdateAsync(s => s.SetProperty(x => x.OnHand, request.OnHand).SetProperty(x => x.Version, x => x.Version + 1), token);
                if (rows == 0) continue;   // an order reserved some meanwhile: look again

                await db.AuditAsync(new AuditEntry($"product:{id}", caller.Id, "stock.set",
                    before.OnHand.ToString(System.Globalization.CultureInfo.InvariantCulture), request.OnHand.ToString(System.Globalization.CultureInfo.InvariantCulture)), token);
                if (entry.Active && before.Available == 0 && request.OnHand > before.Reserved)
                    await index.AnnounceAsync(db, [new ListingChange(id, ListingChange.Facts.Of(entry) with { InStock = false })], token);
                await db.SaveChangesAsync(token);
                return new View(id, request.OnHand, before.Reserved, request.OnHand - before.Reserved, before.Version + 1);
            }
        }, cancel);
        if (!set.Ok) return set.Problem.ToHttp();
        http.SetETag(set.Value.Version);
        return TypedResults.Ok(set.Value);
    }

    private static async Task<Problem?> RefusalAsync(Guid id, Caller caller, StoreDb db, CancellationToken cancel)
    {
        var product = await db.Products.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancel);
        if (product is null || !product.IsVisibleTo(caller)) return StoreProblems.ProductNotFound;
        return product.IsOpenTo(caller, StorePermissions.EditStock) ? null : Problem.Forbidden;
    }

    private static View Of(StockItem s) => new(s.ProductId, s.OnHand, s.Reserved, s.Available, s.Version);
}
