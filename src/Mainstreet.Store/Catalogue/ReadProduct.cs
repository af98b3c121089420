using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Catalogue;

/// <summary>One product, for everybody; off sale only for those who edit the shop. Errors: product_not_found.</summary>
internal static class ReadProduct
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/products/{id:guid}", Handle)
        .WithName("store.products.get").WithSummary("Read a product")
        .AllowAnonymous().OpenToSites().ProducesProblem(404);

    internal static async Task<Results<Ok<ProductView>, ProblemHttpResult>> Handle(Guid id, HttpContext http, StoreDb db, CancellationToken cancel)
    {
        var found = await db.Products.AsNoTracking().Where(p => p.Id == id)
            .Join(db.Stock, p => p.Id, s => s.ProductId, (p, s) => new { Product = p, InStock = s.OnHand > s.Reserved }).SingleOrDefaultAsync(cancel);
        if (found is null || !found.Product.IsVisibleTo(http.Features.Get<Caller>())) return StoreProblems.ProductNotFound.ToHttp();
        http.SetETag(found.Product.Version);
        return TypedResults.Ok(ProductView.Of(found.Product, found.InStock));
    }
}
