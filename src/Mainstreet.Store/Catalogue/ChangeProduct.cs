using System.Text.Json;
using System.Text.Json.Nodes;

using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
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
/// Changes a product: PUT all of it, PATCH a part (RFC 7396, JSON Merge Patch: null clears), DELETE takes it off sale and keeps it for the
/// orders that name it. The stock has a route of its own. Errors: invalid_request, product_not_found, forbidden, stale_version,
/// concurrent_change, sku_taken, unsupported_media_type.
/// </summary>
internal static class ChangeProduct
{
    private static readonly string[] Fields =
        ["sku", "name", "category", "price", "brand", "subCategory", "description", "packSize", "mrp", "taxClass", "hsn", "active", "businessId"];

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1/products/{id:guid}", Put)
            .WithName("store.products.replace").WithSummary("Replace a product")
            .RequireAuthorization(StorePermissions.EditProducts)
            .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        routes.MapPatch("/v1/products/{id:guid}", Patch)
            .WithName("store.products.change").WithSummary("Change some fields of a product")
            .Accepts<CreateProduct.Request>("application/merge-patch+json", "application/json")
            .RequireAuthorization(StorePermissions.EditProducts)
            .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(415);
        routes.MapDelete("/v1/products/{id:guid}", Withdraw)
            .WithName("store.products.withdraw").WithSummary("Take a product off sale")
            .RequireAuthorization(StorePermissions.EditProducts).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
    }

    internal static Task<Results<Ok<ProductView>, ProblemHttpResult>> Put(
        Guid id, CreateProduct.Request request, Caller caller, HttpContext http, StoreDb db, ProductIndex index, TimeProvider clock, CancellationToken cancel) =>
        AnswerAsync(id, _ => request, caller, http, db, index, clock, cancel);

    internal static async Task<Results<Ok<ProductView>, ProblemHttpResult>> Patch(
        Guid id, Caller caller, HttpContext http, StoreDb db, ProductIndex index, TimeProvider clock, CancellationToken cancel)
    {
        if (!http.Request.HasJsonContentType()) return new Problem(415, "unsupported_media_type", "Send application/merge-patch+json.").ToHttp();
        if (await http.Request.ReadFromJsonAsync<JsonNode>(Json.Wire, cancel) is not JsonObject patch)
            return Problem.Invalid("body", "must be an object with the fields to change").ToHttp();
        return await AnswerAsync(id, row => Merge(row, patch), caller, http, db, index, clock, cancel);
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Withdraw(
        Guid id, Caller caller, HttpContext http, StoreDb db, ProductIndex index, TimeProvider clock, CancellationToken cancel)
    {
        var changed = await ChangeAsync(id, row => RequestOf(row) with { Active = false }, caller, http, db, index, clock, cancel);
        return changed.Ok ? TypedResults.NoContent() : changed.Problem.ToHttp();
    }

    private static async Task<Results<Ok<ProductView>, ProblemHttpResult>> AnswerAsync(
        Guid id, Func<Product, Outcome<CreateProduct.Request>> change, Caller caller, HttpContext http, StoreDb db, ProductIndex index, TimeProvider clock, CancellationToken cancel)
    {
        var changed = await ChangeAsync(id, change, caller, http, db, index, clock, cancel);
        if (!changed.Ok) return changed.Problem.ToHttp();
        http.SetETag(changed.Value.Version);
        return TypedResults.Ok(changed.Value);
    }

    private static async Task<Outcome<ProductView>> ChangeAsync(
        Guid id, Func<Product, Outcome<CreateProduct.Request>> change, Caller caller, HttpContext http, StoreDb db, ProductIndex index, TimeProvider clock, CancellationToken cancel)
    {
        try
        {
            return await db.InTransactionAsync<Outcome<ProductView>>(async token =>
            {
                var product = await db.Products.SingleOrDefaultAsync(p => p.Id == id, token);
                if (product is null || !product.IsVisibleTo(caller)) return StoreProblems.ProductNotFound;
                if (!product.IsOpenTo(caller, StorePermissions.EditProducts)) return Problem.Forbidden;
                if (http.CheckIfMatch(product.Version) is { } stale) return stale;
                var request = change(product);
                if (!request.Ok) return request.Problem;
                if (request.Value.BusinessId is { } business && business != product.BusinessId) return Problem.Invalid("businessId", "cannot be changed");
                if (request.Value.OnHand is not null) return Problem.Invalid("onHand", $"is changed by PUT /v1/products/{id}/stock");
                var fields = ProductFields.Read(request.Value, product.Currency);
                if (!fields.Ok) return fields.Problem;

                var before = ProductFields.Of(product);
                var stock = await db.Stock.AsNoTracking().SingleAsync(s => s.ProductId == id, token);
                if (fields.Value != before)
                {
                    fields.Value.WriteTo(product, clock.Now());
                    await index.UpdateAsync(db, [product], _ => stock.Available > 0, token);
                    await db.AuditAsync(new AuditEntry($"product:{id}", caller.Id, before.Active && !product.Active ? "product.withdrawn" : "product.changed",
                        Detail: new { product.Version, From = before.Price, To = product.PriceAmount }), token);
                    await db.SaveChangesAsync(token);
                }

                return ProductView.Of(product, stock.Available > 0);
            }, cancel);
        }
        catch (DbUpdateException exception) when (StoreProblems.IsSkuTaken(exception))
        {
            return StoreProblems.SkuTaken;
        }
        catch (DbUpdateException exception) when (exception is DbUpdateConcurrencyException || Storage.IsUniqueViolation(exception))
        {
            // The version is another's by now, or the audit trail has gone on.
            return http.Request.Headers.IfMatch.Count > 0 ? Problem.Stale : Problem.ConcurrentChange;
        }
    }

    /// <summary>The product as it would be asked for.</summary>
    internal static CreateProduct.Request RequestOf(Product row) => new(
        row.Sku, row.Name, row.Category, row.Price, row.Brand, row.SubCategory, row.Description, row.PackSize, row.Mrp, row.TaxClass, row.Hsn, row.Active);

    /// <summary>What the row would be asked to be as a whole; members that are no fields are left alone, as with PUT.</summary>
    private static Outcome<CreateProduct.Request> Merge(Product row, JsonObject patch)
    {
        if (patch.ContainsKey("onHand")) return Problem.Invalid("onHand", $"is changed by PUT /v1/products/{row.Id}/stock");
        var whole = JsonSerializer.SerializeToNode(RequestOf(row), Json.Wire)!.AsObject();
        foreach (var field in Fields)
        {
            if (patch.TryGetPropertyValue(field, out var value)) whole[field] = value?.DeepClone();
        }

        try
        {
            return whole.Deserialize<CreateProduct.Request>(Json.Wire)!;
        }
        catch (JsonException exception)
        {
            var field = exception.Path?.TrimStart('$', '.').Split('.', '[')[0];
            return Problem.Invalid(string.IsNullOrEmpty(field) ? "body" : field, "is missing, malformed or has the wrong type");
        }
    }
}
