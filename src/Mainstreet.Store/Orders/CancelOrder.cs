using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Delivery;
using Mainstreet.Store.Loyalty;
using Mainstreet.Store.Payments;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Store.Orders;

/// <summary>
/// Cancels an order: its customer until it is packed, the shop until it is delivered. The goods are free again at once, what was paid goes back. Errors: wrong_status.
/// </summary>
internal static class CancelOrder
{
    public sealed record Request([property: StringLength(500)] string? Reason = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/orders/{id:guid}/cancel", Handle)
        .WithName("store.orders.cancel").WithSummary("Cancel an order")
        .RequireAuthorization(StorePermissions.Shop)
        .Idempotent()
        .ProducesValidationProblem().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);

    internal static Task<Results<Ok<OrderView>, ProblemHttpResult>> Handle(
        Guid id, Caller caller, HttpContext http, IdempotentCall call, StoreDb db, TimeProvider clock, IPayments payments, ILoyalty loyalty,
        OrderMetrics metrics, Request? request = null, CancellationToken cancel = default) =>
        OrderChange.RunAsync(db, payments, id, caller, http, call, async (order, token) =>
        {
            // Work that was done is owed: only who did it may let it go.
            var own = order.CustomerId == caller.Id && order.Kind == OrderKind.Goods;
            var manages = caller.Can(StorePermissions.ManageOrders, order.BusinessId);
            if (!own && !manages) return Problem.Forbidden;
            var reason = own && (!manages || OrderFlow.After(order.Status, OrderAct.CancelByCustomer, order.Cash) is not null)
                ? CancelReason.Customer : CancelReason.Shop;
            return await CancelAsync(db, order, reason, request?.Reason, caller.Id, clock.Now(), payments, loyalty, metrics, token);
        }, cancel);

    /// <summary>Takes back what an order holds: goods, money, points. The order must be held. Errors: wrong_status.</summary>
    internal static async Task<Problem?> CancelAsync(
        StoreDb db, Order order, CancelReason reason, string? note, Guid? actorId, DateTimeOffset now,
        IPayments payments, ILoyalty loyalty, OrderMetrics metrics, CancellationToken cancel)
    {
        var before = order.Status;
        if (order.Cancel(reason, note, now) is { } problem) return problem;
        var back = await payments.CancelAsync(db, order.Id, actorId, cancel);
        await StockClaims.ReturnAsync(db, order.Id, cancel);
        await CourierPosition.ForgetAsync(db, order.Id, cancel);
        // Where money goes back, points follow it when it has arrived; where none came, they are free at once.
        if (order.Captured == 0)
        {
            var nothing = Money.Zero(order.Currency);
            await loyalty.ReverseAsync(db, order.CustomerId, order.BusinessId, order.Id, nothing, nothing, cancel);
        }

        await db.RecordAsync(order, actorId, "order.cancelled", before, new { reason, note, back }, cancel);
        metrics.Cancelled(reason);
        return null;
    }
}
