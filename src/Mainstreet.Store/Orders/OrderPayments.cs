using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Data;
using Mainstreet.Store.Loyalty;

using Microsoft.Extensions.Logging;

namespace Mainstreet.Store.Orders;

/// <inheritdoc cref="IOrderPayments"/>
internal sealed partial class OrderPayments(ILoyalty loyalty, TimeProvider clock, OrderMetrics metrics, ILogger<OrderPayments> log) : IOrderPayments
{
    public async Task<PaidResult> PaidAsync(StoreDb db, Guid orderId, Money captured, CancellationToken cancel)
    {
        var order = await HoldAsync(db, orderId, cancel);
        var result = await DecideAsync(db, order, captured, cancel);
        if (result == PaidResult.Paid) await PayAsync(db, order, captured, cancel);
        else if (result != PaidResult.AlreadyPaid) Log.NotPaid(log, order.Number, result);
        metrics.Paid(result);
        return result;
    }

    public async Task RefundedAsync(StoreDb db, Guid orderId, Money refundedInAll, CancellationToken cancel)
    {
        var order = await HoldAsync(db, orderId, cancel);
        // Money that never made the order a paid one goes back whole: then as much was captured as is refunded.
        var captured = order.PaidAt is null ? refundedInAll.Amount : order.Captured;
        if (refundedInAll.Currency != order.Currency || refundedInAll.Amount > captured)
            throw new InvalidOperationException($"Order {order.Number} had {captured} {order.Currency} captured, and {refundedInAll.Amount} {refundedInAll.Currency} are said to be refunded.");
        // A wrong sum went back to a customer who still has to pay: nothing of it is the order's.
        if (refundedInAll.Amount <= order.Refunded || order.Status == OrderStatus.Placed) return;

        var before = order.Status;
        order.Refund(refundedInAll.Amount, captured, clock.Now());
        // Nobody packs it or brings it any more, so nobody else would free its goods. Those of a cancelled order are free already; what the courier took is not in the shop.
        if (before is OrderStatus.Paid or OrderStatus.Packing && order.Status == OrderStatus.Refunded) await StockClaims.ReturnAsync(db, order.Id, cancel);
        await db.RecordAsync(order, null, order.Status == OrderStatus.Refunded ? "order.refunded" : "order.partlyRefunded", before, new { refundedInAll }, cancel);
        await db.SaveChangesAsync(cancel);
        if (order.PaidAt is not null)
            await loyalty.ReverseAsync(db, order.CustomerId, order.BusinessId, order.Id, refundedInAll, new Money(captured, order.Currency), cancel);
    }

    /// <summary>The order now counts as paid: its points wait for the delivery, and whoever listens hears of it.</summary>
    private async Task PayAsync(StoreDb db, Order order, Money captured, CancellationToken cancel)
    {
        var before = order.Status;
        var late = order.Expired;
        var now = clock.Now();
        if (order.Pay(captured.Amount, now) is { } problem) throw new InvalidOperationException($"Order {order.Number} cannot be paid: {problem.Detail}");
        db.Publish(OrderFacts.Stream(order.Id), new OrderPaid(order.Id, order.Number, order.BusinessId, order.CustomerId, captured));
        if (order.Kind == OrderKind.Service)
        {
            order.Finish(now);
            db.Publish(OrderFacts.Stream(order.Id), new OrderDelivered(order.Id, order.Number, order.BusinessId, order.CustomerId, captured));
        }

        await db.RecordAsync(order, null, "order.paid", before, new { captured, late }, cancel);
        await db.SaveChangesAsync(cancel);
        await loyalty.EarnAsync(db, order.CustomerId, order.BusinessId, order.Id, captured, cancel);
        if (order.Kind == OrderKind.Service) await loyalty.ConfirmAsync(db, order.CustomerId, order.BusinessId, order.Id, cancel);
    }

    private static async Task<PaidResult> DecideAsync(StoreDb db, Order order, Money captured, CancellationToken cancel)
    {
        if (order.PaidAt is not null) return PaidResult.AlreadyPaid;
        if (order.Cash || order.Status is not OrderStatus.Placed && !order.Expired) return PaidResult.Cancelled;
        if (captured.Currency != order.Currency || captured.Amount != order.Total) return PaidResult.WrongAmount;
        if (!order.Expired) return PaidResult.Paid;
        // The points that made it cheaper went back when it expired; the price they gave is not owed any more.
        if (order.PointsRedeemed > 0) return PaidResult.NoStock;
        return await StockClaims.ReserveAgainAsync(db, order.Id, cancel) ? PaidResult.Paid : PaidResult.NoStock;
    }

    private static async Task<Order> HoldAsync(StoreDb db, Guid orderId, CancellationToken cancel)
    {
        if (db.Database.CurrentTransaction is null) throw new InvalidOperationException("Money is told to an order inside a transaction.");
        return await db.HoldOrderAsync(orderId, cancel) ?? throw new InvalidOperationException($"There is no order {orderId}.");
    }

    private static partial class Log
    {
        [LoggerMessage(4101, LogLevel.Warning, "Money came for order {Number} and is not kept: {Result}.")]
        internal static partial void NotPaid(ILogger log, long number, PaidResult result);
    }
}
