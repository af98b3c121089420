using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Carts;

/// <summary>Who may use a cart, and how it is held while it changes.</summary>
internal static class CartAccess
{
    private static readonly Problem Unauthenticated = new(401, "unauthenticated", "Sign in first.");

    /// <summary>
    /// Lets guests in, but nobody whose token is over: they would be told that their own cart does not exist, where 401 makes an app sign in again.
    /// </summary>
    internal static RouteHandlerBuilder ForGuestsToo(this RouteHandlerBuilder route) => route.AllowAnonymous().ProducesProblem(401).AddEndpointFilter(async (call, next) =>
        call.HttpContext.Request.Headers.ContainsKey("Authorization") && call.HttpContext.Features.Get<Caller>() is null ? Unauthenticated.ToHttp() : await next(call));

    /// <summary>A guest's carts to whoever has the id, a customer's to that customer. Guests have no caller.</summary>
    internal static IQueryable<Cart> UsableBy(this IQueryable<Cart> carts, Caller? caller)
    {
        var account = caller?.Id;
        return account is null ? carts.Where(c => c.CustomerId == null) : carts.Where(c => c.CustomerId == null || c.CustomerId == account);
    }

    /// <summary>
    /// Advances an open cart's version and with that keeps every other change of it waiting until the transaction ends. Errors: cart_not_found, cart_closed.
    /// </summary>
    /// <returns>The cart as it now is, not tracked.</returns>
    internal static async Task<Outcome<Cart>> HoldCartAsync(this StoreDb db, Guid id, Caller? caller, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        var held = await db.Carts.Where(c => c.Id == id && c.State == CartState.Open).UsableBy(caller).ExecuteUpdateAsync(s => s
            .SetProperty(c => c.Version, c => c.Version + 1)
            .SetProperty(c => c.UpdatedAt, now), cancel);
        var cart = await db.Carts.AsNoTracking().Where(c => c.Id == id).UsableBy(caller).SingleOrDefaultAsync(cancel);
        if (cart is null) return OrderProblems.CartNotFound;
        return held == 0 ? OrderProblems.CartClosed : cart;
    }
}
