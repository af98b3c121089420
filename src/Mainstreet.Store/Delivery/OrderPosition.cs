namespace Mainstreet.Store.Delivery;

/// <summary>Where an order's courier was last. One row an order, gone when it is delivered: nobody keeps the way that a person took.</summary>
internal sealed class OrderPosition
{
    public required Guid OrderId { get; init; }

    /// <summary>Degrees, WGS 84.</summary>
    public required double Lat { get; set; }

    public required double Lon { get; set; }

    public required DateTimeOffset At { get; set; }
}
