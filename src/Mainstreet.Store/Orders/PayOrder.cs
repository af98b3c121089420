using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Payments;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Orders;

/// <summary>
/// Begins the payment of an order that has none yet (a finished job's invoice), or goes on with the one that it has: then the method is that of the payment.
/// Errors: not_payable and those of <see cref="IPayments.CheckAsync"/>.
/// </summary>
internal static class PayOrder
{
    /// <param name="Method">Online: nobody comes to the door for it.</param>
    public sealed record Request(PaymentMethod Method, Guid? SavedMethodId = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/orders/{id:guid}/pay", Handle)
        .WithName("store.orders.pay").WithSummary("Begin or continue an order's payment")
        .RequireAuthorization(StorePermissions.Shop)
        .ProducesValidationProblem().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);

    internal static async Task<Results<Ok<OrderView>, ProblemHttpResult>> Handle(
        Guid id, Request request, Caller caller, HttpContext http, StoreDb db, IPayments payments, CancellationToken cancel)
    {
        if (request.Method == PaymentMethod.Cod) return Problem.Invalid("method", "must be upi or card").ToHttp();
        if (!await db.Orders.AsNoTracking().Where(o => o.Id == id).VisibleTo(caller).AnyAsync(cancel)) return Problem.NotFound.ToHttp();
        var opened = await db.AllOrNothingAsync<Guid>(async token =>
        {
            var order = await db.HoldOrderAsync(id, token);
            if (order is null) return Problem.NotFound;
            if (order.CustomerId != caller.Id) return Problem.Forbidden;
            if (order.Status != OrderStatus.Placed || order.Cash) return OrderProblems.NotPayable;
            if (await db.Payments.AsNoTracking().Where(p => p.OrderId == id).Select(p => (Guid?)p.Id).SingleOrDefaultAsync(token) is { } known) return known;
            var total = new Money(order.Total, order.Currency);
            if (await payments.CheckAsync(db, caller.Id, total, request.Method, request.SavedMethodId, token) is { } unpayable) return unpayable;
            return payments.Open(db, id, caller.Id, order.BusinessId, total, request.Method, request.SavedMethodId).Id;
        }, cancel);
        if (!opened.Ok) return opened.Problem.ToHttp();
        db.ChangeTracker.Clear();
        await payments.EnsureStartedAsync(opened.Value, cancel);
        var now = await db.Orders.AsNoTracking().SingleAsync(o => o.Id == id, cancel);
        http.SetETag(now.Version);
        return TypedResults.Ok(await OrderView.ReadAsync(db, payments, now, payable: true, cancel));
    }
}
