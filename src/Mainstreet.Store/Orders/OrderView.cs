using Mainstreet.Foundation.Currencies;
using Mainstreet.Store.Data;
using Mainstreet.Store.Payments;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Orders;

/// <summary>A line of an order on the wire. <c>Total</c> is quantity times unit price less the discount, and contains the tax.</summary>
/// <param name="RateBasisPoints">Hundredths of a per cent: 1800 is 18 %.</param>
internal sealed record OrderLineView(
    LineKind Kind, Guid? ProductId, string Name, string? PackSize, int Quantity, Money UnitPrice, Money Discount, Money Total, int RateBasisPoints, Money Tax);

/// <summary>The tax inside an order's total: each member is the sum of the lines'.</summary>
internal sealed record OrderTaxView(Money Taxable, Money Cgst, Money Sgst, Money Igst);

internal sealed record AddressView(string Line1, string City, string PostalCode, string Country, string? StateCode, double? Lat, double? Lon);

/// <summary>Where the courier was last, while the order is on its way.</summary>
internal sealed record PositionView(double Lat, double Lon, DateTimeOffset At);

/// <summary>An order on the wire.</summary>
/// <param name="Number">What people say to each other.</param>
/// <param name="Refunded">What has gone back; at most <paramref name="Total"/>.</param>
/// <param name="ReservedUntil">Until when the goods are kept for a customer who still has to pay.</param>
/// <param name="Address">Null for services.</param>
/// <param name="Payment">Null while nobody has chosen how to pay for a service.</param>
/// <param name="InvoiceNumber">From packing on.</param>
internal sealed record OrderView(
    Guid Id, long Number, OrderKind Kind, OrderStatus Status, Guid BusinessId, Guid CustomerId, Guid? TicketId, IReadOnlyList<OrderLineView> Items,
    Money ItemsTotal, Money DeliveryFee, Money Discount, Money Total, Money Refunded, int PointsRedeemed, OrderTaxView Tax, AddressView? Address,
    PaymentView? Payment, DateTimeOffset? ReservedUntil, CancelReason? CancelReason, string? CancelNote, Guid? CourierId, PositionView? Position,
    string? InvoiceNumber, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? PaidAt, DateTimeOffset? PackedAt,
    DateTimeOffset? DispatchedAt, DateTimeOffset? DeliveredAt, DateTimeOffset? CancelledAt)
{
    /// <summary>Completes orders with their lines, payments, positions and invoice numbers: a query each, however many orders.</summary>
    /// <param name="db">The context.</param>
    /// <param name="payments">Tells how far the money is.</param>
    /// <param name="orders">At most 500.</param>
    /// <param name="payable">Also what is needed to pay: for the customer who looks at one order.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal static async Task<IReadOnlyList<OrderView>> ReadAsync(
        StoreDb db, IPayments payments, IReadOnlyList<Order> orders, bool payable, CancellationToken cancel)
    {
        if (orders.Count == 0) return [];
        var ids = orders.Select(o => o.Id).ToArray();
        var lines = (await db.OrderLines.AsNoTracking().Where(l => ids.Contains(l.OrderId)).OrderBy(l => l.Position).ToListAsync(cancel)).ToLookup(l => l.OrderId);
        var paid = await payments.OfOrdersAsync(db, ids, payable, cancel);
        var onTheWay = orders.Where(o => o.Status == OrderStatus.OutForDelivery).Select(o => o.Id).ToArray();
        var positions = onTheWay.Length == 0 ? []
            : await db.Positions.AsNoTracking().Where(p => onTheWay.Contains(p.OrderId)).ToDictionaryAsync(p => p.OrderId, p => new PositionView(p.Lat, p.Lon, p.At), cancel);
        var invoiced = orders.Where(o => o.Packed || o.Kind == OrderKind.Service).Select(o => o.Id).ToArray();
        var invoices = invoiced.Length == 0 ? []
            : await db.Invoices.AsNoTracking().Where(i => invoiced.Contains(i.OrderId)).ToDictionaryAsync(i => i.OrderId, i => i.Number, cancel);
        return [.. orders.Select(o => Of(o, lines[o.Id], paid.GetValueOrDefault(o.Id), positions.GetValueOrDefault(o.Id), invoices.GetValueOrDefault(o.Id)))];
    }

    internal static async Task<OrderView> ReadAsync(StoreDb db, IPayments payments, Order order, bool payable, CancellationToken cancel) =>
        (await ReadAsync(db, payments, [order], payable, cancel))[0];

    internal static OrderView Of(Order o, IEnumerable<OrderLine> lines, PaymentView? payment, PositionView? position, string? invoice)
    {
        Money Amount(long minor) => new(minor, o.Currency);
        var sold = lines as IReadOnlyCollection<OrderLine> ?? [.. lines];
        return new OrderView(
            o.Id, o.Number, o.Kind, o.Status, o.BusinessId, o.CustomerId, o.TicketId,
            [.. sold.Select(l => new OrderLineView(
                l.Kind, l.ProductId, l.Name, l.PackSize, l.Quantity, Amount(l.UnitPrice), Amount(l.Discount), Amount(l.Total), l.RateBasisPoints,
                Amount(l.Cgst + l.Sgst + l.Igst)))],
            Amount(o.ItemsTotal), Amount(o.DeliveryFee), Amount(o.Discount), Amount(o.Total), Amount(o.Refunded), o.PointsRedeemed,
            new OrderTaxView(Amount(sold.Sum(l => l.Taxable)), Amount(sold.Sum(l => l.Cgst)), Amount(sold.Sum(l => l.Sgst)), Amount(sold.Sum(l => l.Igst))),
            o.Kind == OrderKind.Service ? null : new AddressView(o.Line1, o.City, o.PostalCode, o.Country, o.StateCode, o.Lat, o.Lon),
            payment, o.ReservedUntil, o.CancelReason, o.CancelNote, o.CourierId, position, invoice, o.Version, o.CreatedAt, o.UpdatedAt,
            o.PaidAt, o.PackedAt, o.DispatchedAt, o.DeliveredAt, o.CancelledAt);
    }
}
