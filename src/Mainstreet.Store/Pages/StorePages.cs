using System.Collections.Frozen;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;
using Mainstreet.Store.Orders;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Store.Pages;

/// <summary>The pages of those who work in the shop, and where they stand in the navigation. Customers have the app at <c>/shop</c>.</summary>
internal static class StorePages
{
    private static readonly FrozenDictionary<string, Problem> Problems = new[]
    {
        Problem.NotFound, Problem.Forbidden, Problem.ConcurrentChange, Problem.Stale, OwnBusiness.Required, OwnBusiness.Unknown,
        StoreProblems.ProductNotFound, OrderProblems.NotYourDelivery, OrderProblems.NoCourier,
        new Problem(400, "invalid_request", "The form is not filled in correctly."),
        new Problem(409, "wrong_status", "The order is not in a state that allows this."),
        new Problem(409, "refund_exceeds_captured", "That is more than is left of what was paid."),
        new Problem(409, "not_captured", "Nothing was paid that could go back."),
        new Problem(409, "stock_reserved", "Some of these are held for orders."),
    }.ToFrozenDictionary(p => p.Code, StringComparer.Ordinal);

    internal static void Add(IServiceCollection services)
    {
        services.AddSingleton(new PageLink("/shop", "Shop", "Groceries of the neighbourhood, delivered.", 5, Roles.Anyone));
        services.AddSingleton(new PageLink("/store", "Store", "Orders to pack, deliveries, products and stock.", 75, Roles.Owner, Roles.Clerk, Roles.Admin));
        services.AddSingleton(new PageLink("/store/deliveries", "Deliveries", "What waits to be taken out, and what is with you.", 76, Roles.Courier));

        // Whoever names a tile server means its pictures to be shown.
        services.AddOptions<WebOptions>().PostConfigure<IConfiguration>((web, configuration) =>
        {
            // Read bare: asking for the options here would stop at their first error, before all of them are told together.
            var address = configuration["Store:MapTiles"]?.Replace("{s}", "a", StringComparison.Ordinal);
            if (Uri.TryCreate(address, UriKind.Absolute, out var tiles)) web.ImageSources = [.. web.ImageSources, tiles.GetLeftPart(UriPartial.Authority)];
        });
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage<OrdersPage>("/store").RequireAuthorization(StorePermissions.ManageOrders);
        routes.MapPage<OrderPage>("/store/orders/{id:guid}").RequireAuthorization(StorePermissions.Deliver);
        routes.MapPage<DeliveriesPage>("/store/deliveries").RequireAuthorization(StorePermissions.Deliver);
        routes.MapPage<ProductsPage>("/store/products").RequireAuthorization(StorePermissions.EditProducts);
        routes.MapPage<CataloguePage>("/store/catalogue");
        OrderForms.Map(routes);
        ProductForms.Map(routes);
    }

    /// <summary>The problem that a form came back with; a code that nobody here gives out says nothing.</summary>
    internal static Problem? KnownProblem(string? code) => code is null ? null : Problems.GetValueOrDefault(code);

    /// <summary>The problem that a use case answered with, or null.</summary>
    internal static Problem? ProblemOf(IResult result) => result is not ProblemHttpResult { ProblemDetails: { } details } ? null
        : new Problem(details.Status ?? 400, details.Extensions.TryGetValue("code", out var code) && code is string known ? known : "error", details.Title ?? "The request failed.")
        {
            Detail = details.Detail,
            Errors = details.Extensions.TryGetValue("errors", out var errors) ? errors as IReadOnlyDictionary<string, string[]> : null,
        };

    /// <summary>The path with the business that the request named, and further query parameters.</summary>
    internal static SeeOther To(HttpContext http, string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var parts = new List<string>();
        foreach (var (name, value) in query)
        {
            if (value is not null) parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        if (Guid.TryParse(http.Request.Query["business"], out var business)) parts.Add($"business={business}");
        return new SeeOther(parts.Count == 0 ? path : $"{path}?{string.Join('&', parts)}");
    }

    /// <summary>The fields of a form, trimmed; empty ones are left out.</summary>
    internal static async Task<Dictionary<string, string>> ReadFormAsync(HttpContext http, CancellationToken cancel)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(cancel) : FormCollection.Empty;
        return form.Where(f => !string.IsNullOrWhiteSpace(f.Value) && !f.Value.ToString().Contains('\0'))
            .ToDictionary(f => f.Key, f => f.Value.ToString().Trim(), StringComparer.Ordinal);
    }
}
