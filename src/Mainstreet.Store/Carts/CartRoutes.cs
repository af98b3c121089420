using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Carts;

/// <summary>Makes and reads carts. Guests may: the id of their cart is the secret that they show. Errors: cart_not_found.</summary>
internal static class CartRoutes
{
    /// <summary>The new cart; keep the id to yourself.</summary>
    public sealed record Opened(Guid Id);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/carts", Open)
            .WithName("store.carts.open").WithSummary("Open a cart, as a guest or signed in")
            .ForGuestsToo();
        routes.MapGet("/v1/carts/{id:guid}", Get)
            .WithName("store.carts.get").WithSummary("Read a cart with present prices and stock")
            .ForGuestsToo().ProducesProblem(404);
        routes.MapGet("/v1/carts", Mine)
            .WithName("store.carts.list").WithSummary("Your open carts, last changed first; at most ten")
            .RequireAuthorization(StorePermissions.Shop);
    }

    internal static async Task<Created<Opened>> Open(HttpContext http, StoreDb db, TimeProvider clock, CancellationToken cancel)
    {
        var cart = Cart.Open(http.Features.Get<Caller>()?.Id, clock.Now());
        db.Carts.Add(cart);
        await db.SaveChangesAsync(cancel);
        return TypedResults.Created($"/v1/carts/{cart.Id}", new Opened(cart.Id));
    }

    internal static async Task<Results<Ok<CartView>, ProblemHttpResult>> Get(Guid id, HttpContext http, StoreDb db, CancellationToken cancel)
    {
        var cart = await db.Carts.AsNoTracking().Where(c => c.Id == id).UsableBy(http.Features.Get<Caller>()).SingleOrDefaultAsync(cancel);
        if (cart is null) return OrderProblems.CartNotFound.ToHttp();
        http.SetETag(cart.Version);
        return TypedResults.Ok(await CartView.ReadAsync(db, cart, cancel));
    }

    internal static async Task<Ok<Page<CartView>>> Mine(Caller caller, StoreDb db, CancellationToken cancel)
    {
        var carts = await db.Carts.AsNoTracking().Where(c => c.CustomerId == caller.Id && c.State == CartState.Open)
            .OrderByDescending(c => c.UpdatedAt).ThenByDescending(c => c.Id).Take(10).ToListAsync(cancel);
        var views = new List<CartView>(carts.Count);
        foreach (var cart in carts) views.Add(await CartView.ReadAsync(db, cart, cancel));
        return TypedResults.Ok(new Page<CartView>(views, null));
    }
}
