using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
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

/// <summary>
/// Sets how many of a product a cart holds; 0 takes it out. The same request twice is the same as once. Wanting more than is there is allowed:
/// the cart says so, and ordering refuses it. Errors: cart_not_found, product_not_found, cart_closed, cart_full, other_shop, stale_version.
/// </summary>
internal static class SetCartItem
{
    /// <param name="Quantity">Whole pieces.</param>
    /// <param name="SeenPrice">The price of one that the customer was shown, where that may be older than now (an app that was offline); by default today's.</param>
    public sealed record Request([property: Range(0, Basket.MaxQuantity)] int Quantity, Money? SeenPrice = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/carts/{id:guid}/items/{productId:guid}", Handle)
        .WithName("store.carts.set").WithSummary("Set the quantity of a product in a cart")
        .ForGuestsToo()
        .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422);

    internal static async Task<Results<Ok<CartView>, ProblemHttpResult>> Handle(
        Guid id, Guid productId, Request request, HttpContext http, StoreDb db, TimeProvider clock, CancellationToken cancel)
    {
        var caller = http.Features.Get<Caller>();
        var outcome = await db.AllOrNothingAsync<Cart>(
            token => ApplyAsync(db, id, productId, request, caller, clock, held => http.CheckIfMatch(held.Version - 1), token), cancel);
        if (!outcome.Ok) return outcome.Problem.ToHttp();
        // Another change may have come since: the answer is the cart as it is now, under the version that belongs to it.
        var cart = await db.Carts.AsNoTracking().SingleAsync(c => c.Id == id, cancel);
        http.SetETag(cart.Version);
        return TypedResults.Ok(await CartView.ReadAsync(db, cart, cancel));
    }

    /// <summary>Sets the quantity in the caller's own transaction, which undoes it when there is a problem.</summary>
    /// <param name="db">The transaction's context.</param>
    /// <param name="id">The cart.</param>
    /// <param name="productId">The product.</param>
    /// <param name="request">The quantity, and the price that was shown.</param>
    /// <param name="caller">Null for guests.</param>
    /// <param name="clock">When.</param>
    /// <param name="check">Looks at the cart once it is held.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal static async Task<Outcome<Cart>> ApplyAsync(
        StoreDb db, Guid id, Guid productId, Request request, Caller? caller, TimeProvider clock, Func<Cart, Problem?> check, CancellationToken cancel)
    {
        var held = await db.HoldCartAsync(id, caller, clock, cancel);
        if (!held.Ok) return held.Problem;
        if (check(held.Value) is { } stale) return stale;
        if (await SetAsync(db, held.Value, productId, request, caller, clock, cancel) is { } problem) return problem;
        return held.Value;
    }

    private static async Task<Problem?> SetAsync(
        StoreDb db, Cart cart, Guid productId, Request request, Caller? caller, TimeProvider clock, CancellationToken cancel)
    {
        if (request.Quantity == 0)
        {
            await db.CartItems.Where(i => i.CartId == cart.Id && i.ProductId == productId).ExecuteDeleteAsync(cancel);
            if (!await db.CartItems.AnyAsync(i => i.CartId == cart.Id, cancel)) await BindAsync(db, cart.Id, null, cancel);
            return null;
        }

        var product = await db.Products.AsNoTracking().Where(p => p.Id == productId && p.Active)
            .Select(p => new { p.BusinessId, p.PriceAmount, p.Currency, p.Synthetic }).SingleOrDefaultAsync(cancel);
        if (product is null || (caller?.Synthetic ?? false) != product.Synthetic) return StoreProblems.ProductNotFound;
        if (cart.BusinessId is { } bound && bound != product.BusinessId) return OrderProblems.OtherShop;
        if (request.SeenPrice is { } shown && shown.Currency != product.Currency)
            return Problem.Invalid("seenPrice.currency", $"must be {product.Currency}");
        var seen = request.SeenPrice?.Amount ?? product.PriceAmount;
        var changed = await db.CartItems.Where(i => i.CartId == cart.Id && i.ProductId == productId).ExecuteUpdateAsync(s => s
            .SetProperty(i => i.Quantity, request.Quantity)
            .SetProperty(i => i.SeenPrice, seen), cancel);
        if (changed > 0) return null;
        if (await db.CartItems.CountAsync(i => i.CartId == cart.Id, cancel) >= Basket.MaxLines) return OrderProblems.CartFull;
        db.CartItems.Add(new CartItem { CartId = cart.Id, ProductId = productId, Quantity = request.Quantity, SeenPrice = seen, AddedAt = clock.Now() });
        if (cart.BusinessId is null) await BindAsync(db, cart.Id, product.BusinessId, cancel);
        await db.SaveChangesAsync(cancel);
        return null;
    }

    private static Task<int> BindAsync(StoreDb db, Guid cartId, Guid? businessId, CancellationToken cancel) =>
        db.Carts.Where(c => c.Id == cartId).ExecuteUpdateAsync(s => s.SetProperty(c => c.BusinessId, businessId), cancel);
}
