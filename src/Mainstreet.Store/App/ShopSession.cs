using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Store.Catalogue;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.App;

/// <summary>What the app asks first: who is signed in, the token for changes under the cookie, and which shop it shows.</summary>
internal static class ShopSession
{
    /// <param name="Account">Null for guests.</param>
    /// <param name="Csrf">Goes into <c>X-CSRF-Token</c> of every change that is asked for under the cookie.</param>
    /// <param name="Shop">The shop that is shown; null when there is none.</param>
    /// <param name="Shops">Shops to choose from, by name; at most fifty.</param>
    /// <param name="MapTiles">Address of the tile server, with <c>{z}</c>, <c>{x}</c> and <c>{y}</c>; null: maps have no ground.</param>
    public sealed record Response(ShopperView? Account, string Csrf, ShopView? Shop, IReadOnlyList<ShopName> Shops, string? MapTiles);

    public sealed record ShopperView(Guid Id, string DisplayName, string Email);

    /// <param name="FreeDeliveryFrom">Orders of this much are delivered free; null: never.</param>
    public sealed record ShopView(
        Guid BusinessId, string Name, string Currency, bool Open, string City, string Country, double? Lat, double? Lon, Money DeliveryFee, Money? FreeDeliveryFrom);

    public sealed record ShopName(Guid BusinessId, string Name);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/shop/session", Handle)
        .WithName("store.app.session").WithSummary("Who shops here, and in which shop")
        .AllowAnonymous();

    /// <param name="http">The request.</param>
    /// <param name="db">The context.</param>
    /// <param name="businesses">Names the default business.</param>
    /// <param name="antiforgery">Makes the token.</param>
    /// <param name="options">The tile server.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="businessId">The shop that the customer chose; without it the default business's, else the oldest.</param>
    internal static async Task<Ok<Response>> Handle(
        HttpContext http, StoreDb db, IBusinessDirectory businesses, IAntiforgery antiforgery, IOptions<StoreOptions> options, CancellationToken cancel,
        Guid? businessId = null)
    {
        var caller = http.Features.Get<Caller>();
        var synthetic = caller?.Synthetic ?? false;
        var shops = await db.Shops.AsNoTracking().Where(s => s.Synthetic == synthetic).OrderBy(s => s.Name).ThenBy(s => s.Id).Take(50).ToListAsync(cancel);
        var chosen = shops.Find(s => s.BusinessId == businessId)
            ?? (await businesses.DefaultAsync(cancel) is { } standard ? shops.Find(s => s.BusinessId == standard.Id) : null)
            ?? shops.MinBy(s => s.CreatedAt);
        // The token says itself that its answer is not to be kept.
        http.Response.Headers.CacheControl = default;
        return TypedResults.Ok(new Response(
            caller is null ? null : new ShopperView(caller.Id, caller.DisplayName, caller.Email),
            antiforgery.GetAndStoreTokens(http).RequestToken ?? "",
            chosen is null ? null : Of(chosen),
            [.. shops.Select(s => new ShopName(s.BusinessId, s.Name))],
            options.Value.MapTiles?.Replace("{s}", "a", StringComparison.Ordinal)));
    }

    private static ShopView Of(Shop shop) => new(
        shop.BusinessId, shop.Name, shop.Currency, shop.Open, shop.City, shop.Country, shop.Lat, shop.Lon,
        new Money(shop.DeliveryFee, shop.Currency), shop.FreeDeliveryFrom is { } free ? new Money(free, shop.Currency) : null);
}
