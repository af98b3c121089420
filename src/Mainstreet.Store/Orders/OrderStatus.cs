using System.Text.Json;

namespace Mainstreet.Store.Orders;

/// <summary>
/// Where an order stands. Online: placed → paid → packing → outForDelivery → delivered; cash on delivery goes from placed to packing and is
/// paid at the door. Cancelled from anywhere before delivery; refunded once all that was paid has gone back.
/// </summary>
public enum OrderStatus
{
    Placed,
    Paid,
    Packing,
    OutForDelivery,
    Delivered,
    Cancelled,
    Refunded,
}

/// <summary>What happens to an order.</summary>
internal enum OrderAct
{
    Pay,
    Pack,
    Dispatch,
    Deliver,
    CancelByCustomer,
    CancelByShop,
    Expire,
    RefundInFull,
}

/// <summary>The whole state machine in one table.</summary>
internal static class OrderFlow
{
    /// <summary>The state after an act, or null when the act is not allowed in that state.</summary>
    /// <param name="from">Where the order stands.</param>
    /// <param name="act">What somebody wants.</param>
    /// <param name="cash">Paid at the door: packing needs no payment before.</param>
    internal static OrderStatus? After(OrderStatus from, OrderAct act, bool cash) => (act, from) switch
    {
        // Cancelled here means expired; an order that somebody cancelled is told apart before this is asked.
        (OrderAct.Pay, OrderStatus.Placed or OrderStatus.Cancelled) when !cash => OrderStatus.Paid,
        (OrderAct.Pack, OrderStatus.Paid) when !cash => OrderStatus.Packing,
        (OrderAct.Pack, OrderStatus.Placed) when cash => OrderStatus.Packing,
        (OrderAct.Dispatch, OrderStatus.Packing) => OrderStatus.OutForDelivery,
        (OrderAct.Deliver, OrderStatus.OutForDelivery) => OrderStatus.Delivered,
        (OrderAct.CancelByCustomer, OrderStatus.Placed or OrderStatus.Paid) => OrderStatus.Cancelled,
        (OrderAct.CancelByShop, OrderStatus.Placed or OrderStatus.Paid or OrderStatus.Packing or OrderStatus.OutForDelivery) => OrderStatus.Cancelled,
        (OrderAct.Expire, OrderStatus.Placed) when !cash => OrderStatus.Cancelled,
        (OrderAct.RefundInFull, not OrderStatus.Placed and not OrderStatus.Refunded) => OrderStatus.Refunded,
        _ => null,
    };

    /// <summary>As on the wire.</summary>
    internal static string Word(this OrderStatus status) => JsonNamingPolicy.CamelCase.ConvertName(status.ToString());
}
