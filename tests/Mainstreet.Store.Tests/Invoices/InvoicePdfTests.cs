using Mainstreet.Store.Invoices;
using Mainstreet.Store.Orders;

using NodaTime;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Invoices;

[Trait("kind", "unit")]
public sealed class InvoicePdfTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 20, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "0.00")]
    [InlineData(5, "0.05")]
    [InlineData(99_999, "999.99")]
    [InlineData(1_00_000, "1,000.00")]
    [InlineData(1_23_456_78, "1,23,456.78")]
    [InlineData(1_000_000_000, "1,00,00,000.00")]
    public void Amounts_are_written_with_indian_groups(long paise, string text) => InvoicePdf.Amount(paise).ShouldBe(text);

    [Theory]
    [InlineData(2026, 3, 31, "2526")]
    [InlineData(2026, 4, 1, "2627")]
    [InlineData(2027, 1, 15, "2627")]
    [InlineData(2099, 12, 1, "9900")]
    public void The_financial_year_runs_from_april_to_march(int year, int month, int day, string series) =>
        InvoiceBook.YearOf(new LocalDate(year, month, day)).ShouldBe(series);

    [Fact]
    public void A_long_invoice_has_every_line_on_several_pages_and_its_sums_are_those_of_the_lines()
    {
        var (order, lines) = Sold(Basket.MaxLines);
        var printed = new PrintedPdf(InvoicePdf.Render(order, lines, Issued(order, "2627/000001")));
        printed.Title.ShouldBe("Tax invoice 2627/000001");
        printed.Pages.Count.ShouldBe(3);
        printed.Pages.Select(p => p[0]).ShouldBe(["Page 1", "Page 2", "Page 3"]);
        var text = printed.Text.ToList();
        text.Count(t => t == "Basmati rice, 1 kg").ShouldBe(Basket.MaxLines);
        foreach (var line in lines) text.ShouldContain(InvoicePdf.Amount(line.Total));
        text.ShouldContain(InvoicePdf.Amount(lines.Sum(l => l.Taxable)));
        text.ShouldContain(InvoicePdf.Amount(lines.Sum(l => l.Cgst)));
        text.ShouldContain(InvoicePdf.Amount(lines.Sum(l => l.Sgst)));
        text.Count(t => t == InvoicePdf.Amount(order.Total)).ShouldBe(2);
        text.ShouldContain("GSTIN 29ABCDE1234F1Z5     State 29");
        text.ShouldContain("Place of supply: state 29");
        // 20:00 UTC is the next day where the shop is.
        text.ShouldContain(t => t.StartsWith("Date: 21 November 2026", StringComparison.Ordinal));
    }

    [Fact]
    public void An_order_without_an_invoice_is_confirmed_and_odd_names_do_not_break_the_page()
    {
        var (order, lines) = Sold(2, @"Crème (brûlée) \ ₹10 आलू 🥔 " + new string('x', 300));
        var printed = new PrintedPdf(InvoicePdf.Render(order, lines, Issued(order, "")));
        printed.Pages.Count.ShouldBe(1);
        printed.Title.ShouldBe("Order 0");
        printed.Text.ShouldContain(t => t.StartsWith("This is a confirmation, not a tax invoice.", StringComparison.Ordinal));
        var name = printed.Text.First(t => t.StartsWith("Cr", StringComparison.Ordinal));
        name.ShouldStartWith(@"Crème (brûlée) \ Rs10 ??");
        name[^1].ShouldBe('\x85');
    }

    [Fact]
    public void The_same_invoice_is_the_same_bytes()
    {
        var (order, lines) = Sold(5);
        InvoicePdf.Render(order, lines, Issued(order, "2627/000002")).ShouldBe(InvoicePdf.Render(order, lines, Issued(order, "2627/000002")));
    }

    private static (Order Order, List<OrderLine> Lines) Sold(int count, string name = "Basmati rice")
    {
        var id = Guid.CreateVersion7();
        List<BasketLine> lines = [.. Enumerable.Range(1, count).Select(i => new BasketLine(LineKind.Goods, Guid.CreateVersion7(), $"S{i}", name, "1 kg", "1006", i, 9_950, 500))];
        var basket = Basket.Price(lines, 1_234, insideState: true).Value!;
        var order = Order.Place(
            id, Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), basket, "INR", 10, false,
            new Destination("1 Lamp Lane", "Bengaluru", "560038", "IN", null, null, null), true, Now, false, Now);
        return (order, [.. basket.Lines.Select((l, i) => OrderLine.Of(Guid.CreateVersion7(), id, i + 1, l))]);
    }

    private static Invoice Issued(Order order, string number) => new()
    {
        OrderId = order.Id, BusinessId = order.BusinessId, Number = number, IssuedAt = Now, SellerName = "Lamp Lane Grocery", SellerAddress = "12 Lamp Lane, Bengaluru 560038, IN",
        Gstin = "29ABCDE1234F1Z5", StateCode = "29", BuyerName = "Asha", TimeZone = "Asia/Kolkata",
    };
}
