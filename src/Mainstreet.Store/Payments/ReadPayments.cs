using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Payments;

/// <summary>One payment with its refunds, for its customer and for those who manage the shop's orders.</summary>
internal static class ReadPayments
{
    internal sealed record Response(PaymentView Payment, IReadOnlyList<RefundView> Refunds);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/payments/{id:guid}", Handle)
        .WithName("store.payments.get").WithSummary("Read a payment and its refunds")
        .RequireAuthorization(StorePermissions.Shop)
        .ProducesProblem(404);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(Guid id, Caller caller, StoreDb db, CancellationToken cancel)
    {
        if (await db.Payments.AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(p => p.Id == id, cancel) is not { } payment) return Problem.NotFound.ToHttp();
        var refunds = await db.Refunds.AsNoTracking().Where(r => r.PaymentId == id).OrderBy(r => r.CreatedAt).ThenBy(r => r.Id).ToListAsync(cancel);
        return TypedResults.Ok(new Response(PaymentDesk.View(payment, payment.CustomerId == caller.Id), [.. refunds.Select(RefundView.From)]));
    }

    /// <summary>The caller's own, and those of businesses whose orders or refunds the caller manages.</summary>
    internal static IQueryable<Payment> VisibleTo(this IQueryable<Payment> payments, Caller caller)
    {
        if (caller.IsAdmin) return payments;
        var businesses = caller.BusinessesWith(StorePermissions.Refund).Union(caller.BusinessesWith(StorePermissions.ManageOrders)).ToArray();
        return payments.Where(p => p.CustomerId == caller.Id || businesses.Contains(p.BusinessId));
    }
}
