using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Payments;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Orders;

/// <summary>Orders that the caller may see, newest first: one's own, and those of the shops one works for.</summary>
internal static class ListOrders
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/orders", List)
            .WithName("store.orders.list").WithSummary("List orders")
            .RequireAuthorization(StorePermissions.Shop)
            .ProducesProblem(400);
        routes.MapGet("/v1/orders/{id:guid}", Get)
            .WithName("store.orders.get").WithSummary("Read an order")
            .RequireAuthorization(StorePermissions.Shop)
            .ProducesProblem(404);
    }

    /// <param name="Mine">True: only what the caller bought; false: only what others bought.</param>
    /// <param name="Courier">True: only what the caller brings.</param>
    internal sealed record Filter(
        string? Status = null, Guid? BusinessId = null, bool? Mine = null, bool? Courier = null, int? Limit = null, string? Cursor = null);

    internal static async Task<Results<Ok<Page<OrderView>>, ProblemHttpResult>> List(
        [AsParameters] Filter filter, Caller caller, StoreDb db, IPayments payments, CancellationToken cancel)
    {
        var page = await ReadAsync(filter, caller, db, payments, cancel);
        return page.Ok ? TypedResults.Ok(page.Value) : page.Problem.ToHttp();
    }

    internal static async Task<Outcome<Page<OrderView>>> ReadAsync(Filter filter, Caller caller, StoreDb db, IPayments payments, CancellationToken cancel)
    {
        var size = Cursor.Limit(filter.Limit);
        if (!size.Ok) return size.Problem;
        var after = Cursor.Parse(filter.Cursor);
        if (after.Problem is { } badCursor) return badCursor;
        var status = Words.Parse<OrderStatus>("status", filter.Status);
        if (status.Problem is { } badStatus) return badStatus;

        var query = db.Orders.AsNoTracking().VisibleTo(caller);
        if (status.Value is { } wanted) query = query.Where(o => o.Status == wanted);
        if (filter.BusinessId is { } business) query = query.Where(o => o.BusinessId == business);
        if (filter.Mine is { } mine) query = query.Where(o => o.CustomerId == caller.Id == mine);
        if (filter.Courier == true) query = query.Where(o => o.CourierId == caller.Id);
        if (after.Value is { } from) query = query.Where(o => o.CreatedAt < from.At || (o.CreatedAt == from.At && o.Id.CompareTo(from.Id) < 0));
        var rows = await query.OrderByDescending(o => o.CreatedAt).ThenByDescending(o => o.Id).Take(size.Value + 1).ToListAsync(cancel);
        var next = rows.Count > size.Value ? new Cursor(rows[size.Value - 1].CreatedAt, rows[size.Value - 1].Id).ToString() : null;
        return new Page<OrderView>(await OrderView.ReadAsync(db, payments, [.. rows.Take(size.Value)], payable: false, cancel), next);
    }

    internal static async Task<Results<Ok<OrderView>, ProblemHttpResult>> Get(
        Guid id, Caller caller, HttpContext http, StoreDb db, IPayments payments, CancellationToken cancel)
    {
        var order = await db.Orders.AsNoTracking().Where(o => o.Id == id).VisibleTo(caller).SingleOrDefaultAsync(cancel);
        if (order is null) return Problem.NotFound.ToHttp();
        http.SetETag(order.Version);
        return TypedResults.Ok(await OrderView.ReadAsync(db, payments, order, payable: order.CustomerId == caller.Id, cancel));
    }
}
