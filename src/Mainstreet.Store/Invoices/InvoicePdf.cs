using System.Globalization;

using Mainstreet.Store.Orders;

using NodaTime;
using NodaTime.Text;

namespace Mainstreet.Store.Invoices;

/// <summary>Draws an invoice, or the confirmation of an order that has none yet, on A4 pages.</summary>
internal static class InvoicePdf
{
    private static readonly LocalDatePattern Day = LocalDatePattern.CreateWithInvariantCulture("d MMMM uuuu");

    /// <param name="order">The order.</param>
    /// <param name="lines">Its lines, in their order.</param>
    /// <param name="invoice">With an empty number for a confirmation.</param>
    /// <returns>A PDF document.</returns>
    internal static byte[] Render(Order order, IReadOnlyList<OrderLine> lines, Invoice invoice)
    {
        var paper = new InvoicePaper(Title(order, invoice), invoice.IssuedAt);
        Head(paper, order, invoice);
        Lines(paper, order, lines);
        Taxes(paper, lines);
        Totals(paper, order);
        return paper.ToArray();
    }

    private static string Title(Order order, Invoice invoice) =>
        invoice.Number.Length > 0 ? $"Tax invoice {invoice.Number}" : $"Order {order.Number}";

    private static void Head(InvoicePaper paper, Order order, Invoice invoice)
    {
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(invoice.TimeZone) ?? DateTimeZone.Utc;
        paper.Heading(Title(order, invoice));
        if (invoice.Number.Length == 0) paper.Text("This is a confirmation, not a tax invoice. The invoice is issued when the order is packed.");
        paper.Text($"Date: {Day.Format(Instant.FromDateTimeOffset(invoice.IssuedAt).InZone(zone).Date)}     Order: {order.Number}     Amounts in {order.Currency}, tax included");
        paper.Gap();
        paper.Strong(invoice.SellerName);
        if (invoice.SellerAddress.Length > 0) paper.Text(invoice.SellerAddress);
        if (invoice.Gstin is { } gstin) paper.Text($"GSTIN {gstin}     State {invoice.StateCode}");
        paper.Gap();
        paper.Strong($"To: {invoice.BuyerName}");
        if (order.Kind == OrderKind.Goods)
        {
            paper.Text($"{order.Line1}, {order.City} {order.PostalCode}, {order.Country}");
            var state = order.StateCode ?? PlaceOfSupply.StateOf(order.PostalCode) ?? invoice.StateCode;
            if (state is not null) paper.Text($"Place of supply: state {state}");
        }

        paper.Gap();
    }

    private static void Lines(InvoicePaper paper, Order order, IReadOnlyList<OrderLine> lines)
    {
        double[] columns = [14, 190, 46, 32, 52, 46, 54, 36, 46];
        paper.Table(
            columns, ["", "Item", "HSN", "Qty", "Price", "Less", "Taxable", "GST", "Tax"], "Total",
            lines.Select(l => (
                new[]
                {
                    l.Position.ToString(CultureInfo.InvariantCulture), l.PackSize is { Length: > 0 } pack ? $"{l.Name}, {pack}" : l.Name, l.Hsn ?? "",
                    l.Quantity.ToString(CultureInfo.InvariantCulture), Amount(l.UnitPrice), l.Discount == 0 ? "" : Amount(l.Discount), Amount(l.Taxable),
                    Percent(l.RateBasisPoints), Amount(l.Cgst + l.Sgst + l.Igst),
                },
                Amount(l.Total))));
        paper.Sum("Total", Amount(order.Total), strong: true);
        paper.Gap();
    }

    /// <summary>The tax by rate, as an invoice must show it: every figure is the sum of its lines.</summary>
    private static void Taxes(InvoicePaper paper, IReadOnlyList<OrderLine> lines)
    {
        double[] columns = [70, 90, 90, 90];
        paper.Table(
            columns, ["GST rate", "Taxable", "CGST", "SGST"], "IGST",
            lines.GroupBy(l => l.RateBasisPoints).OrderBy(g => g.Key).Select(g => (
                new[] { Percent(g.Key), Amount(g.Sum(l => l.Taxable)), Amount(g.Sum(l => l.Cgst)), Amount(g.Sum(l => l.Sgst)) },
                Amount(g.Sum(l => l.Igst)))));
        paper.Gap();
    }

    private static void Totals(InvoicePaper paper, Order order)
    {
        paper.Sum("Items", Amount(order.ItemsTotal));
        if (order.DeliveryFee > 0) paper.Sum("Delivery", Amount(order.DeliveryFee));
        if (order.Discount > 0) paper.Sum($"Points redeemed ({order.PointsRedeemed.ToString(CultureInfo.InvariantCulture)})", "-" + Amount(order.Discount));
        paper.Sum("To pay", Amount(order.Total), strong: true);
        if (order.Captured > 0) paper.Sum("Paid", Amount(order.Captured));
        if (order.Refunded > 0) paper.Sum("Refunded", Amount(order.Refunded));
        if (order.Status is OrderStatus.Cancelled) paper.Text("This order was cancelled.");
    }

    private static string Percent(int basisPoints) => (basisPoints / 100m).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    /// <summary>Major units with two decimals and Indian groups: <c>1,23,456.78</c>.</summary>
    internal static string Amount(long minor)
    {
        var whole = (minor / 100).ToString(CultureInfo.InvariantCulture);
        for (var at = whole.Length - 3; at > 0; at -= 2) whole = whole.Insert(at, ",");
        return $"{whole}.{minor % 100:d2}";
    }
}
