using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Catalogue;

/// <summary>
/// Shops: everybody reads them, the owner opens and changes the one of the business. Errors: invalid_request, business_required,
/// business_not_found, shop_exists, shop_not_found, forbidden, stale_version, concurrent_change.
/// </summary>
internal static class ShopRoutes
{
    private const string OnlyCurrency = "INR";

    /// <param name="Name">1 to 200 characters.</param>
    /// <param name="Line1">Street and number; on invoices.</param>
    /// <param name="City">1 to 100 characters.</param>
    /// <param name="PostalCode">1 to 20 characters.</param>
    /// <param name="Country">ISO 3166-1, two letters. Left out: IN.</param>
    /// <param name="StateCode">The state's two digits in GST. Left out: those of the GSTIN.</param>
    /// <param name="Gstin">GST identification number; without one, the invoices are no tax invoices.</param>
    /// <param name="Lat">With <paramref name="Lon"/>: where the courier starts.</param>
    /// <param name="Lon">Degrees.</param>
    /// <param name="DeliveryFee">Left out: delivery is free.</param>
    /// <param name="FreeDeliveryFrom">Orders of this much are delivered free.</param>
    /// <param name="Open">False: nothing can be ordered. Left out: open.</param>
    /// <param name="Currency">Of all prices; INR only, for now.</param>
    /// <param name="BusinessId">May be left out by a member of one business.</param>
    public sealed record Request(
        string Name, string Line1, string City, string PostalCode, string? Country = null, string? StateCode = null, string? Gstin = null,
        double? Lat = null, double? Lon = null, Money? DeliveryFee = null, Money? FreeDeliveryFrom = null, bool? Open = null,
        string? Currency = null, Guid? BusinessId = null);

