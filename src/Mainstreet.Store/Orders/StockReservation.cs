namespace Mainstreet.Store.Orders;

internal enum ReservationState
{
    /// <summary>Counted in the stock item's <c>reserved</c>.</summary>
    Held,

    /// <summary>Packed: gone from <c>on_hand</c> and <c>reserved</c>.</summary>
    Taken,

    /// <summary>Given back, from the shelf's reservation or out of the bag.</summary>
    Released,
}

/// <summary>What an order holds of one stock item. The held ones of a product add up to its <c>reserved</c>, always.</summary>
internal sealed class StockReservation
{
    public required Guid OrderId { get; init; }

    public required Guid ProductId { get; init; }

    public required int Quantity { get; init; }

    public required ReservationState State { get; set; }
}
