using System.ComponentModel.DataAnnotations;
using System.Text.Json;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Carts;
using Mainstreet.Store.Orders;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Store.App;

/// <summary>
/// Takes one change of a device that may have been offline. A device numbers its changes 1, 2, 3, … and sends them one after the other; each number is applied
/// once and in order, and the last one may be sent again at any time: it is answered, not applied. A change that a business rule refuses (goods gone, price
/// changed) is taken too: it is answered with <c>applied: false</c> and the problem, and the next may follow. Any other answer than 200 leaves the change
/// to be sent again. Errors: unauthenticated (the change is an account's, and nobody is signed in), account_mismatch, mutation_gap (an earlier number is
/// missing here), mutation_done (a later one is known already), invalid_request.
/// </summary>
internal static class TakeMutation
{
    /// <param name="ClientId">The device: random, kept to itself.</param>
    /// <param name="MutationId">One more than that of the change before.</param>
    /// <param name="AccountId">The account that made the change; null for a guest's.</param>
    /// <param name="Set">Set how many of a product a cart holds; a cart that does not exist is opened under its id.</param>
    /// <param name="Claim">Take a guest's cart over.</param>
    /// <param name="Place">Order a cart.</param>
    public sealed record Request(
        Guid ClientId, [property: Range(1, long.MaxValue)] long MutationId, Guid? AccountId = null, SetItem? Set = null, Claim? Claim = null, PlaceOrder.Request? Place = null);

    /// <param name="CartId">Chosen by the device, at random: it is a guest's secret.</param>
    /// <param name="SeenPrice">The price of one that the customer was shown.</param>
    public sealed record SetItem(Guid CartId, Guid ProductId, [property: Range(0, Basket.MaxQuantity)] int Quantity, Money? SeenPrice = null);

    public sealed record Claim(Guid CartId);

    /// <summary>What became of it.</summary>
    /// <param name="Applied">False: refused for <paramref name="Problem"/>, and nothing was changed.</param>
    /// <param name="Cart">As it is now, after <c>set</c> and <c>claim</c>; null also when it is not the caller's any more.</param>
    /// <param name="Order">As it is now, after <c>place</c>; null also when it is not the caller's.</param>
    /// <param name="Problem">As the same request would have been answered without the queue: status, code, title, detail and what belongs to the code.</param>
    internal sealed record Response(long MutationId, bool Applied, CartView? Cart, OrderView? Order, JsonElement? Problem);

    private static readonly Problem Unauthenticated = new(401, "unauthenticated", "Sign in first.");

    private static readonly Problem AccountMismatch = new(409, "account_mismatch", "This change belongs to another account than the one signed in.");

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/shop/mutations", Handle)
        .WithName("store.app.mutate").WithSummary("Apply a device's next change, once")
        .AllowAnonymous()
        .ProducesValidationProblem().ProducesProblem(401).ProducesProblem(409).ProducesProblem(503);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(Request request, HttpContext http, ShopChanges changes, FeatureSwitches switches, CancellationToken cancel)
    {
        var caller = http.Features.Get<Caller>();
        if ((request.Set is null ? 0 : 1) + (request.Claim is null ? 0 : 1) + (request.Place is null ? 0 : 1) != 1)
            return Problem.Invalid("body", "must have exactly one of set, claim, place").ToHttp();
        if (caller is null && (request.AccountId is not null || request.Set is null)) return Unauthenticated.ToHttp();
        if (request.AccountId is { } account && account != caller!.Id) return AccountMismatch.ToHttp();
        // Nothing is noted of the change: the device sends it again later.
        if (request.Place is not null && switches.Refusal(StoreFeatures.Orders, caller!.Id.ToString()) is { } paused) return paused.ToHttp();
        var answer = await changes.TakeAsync(request, caller, cancel);
        return answer.Ok ? TypedResults.Ok(answer.Value) : answer.Problem!.ToHttp();
    }
}
