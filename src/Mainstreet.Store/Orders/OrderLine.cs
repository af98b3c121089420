namespace Mainstreet.Store.Orders;

/// <summary>What a line charges for.</summary>
public enum LineKind
{
    Goods,
    Delivery,
    Service,
}

/// <summary>One line of an order as it was sold: it does not change when the product does. Money in minor units of the order's currency.</summary>
internal sealed class OrderLine
{
    private OrderLine()
    {
    }

    public Guid Id { get; private init; }

    public Guid OrderId { get; private init; }

    /// <summary>1, 2, 3, … in the order of the basket.</summary>
    public int Position { get; private init; }

    public LineKind Kind { get; private init; }

    /// <summary>The goods; null for delivery and services.</summary>
    public Guid? ProductId { get; private init; }

    public string? Sku { get; private init; }

    public string Name { get; private init; } = "";

    public string? PackSize { get; private init; }

    /// <summary>Harmonised code of goods, or accounting code of a service.</summary>
    public string? Hsn { get; private init; }

    public int Quantity { get; private init; }

    /// <summary>Price of one, with tax.</summary>
    public long UnitPrice { get; private init; }

    /// <summary>The line's share of the order's discount.</summary>
    public long Discount { get; private init; }

    /// <summary>What the line costs, with tax: quantity times price, less its discount.</summary>
    public long Total { get; private init; }

    public int RateBasisPoints { get; private init; }

    public long Taxable { get; private init; }

    public long Cgst { get; private init; }

    public long Sgst { get; private init; }

    public long Igst { get; private init; }

    /// <summary>Sells one line of a priced basket.</summary>
    internal static OrderLine Of(Guid id, Guid orderId, int position, PricedLine line) => new()
    {
        Id = id,
        OrderId = orderId,
        Position = position,
        Kind = line.Kind,
        ProductId = line.ProductId,
        Sku = line.Sku,
        Name = line.Name,
        PackSize = line.PackSize,
        Hsn = line.Hsn,
        Quantity = line.Quantity,
        UnitPrice = line.UnitPrice,
        Discount = line.Discount,
        Total = line.Tax.Total,
        RateBasisPoints = line.Tax.RateBasisPoints,
        Taxable = line.Tax.Taxable,
        Cgst = line.Tax.Cgst,
        Sgst = line.Tax.Sgst,
        Igst = line.Tax.Igst,
    };
}
