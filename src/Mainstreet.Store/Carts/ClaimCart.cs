using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Carts;

/// <summary>
/// A guest signed in: their cart becomes the account's, or its items join those of the account's open cart with the same shop (quantities
/// add up, to 999; more than a hundred products stay two carts). Claiming again answers the same cart. Of two accounts that claim one cart one gets it.
/// Errors: cart_not_found, cart_closed.
/// </summary>
internal static class ClaimCart
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/carts/{id:guid}/claim", Handle)
        .WithName("store.carts.claim").WithSummary("Take a guest's cart over, merging it into your own")
        .RequireAuthorization(StorePermissions.Shop)
        .ProducesProblem(404).ProducesProblem(409);

    internal static async Task<Results<Ok<CartView>, ProblemHttpResult>> Handle(
        Guid id, Caller caller, HttpContext http, StoreDb db, TimeProvider clock, CancellationToken cancel)
    {
        var outcome = await db.AllOrNothingAsync<Guid>(token => ClaimAsync(db, id, caller, clock, token), cancel);
        if (!outcome.Ok) return outcome.Problem.ToHttp();
        var cart = await db.Carts.AsNoTracking().SingleAsync(c => c.Id == outcome.Value, cancel);
        http.SetETag(cart.Version);
        return TypedResults.Ok(await CartView.ReadAsync(db, cart, cancel));
    }

    /// <returns>The account's cart that now holds the items.</returns>
    internal static async Task<Outcome<Guid>> ClaimAsync(StoreDb db, Guid id, Caller caller, TimeProvider clock, CancellationToken cancel)
    {
        var before = await db.Carts.AsNoTracking().Where(c => c.Id == id).UsableBy(caller).SingleOrDefaultAsync(cancel);
        if (before is null) return OrderProblems.CartNotFound;
        if (before.CustomerId is not null) return before.MergedInto ?? before.Id;
        var own = await db.Carts.AsNoTracking()
            .Where(c => c.CustomerId == caller.Id && c.State == CartState.Open && (c.BusinessId == before.BusinessId || c.BusinessId == null || before.BusinessId == null))
            .OrderByDescending(c => c.BusinessId != null).ThenByDescending(c => c.UpdatedAt).ThenByDescending(c => c.Id)
            .Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancel);

        // Both are held in one order everywhere, so that two claims never wait for each other.
        Cart? guest = null;
        Cart? target = null;
        foreach (var next in new[] { id, own ?? id }.Distinct().Order())
        {
            var held = await db.HoldCartAsync(next, caller, clock, cancel);
            if (next == id)
            {
                if (!held.Ok) return held.Problem;
                guest = held.Value;
            }
            else if (held.Ok)
            {
                target = held.Value;
            }
        }

        if (guest!.CustomerId is not null) return guest.Id;
        if (target is not null && await MergeAsync(db, guest, target, cancel))
        {
            await db.Carts.Where(c => c.Id == id).ExecuteUpdateAsync(s => s
                .SetProperty(c => c.CustomerId, caller.Id)
                .SetProperty(c => c.State, CartState.Merged)
                .SetProperty(c => c.MergedInto, target.Id), cancel);
            return target.Id;
        }

        await db.Carts.Where(c => c.Id == id).ExecuteUpdateAsync(s => s.SetProperty(c => c.CustomerId, caller.Id), cancel);
        return id;
    }

    /// <summary>Moves the items over; false, with nothing changed, when they cannot be one cart.</summary>
    private static async Task<bool> MergeAsync(StoreDb db, Cart guest, Cart target, CancellationToken cancel)
    {
        if (guest.BusinessId is { } a && target.BusinessId is { } b && a != b) return false;
        var brought = await db.CartItems.AsNoTracking().Where(i => i.CartId == guest.Id).ToListAsync(cancel);
        var there = await db.CartItems.Where(i => i.CartId == target.Id).ToDictionaryAsync(i => i.ProductId, cancel);
        if (there.Count + brought.Count(i => !there.ContainsKey(i.ProductId)) > Basket.MaxLines) return false;
        foreach (var item in brought)
        {
            if (there.TryGetValue(item.ProductId, out var known))
            {
                known.Quantity = Math.Min(Basket.MaxQuantity, known.Quantity + item.Quantity);
                known.SeenPrice = item.SeenPrice;
            }
            else
            {
                db.CartItems.Add(new CartItem
                {
                    CartId = target.Id, ProductId = item.ProductId, Quantity = item.Quantity, SeenPrice = item.SeenPrice, AddedAt = item.AddedAt,
                });
            }
        }

        await db.SaveChangesAsync(cancel);
        if (target.BusinessId is null && guest.BusinessId is { } business)
            await db.Carts.Where(c => c.Id == target.Id).ExecuteUpdateAsync(s => s.SetProperty(c => c.BusinessId, business), cancel);
        return true;
    }
}
