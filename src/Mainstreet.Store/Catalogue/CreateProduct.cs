using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Time;
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
/// Adds a product with its stock. Errors: invalid_request, business_required, business_not_found, shop_missing, sku_taken,
/// idempotency_key_reused, in_progress.
/// </summary>
internal static class CreateProduct
{
    internal const int MostOnHand = 1_000_000_000;

    /// <param name="Sku">The business's own number, 1 to 64 characters without spaces, unique there.</param>
    /// <param name="Name">1 to 200 characters.</param>
    /// <param name="Category">1 to 100 characters.</param>
    /// <param name="Price">In the shop's currency, tax included.</param>
    /// <param name="Brand">At most 100 characters.</param>
    /// <param name="SubCategory">At most 100 characters.</param>
    /// <param name="Description">At most 4,000 characters.</param>
    /// <param name="PackSize">As on the packet, for example <c>500 g</c>.</param>
    /// <param name="Mrp">The printed maximum retail price; not less than the price.</param>
    /// <param name="TaxClass"><c>exempt</c>, <c>staple</c>, <c>essential</c>, <c>processed</c>, <c>daily</c>, <c>standard</c> (when left out) or <c>luxury</c>.</param>
    /// <param name="Hsn">Harmonised system code, 4 to 8 digits.</param>
    /// <param name="Active">On sale. Left out: yes.</param>
    /// <param name="OnHand">Pieces in the shop; only for a new product. Left out: none.</param>
    /// <param name="BusinessId">May be left out by a member of one business.</param>
    public sealed record Request(
        string Sku, string Name, string Category, Money Price, string? Brand = null, string? SubCategory = null, string? Description = null,
        string? PackSize = null, Money? Mrp = null, string? TaxClass = null, string? Hsn = null, bool? Active = null, int? OnHand = null, Guid? BusinessId = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/products", Handle)
        .WithName("store.products.create").WithSummary("Add a product")
        .RequireAuthorization(StorePermissions.EditProducts).Idempotent().ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);

    internal static async Task<Results<Created<ProductView>, ProblemHttpResult>> Handle(
        Request request, Caller caller, HttpContext http, IdempotentCall call, StoreDb db, ProductIndex index, TimeProvider clock,
        IBusinessDirectory businesses, CancellationToken cancel)
    {
        var business = await OwnBusiness.FindAsync(request.BusinessId, StorePermissions.EditProducts, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var shop = await db.Shops.AsNoTracking().SingleOrDefaultAsync(s => s.BusinessId == business.Value.Id, cancel);
        if (shop is null) return StoreProblems.ShopMissing.ToHttp();
        var fields = ProductFields.Read(request, shop.Currency);
        if (!fields.Ok) return fields.Problem.ToHttp();
        if (request.OnHand is < 0 or > MostOnHand) return Problem.Invalid("onHand", $"must be 0 to {MostOnHand}").ToHttp();

        try
        {
            var made = await db.InTransactionAsync(async token =>
            {
                var (product, stock) = New(fields.Value, request.OnHand ?? 0, shop, clock);
                db.Products.Add(product);
                db.Stock.Add(stock);
                await index.UpdateAsync(db, [product], _ => stock.Available > 0, token);
                db.AuditFirst(new AuditEntry($"product:{product.Id}", caller.Id, "product.added", Detail: new { product.Sku, product.PriceAmount, stock.OnHand }));
                var view = ProductView.Of(product, stock.Available > 0);
                call.Answer(db, StatusCodes.Status201Created, view, $"/v1/products/{product.Id}");
                await db.SaveChangesAsync(token);
                return view;
            }, cancel);
            http.SetETag(made.Version);
            return TypedResults.Created($"/v1/products/{made.Id}", made);
        }
        catch (DbUpdateException exception) when (StoreProblems.IsSkuTaken(exception))
        {
            return StoreProblems.SkuTaken.ToHttp();
        }
    }

    internal static (Product Product, StockItem Stock) New(ProductFields fields, int onHand, Shop shop, TimeProvider clock)
    {
        var now = clock.Now();
        var product = new Product
        {
            Id = clock.NewId(), BusinessId = shop.BusinessId, Currency = shop.Currency, Synthetic = shop.Synthetic, CreatedAt = now,
        };
        fields.WriteTo(product, now);
        return (product, new StockItem { ProductId = product.Id, ShopId = shop.Id, OnHand = onHand, Version = 1 });
    }
}
