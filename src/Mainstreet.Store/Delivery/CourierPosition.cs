using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Delivery;

/// <summary>
/// The courier says where they are: told on the order's live topic, and kept as the latest only. More often than once a second is taken
/// and not told. Errors: wrong_status, not_your_delivery.
/// </summary>
internal static class CourierPosition
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    public sealed record Request([property: Range(-90.0, 90.0)] double Lat, [property: Range(-180.0, 180.0)] double Lon);

    /// <summary>What subscribers of the order get.</summary>
    internal sealed record Notice(Guid OrderId, double Lat, double Lon, DateTimeOffset At);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/orders/{id:guid}/position", Handle)
        .WithName("store.orders.position").WithSummary("Say where the courier is")
        .RequireAuthorization(StorePermissions.Deliver)
        .ProducesValidationProblem().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Guid id, Request request, Caller caller, StoreDb db, TimeProvider clock, CancellationToken cancel)
    {
        if (!await db.Orders.AsNoTracking().Where(o => o.Id == id).VisibleTo(caller).AnyAsync(cancel)) return Problem.NotFound.ToHttp();
        var outcome = await db.AllOrNothingAsync<bool>(async token =>
        {
            // Held, so that no position is written after the delivery has wiped it.
            var order = await db.HoldOrderAsync(id, token);
            if (order is null) return Problem.NotFound;
            if (CheckCourier(order, caller) is { } stranger) return stranger;
            if (order.Status != OrderStatus.OutForDelivery) return OrderProblems.WrongStatus(order.Status);
            return await MoveAsync(db, id, request, clock.Now(), token);
        }, cancel);
        return outcome.Ok ? TypedResults.NoContent() : outcome.Problem.ToHttp();
    }

    /// <summary>The order's courier, or somebody who manages the shop's orders; others are told so.</summary>
    internal static Problem? CheckCourier(Order order, Caller caller)
    {
        if (caller.Can(StorePermissions.ManageOrders, order.BusinessId)) return null;
        if (!caller.Can(StorePermissions.Deliver, order.BusinessId)) return Problem.Forbidden;
        return order.CourierId is { } courier && courier != caller.Id ? OrderProblems.NotYourDelivery : null;
    }

    /// <summary>Wipes the position: the order is not on its way any more.</summary>
    internal static Task<int> ForgetAsync(StoreDb db, Guid orderId, CancellationToken cancel) =>
        db.Positions.Where(p => p.OrderId == orderId).ExecuteDeleteAsync(cancel);

    private static async Task<bool> MoveAsync(StoreDb db, Guid id, Request to, DateTimeOffset now, CancellationToken cancel)
    {
        var position = await db.Positions.SingleOrDefaultAsync(p => p.OrderId == id, cancel);
        if (position is null) db.Positions.Add(position = new OrderPosition { OrderId = id, Lat = to.Lat, Lon = to.Lon, At = now });
        else if (now - position.At < Least) return false;
        (position.Lat, position.Lon, position.At) = (to.Lat, to.Lon, now);
        db.Notify(OrderFacts.Stream(id), "order.position", new Notice(id, to.Lat, to.Lon, now), $"order:{id}");
        return true;
    }
}
