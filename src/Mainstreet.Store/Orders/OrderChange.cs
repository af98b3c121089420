using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Payments;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Orders;

/// <summary>The one way in which a person changes an order: hold it, let the act decide on what is then true, commit all of it or nothing.</summary>
internal static class OrderChange
{
    /// <summary>Runs an act on an order that the caller sees and answers the order as it then is.</summary>
    internal static async Task<Results<Ok<OrderView>, ProblemHttpResult>> RunAsync(
        StoreDb db, IPayments payments, Guid id, Caller caller, HttpContext http, IdempotentCall call,
        Func<Order, CancellationToken, Task<Problem?>> act, CancellationToken cancel)
    {
        if (!await db.Orders.AsNoTracking().Where(o => o.Id == id).VisibleTo(caller).AnyAsync(cancel)) return Problem.NotFound.ToHttp();
        var outcome = await db.AllOrNothingAsync<OrderView>(async token =>
        {
            var order = await db.HoldOrderAsync(id, token);
            if (order is null) return Problem.NotFound;
            if (http.CheckIfMatch(order.Version) is { } stale) return stale;
            if (await act(order, token) is { } problem) return problem;
            await db.SaveChangesAsync(token);
            var view = await OrderView.ReadAsync(db, payments, order, payable: false, token);
            call.Answer(db, StatusCodes.Status200OK, view);
            return view;
        }, cancel);
        if (!outcome.Ok) return outcome.Problem.ToHttp();
        http.SetETag(outcome.Value.Version);
        return TypedResults.Ok(outcome.Value);
    }
}
