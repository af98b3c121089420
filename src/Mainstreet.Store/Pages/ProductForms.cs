using System.Globalization;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;
using Mainstreet.Store.Catalogue;
using Mainstreet.Store.Data;
using Mainstreet.Store.Search;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Pages;

/// <summary>Price, stock and sale of a product as plain forms, for browsers without script.</summary>
internal static class ProductForms
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/store/products/{id:guid}/price", Price).RequireAuthorization(StorePermissions.EditProducts).ExcludeFromDescription();
        routes.MapPost("/store/products/{id:guid}/active", Active).RequireAuthorization(StorePermissions.EditProducts).ExcludeFromDescription();
        routes.MapPost("/store/products/{id:guid}/stock", Stock).RequireAuthorization(StorePermissions.EditStock).ExcludeFromDescription();
    }

    private static async Task<IResult> Price(
        Guid id, HttpContext http, Caller caller, StoreDb db, ProductIndex index, TimeProvider clock, CancellationToken cancel)
    {
        var values = await StorePages.ReadFormAsync(http, cancel);
        if (Say.ReadMinor(values.GetValueOrDefault("price")) is not { } price) return Back(http, Problem.Invalid("price", "is no amount").ToHttp());
        return await ChangeAsync(id, row => ChangeProduct.RequestOf(row) with { Price = new Money(price, row.Currency) }, http, caller, db, index, clock, cancel);
    }

    private static async Task<IResult> Active(
        Guid id, HttpContext http, Caller caller, StoreDb db, ProductIndex index, TimeProvider clock, CancellationToken cancel)
    {
        var values = await StorePages.ReadFormAsync(http, cancel);
        return await ChangeAsync(id, row => ChangeProduct.RequestOf(row) with { Active = values.GetValueOrDefault("active") == "true" }, http, caller, db, index, clock, cancel);
    }

    private static async Task<IResult> ChangeAsync(
        Guid id, Func<Product, CreateProduct.Request> change, HttpContext http, Caller caller, StoreDb db, ProductIndex index, TimeProvider clock, CancellationToken cancel)
    {
        var row = await db.Products.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancel);
        if (row is null) return Back(http, StoreProblems.ProductNotFound.ToHttp());
        // What else somebody changed since it was read here is not overwritten.
        http.Request.Headers.IfMatch = $"\"{row.Version.ToString(CultureInfo.InvariantCulture)}\"";
        return Back(http, (await ChangeProduct.Put(id, change(row), caller, http, db, index, clock, cancel)).Result);
    }

    private static async Task<IResult> Stock(Guid id, HttpContext http, Caller caller, StoreDb db, ProductIndex index, CancellationToken cancel)
    {
        var values = await StorePages.ReadFormAsync(http, cancel);
        if (!int.TryParse(values.GetValueOrDefault("onHand"), NumberStyles.None, CultureInfo.InvariantCulture, out var onHand))
            return Back(http, Problem.Invalid("onHand", "is no number").ToHttp());
        return Back(http, (await StockRoutes.Set(id, new StockRoutes.Request(onHand), caller, http, db, index, cancel)).Result);
    }

    private static SeeOther Back(HttpContext http, IResult result) => StorePages.ProblemOf(result) is { } problem
        ? StorePages.To(http, "/store/products", ("problem", problem.Code))
        : StorePages.To(http, "/store/products", ("saved", "1"));
}
