using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;
using Mainstreet.Store.Data;
using Mainstreet.Store.Delivery;
using Mainstreet.Store.Invoices;
using Mainstreet.Store.Loyalty;
using Mainstreet.Store.Orders;
using Mainstreet.Store.Payments;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Pages;

/// <summary>Acts on orders as plain forms: the use cases of the API, answered by 303 to the page, with <c>?problem=code</c> when one was refused.</summary>
internal static class OrderForms
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/store/orders/{id:guid}/pack", Pack).RequireAuthorization(StorePermissions.ManageOrders).ExcludeFromDescription();
        routes.MapPost("/store/orders/{id:guid}/dispatch", Dispatch).RequireAuthorization(StorePermissions.Deliver).ExcludeFromDescription();
        routes.MapPost("/store/orders/{id:guid}/deliver", Deliver).RequireAuthorization(StorePermissions.Deliver).ExcludeFromDescription();
        routes.MapPost("/store/orders/{id:guid}/cancel", Cancel).RequireAuthorization(StorePermissions.ManageOrders).ExcludeFromDescription();
        routes.MapPost("/store/orders/{id:guid}/refund", Refund).RequireAuthorization(StorePermissions.Refund).ExcludeFromDescription();
    }

    private static async Task<IResult> Pack(
        Guid id, Caller caller, HttpContext http, StoreDb db, TimeProvider clock, IPayments payments, InvoiceBook invoices, CancellationToken cancel) =>
        Back(id, http, (await PackOrder.Handle(id, caller, http, new IdempotentCall(), db, clock, payments, invoices, cancel)).Result);

    private static async Task<IResult> Dispatch(
        Guid id, Caller caller, HttpContext http, StoreDb db, TimeProvider clock, IPayments payments, IAccountDirectory accounts, CancellationToken cancel) =>
        Back(id, http, (await DispatchOrder.Handle(id, caller, http, new IdempotentCall(), db, clock, payments, accounts, null, cancel)).Result);

    private static async Task<IResult> Deliver(
        Guid id, Caller caller, HttpContext http, StoreDb db, TimeProvider clock, IPayments payments, ILoyalty loyalty, OrderMetrics metrics, CancellationToken cancel) =>
        Back(id, http, (await DeliverOrder.Handle(id, caller, http, new IdempotentCall(), db, clock, payments, loyalty, metrics, cancel)).Result);

    private static async Task<IResult> Cancel(
        Guid id, Caller caller, HttpContext http, StoreDb db, TimeProvider clock, IPayments payments, ILoyalty loyalty, OrderMetrics metrics, CancellationToken cancel)
    {
        var values = await StorePages.ReadFormAsync(http, cancel);
        var reason = values.GetValueOrDefault("reason");
        if (reason is { Length: > 500 }) return Back(id, http, Problem.Invalid("reason", "is too long").ToHttp());
        var result = await CancelOrder.Handle(id, caller, http, new IdempotentCall(), db, clock, payments, loyalty, metrics, new CancelOrder.Request(reason), cancel);
        return Back(id, http, result.Result);
    }

    private static async Task<IResult> Refund(Guid id, Caller caller, HttpContext http, StoreDb db, IPayments payments, CancellationToken cancel)
    {
        var values = await StorePages.ReadFormAsync(http, cancel);
        var order = await db.Orders.AsNoTracking().Where(o => o.Id == id).VisibleTo(caller).SingleOrDefaultAsync(cancel);
        if (order is null) return Back(id, http, Problem.NotFound.ToHttp());
        if (!caller.Can(StorePermissions.Refund, order.BusinessId)) return Back(id, http, Problem.Forbidden.ToHttp());
        if (Say.ReadMinor(values.GetValueOrDefault("amount")) is not { } amount) return Back(id, http, Problem.Invalid("amount", "is no amount").ToHttp());
        var outcome = await db.AllOrNothingAsync(
            token => payments.RefundAsync(db, id, new Money(amount, order.Currency), RefundReason.Requested, caller.Id, token), cancel);
        return Back(id, http, outcome.Ok ? TypedResults.Ok() : outcome.Problem.ToHttp());
    }

    private static SeeOther Back(Guid id, HttpContext http, IResult result) =>
        StorePages.To(http, $"/store/orders/{id}", ("problem", StorePages.ProblemOf(result)?.Code));
}
