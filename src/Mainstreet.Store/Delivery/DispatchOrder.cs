using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;
using Mainstreet.Store.Payments;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Store.Delivery;

/// <summary>A packed order goes out: packing → outForDelivery. Without a courier named it is the caller's to bring. Errors: wrong_status, courier_unknown.</summary>
internal static class DispatchOrder
{
    /// <param name="CourierId">An account that delivers for the shop. Only who manages its orders may name another.</param>
    public sealed record Request(Guid? CourierId = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/orders/{id:guid}/dispatch", Handle)
        .WithName("store.orders.dispatch").WithSummary("Send a packed order out")
        .RequireAuthorization(StorePermissions.Deliver)
        .Idempotent()
        .ProducesValidationProblem().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422);

    internal static Task<Results<Ok<OrderView>, ProblemHttpResult>> Handle(
        Guid id, Caller caller, HttpContext http, IdempotentCall call, StoreDb db, TimeProvider clock, IPayments payments, IAccountDirectory accounts,
        Request? request = null, CancellationToken cancel = default) =>
        OrderChange.RunAsync(db, payments, id, caller, http, call, async (order, token) =>
        {
            if (!caller.Can(StorePermissions.Deliver, order.BusinessId)) return Problem.Forbidden;
            var courier = request?.CourierId ?? caller.Id;
            if (courier != caller.Id)
            {
                if (!caller.Can(StorePermissions.ManageOrders, order.BusinessId)) return Problem.Forbidden;
                if (await accounts.FindAsync(courier, null, token) is not { } named || !named.Can(StorePermissions.Deliver, order.BusinessId)) return OrderProblems.NoCourier;
            }

            var before = order.Status;
            if (order.Dispatch(courier, clock.Now()) is { } problem) return problem;
            await db.RecordAsync(order, caller.Id, "order.dispatched", before, new { courierId = courier }, token);
            return null;
        }, cancel);
}
