using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Invoices;
using Mainstreet.Store.Payments;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Store.Orders;

/// <summary>
/// The goods leave the shelf: paid → packing, or placed → packing when the courier takes cash. The invoice is issued with it. Errors: wrong_status.
/// </summary>
internal static class PackOrder
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/orders/{id:guid}/pack", Handle)
        .WithName("store.orders.pack").WithSummary("Pack an order")
        .RequireAuthorization(StorePermissions.ManageOrders)
        .Idempotent()
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);

    internal static Task<Results<Ok<OrderView>, ProblemHttpResult>> Handle(
        Guid id, Caller caller, HttpContext http, IdempotentCall call, StoreDb db, TimeProvider clock, IPayments payments, InvoiceBook invoices,
        CancellationToken cancel) =>
        OrderChange.RunAsync(db, payments, id, caller, http, call, async (order, token) =>
        {
            if (!caller.Can(StorePermissions.ManageOrders, order.BusinessId)) return Problem.Forbidden;
            var before = order.Status;
            var now = clock.Now();
            if (order.Pack(now) is { } problem) return problem;
            await StockClaims.TakeAsync(db, id, token);
            var invoice = await invoices.IssueAsync(db, order, now, token);
            await db.RecordAsync(order, caller.Id, "order.packed", before, new { invoice = invoice.Number }, token);
            return null;
        }, cancel);
}