    public sealed record View(
        Guid Id, Guid BusinessId, string Name, string Currency, string Line1, string City, string PostalCode, string Country, string? StateCode,
        string? Gstin, double? Lat, double? Lon, Money DeliveryFee, Money? FreeDeliveryFrom, bool Open, int Version, DateTimeOffset CreatedAt);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/shops", List)
            .WithName("store.shops.list").WithSummary("List shops").AllowAnonymous().OpenToSites().ProducesProblem(400);
        routes.MapGet("/v1/shops/{id:guid}", One)
            .WithName("store.shops.get").WithSummary("Read a shop").AllowAnonymous().OpenToSites().ProducesProblem(404);
        routes.MapPost("/v1/shops", Open)
            .WithName("store.shops.open").WithSummary("Open the business's shop")
            .RequireAuthorization(StorePermissions.EditShop).Idempotent().ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);
        routes.MapPut("/v1/shops/{id:guid}", Change)
            .WithName("store.shops.replace").WithSummary("Change a shop")
            .RequireAuthorization(StorePermissions.EditShop).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
    }

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        HttpContext http, StoreDb db, Guid? businessId = null, int? limit = null, string? cursor = null, CancellationToken cancel = default)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem.ToHttp();
        var after = Cursor.Parse(cursor);
        if (after.Problem is { } bad) return bad.ToHttp();
        var synthetic = http.Features.Get<Caller>()?.Synthetic == true;
        var query = db.Shops.AsNoTracking().Where(s => s.Synthetic == synthetic);
        if (businessId is { } one) query = query.Where(s => s.BusinessId == one);
        if (after.Value is { } last) query = query.Where(s => s.CreatedAt > last.At || (s.CreatedAt == last.At && s.Id.CompareTo(last.Id) > 0));
        var rows = await query.OrderBy(s => s.CreatedAt).ThenBy(s => s.Id).Take(size.Value + 1).ToListAsync(cancel);
        var next = rows.Count > size.Value ? new Cursor(rows[size.Value - 1].CreatedAt, rows[size.Value - 1].Id).ToString() : null;
        return TypedResults.Ok(new Page<View>([.. rows.Take(size.Value).Select(Of)], next));
    }

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> One(Guid id, HttpContext http, StoreDb db, CancellationToken cancel)
    {
        var shop = await db.Shops.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancel);
        if (shop is null || shop.Synthetic != (http.Features.Get<Caller>()?.Synthetic == true)) return StoreProblems.ShopNotFound.ToHttp();
        http.SetETag(shop.Version);
        return TypedResults.Ok(Of(shop));
    }

    internal static async Task<Results<Created<View>, ProblemHttpResult>> Open(
        Request request, Caller caller, HttpContext http, IdempotentCall call, StoreDb db, TimeProvider clock, IBusinessDirectory businesses, CancellationToken cancel)
    {
        if (request.Currency is not (null or OnlyCurrency)) return Problem.Invalid("currency", "must be INR").ToHttp();
        var business = await OwnBusiness.FindAsync(request.BusinessId, StorePermissions.EditShop, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var fields = ShopFields.Read(request, OnlyCurrency);
        if (!fields.Ok) return fields.Problem.ToHttp();
        if (await db.Shops.AnyAsync(s => s.BusinessId == business.Value.Id, cancel)) return StoreProblems.ShopExists.ToHttp();

        var shop = new Shop { Id = clock.NewId(), BusinessId = business.Value.Id, Currency = OnlyCurrency, Synthetic = business.Value.Synthetic, CreatedAt = clock.Now() };
        fields.Value.WriteTo(shop);
        db.Shops.Add(shop);
        db.AuditFirst(new AuditEntry($"shop:{shop.Id}", caller.Id, "shop.opened", Detail: new { shop.BusinessId }));
        call.Answer(db, StatusCodes.Status201Created, Of(shop), $"/v1/shops/{shop.Id}");
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
        {
            return StoreProblems.ShopExists.ToHttp();
        }

        http.SetETag(shop.Version);
        return TypedResults.Created($"/v1/shops/{shop.Id}", Of(shop));
    }

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Change(
        Guid id, Request request, Caller caller, HttpContext http, StoreDb db, CancellationToken cancel)
    {
        var shop = await db.Shops.SingleOrDefaultAsync(s => s.Id == id, cancel);
        if (shop is null || shop.Synthetic != caller.Synthetic) return StoreProblems.ShopNotFound.ToHttp();
        if (!caller.Can(StorePermissions.EditShop, $"shop:{shop.Id}", shop.BusinessId)) return Problem.Forbidden.ToHttp();
        if (http.CheckIfMatch(shop.Version) is { } stale) return stale.ToHttp();
        if (request.BusinessId is { } business && business != shop.BusinessId) return Problem.Invalid("businessId", "cannot be changed").ToHttp();
        if (request.Currency is { } currency && currency != shop.Currency) return Problem.Invalid("currency", "cannot be changed").ToHttp();
        var fields = ShopFields.Read(request, shop.Currency);
        if (!fields.Ok) return fields.Problem.ToHttp();
        fields.Value.WriteTo(shop);
        await db.AuditAsync(new AuditEntry($"shop:{id}", caller.Id, "shop.changed", Detail: new { shop.Version, shop.Open }), cancel);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException exception) when (exception is DbUpdateConcurrencyException || Storage.IsUniqueViolation(exception))
        {
            return (http.Request.Headers.IfMatch.Count > 0 ? Problem.Stale : Problem.ConcurrentChange).ToHttp();
        }

        http.SetETag(shop.Version);
        return TypedResults.Ok(Of(shop));
    }

    internal static View Of(Shop s) => new(
        s.Id, s.BusinessId, s.Name, s.Currency, s.Line1, s.City, s.PostalCode, s.Country, s.StateCode, s.Gstin, s.Lat, s.Lon,
        new Money(s.DeliveryFee, s.Currency), s.FreeDeliveryFrom is { } from ? new Money(from, s.Currency) : null, s.Open, s.Version, s.CreatedAt);
}
