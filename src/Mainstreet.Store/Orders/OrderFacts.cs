using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Store.Data;

namespace Mainstreet.Store.Orders;

/// <summary>Tells audit and live channel what happened to an order, in the transaction in which it happened.</summary>
internal static class OrderFacts
{
    internal static string Stream(Guid orderId) => $"order:{orderId}";

    /// <summary>What subscribers get with each order event.</summary>
    internal sealed record Notice(Guid OrderId, long Number, OrderStatus Status, Money Total, Money Refunded, Guid? CourierId, int Version, DateTimeOffset At);

    internal static Notice NoticeOf(Order o) =>
        new(o.Id, o.Number, o.Status, new Money(o.Total, o.Currency), new Money(o.Refunded, o.Currency), o.CourierId, o.Version, o.UpdatedAt);

    /// <summary>Records one act and tells everybody who follows the order. Call after the order has changed.</summary>
    /// <param name="db">The transaction's context.</param>
    /// <param name="order">As it now is, with its number.</param>
    /// <param name="actorId">Null for a payment's word or the expiry.</param>
    /// <param name="action">For example <c>order.packed</c>: the audit action and the live type.</param>
    /// <param name="from">The status before; null for a new order.</param>
    /// <param name="detail">Further facts for the history.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal static async Task RecordAsync(
        this StoreDb db, Order order, Guid? actorId, string action, OrderStatus? from, object? detail, CancellationToken cancel)
    {
        var entry = new AuditEntry(Stream(order.Id), actorId, action, from?.Word(), order.Status.Word(), detail);
        if (from is null) db.AuditFirst(entry);
        else await db.AuditAsync(entry, cancel);

        var topics = new List<string> { $"order:{order.Id}", $"business:{order.BusinessId}", $"user:{order.CustomerId}" };
        if (order.CourierId is { } courier) topics.Add($"user:{courier}");
        db.Notify(Stream(order.Id), action, NoticeOf(order), topics);
    }
}
