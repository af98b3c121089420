using System.Globalization;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Catalogue;

/// <summary>All products of a business as CSV, streamed, those off sale included; the import takes it back. Errors: business_required, business_not_found.</summary>
internal static class ExportProducts
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/products/export", Handle)
        .WithName("store.products.export").WithSummary("Export products as CSV")
        .RequireAuthorization(StorePermissions.EditProducts)
        .Produces(200, contentType: "text/csv").ProducesProblem(404);

    internal static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Handle(
        Caller caller, StoreDb db, IBusinessDirectory businesses, Guid? businessId = null, CancellationToken cancel = default)
    {
        var business = await OwnBusiness.FindAsync(businessId, StorePermissions.EditProducts, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var id = business.Value.Id;
        return TypedResults.Stream(stream => WriteAsync(stream, db, id, cancel), "text/csv; charset=utf-8", "products.csv");
    }

    private static async Task WriteAsync(Stream stream, StoreDb db, Guid businessId, CancellationToken cancel)
    {
        var csv = new CsvWriter(stream);
        await csv.WriteAsync(ProductColumns.All, cancel);
        var rows = db.Products.AsNoTracking().Where(p => p.BusinessId == businessId)
            .Join(db.Stock, p => p.Id, s => s.ProductId, (p, s) => new { Product = p, s.OnHand }).OrderBy(r => r.Product.Sku).AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancel))
        {
            var p = row.Product;
            await csv.WriteAsync(
                [
                    p.Sku, p.Name, p.Brand, p.Category, p.SubCategory, p.Description, p.PackSize, Major(p.PriceAmount), p.MrpAmount is { } mrp ? Major(mrp) : null,
                    p.TaxClass, p.Hsn, row.OnHand.ToString(CultureInfo.InvariantCulture), p.Active ? "true" : "false",
                ], cancel);
        }
    }

    private static string Major(long amount) => (amount / 100m).ToString("0.00", CultureInfo.InvariantCulture);
}
