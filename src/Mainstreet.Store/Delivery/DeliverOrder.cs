using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Loyalty;
using Mainstreet.Store.Orders;
using Mainstreet.Store.Payments;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Store.Delivery;

/// <summary>
/// An order arrived: outForDelivery → delivered. Cash is paid with it, and its points may be spent from now on. Its courier does this, or who
/// manages the shop's orders. Errors: wrong_status, not_your_delivery.
/// </summary>
internal static class DeliverOrder
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/orders/{id:guid}/deliver", Handle)
        .WithName("store.orders.deliver").WithSummary("Hand an order over")
        .RequireAuthorization(StorePermissions.Deliver)
        .Idempotent()
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);

    internal static Task<Results<Ok<OrderView>, ProblemHttpResult>> Handle(
        Guid id, Caller caller, HttpContext http, IdempotentCall call, StoreDb db, TimeProvider clock, IPayments payments, ILoyalty loyalty,
        OrderMetrics metrics, CancellationToken cancel) =>
        OrderChange.RunAsync(db, payments, id, caller, http, call, async (order, token) =>
        {
            if (CourierPosition.CheckCourier(order, caller) is { } stranger) return stranger;
            var before = order.Status;
            var now = clock.Now();
            if (order.Deliver(now) is { } problem) return problem;
            var collected = await payments.CollectedAsync(db, id, caller.Id, token);
            if (order.Cash)
            {
                if (order.Pay(collected.Amount, now) is { } unpaid) return unpaid;
                db.Publish(OrderFacts.Stream(id), new OrderPaid(id, order.Number, order.BusinessId, order.CustomerId, collected));
            }

            db.Publish(OrderFacts.Stream(id), new OrderDelivered(id, order.Number, order.BusinessId, order.CustomerId, new Money(order.Captured, order.Currency)));
            await CourierPosition.ForgetAsync(db, id, token);
            await db.RecordAsync(order, caller.Id, "order.delivered", before, new { collected }, token);
            await db.SaveChangesAsync(token);
            if (order.Cash) await loyalty.EarnAsync(db, order.CustomerId, order.BusinessId, id, collected, token);
            await loyalty.ConfirmAsync(db, order.CustomerId, order.BusinessId, id, token);
            metrics.Delivered(now - order.CreatedAt);
            return null;
        }, cancel);
}
