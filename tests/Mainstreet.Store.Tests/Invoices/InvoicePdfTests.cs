using System.Text;

using Mainstreet.Store.Invoices;
using Mainstreet.Store.Orders;

using NodaTime;

using PdfSharp.Pdf.IO;

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
    public void A_long_invoice_is_a_readable_pdf_of_several_pages_with_its_own_font()
    {
        var (order, lines) = Sold(Basket.MaxLines);
        var bytes = InvoicePdf.Render(order, lines, Issued(order, "2627/000001"));
        Encoding.ASCII.GetString(bytes, 0, 5).ShouldBe("%PDF-");
        using var document = PdfReader.Open(new MemoryStream(bytes), PdfDocumentOpenMode.Import);
        document.PageCount.ShouldBeGreaterThan(1);
        document.Info.Title.ShouldBe("Tax invoice 2627/000001");
        Encoding.Latin1.GetString(bytes).ShouldContain("/FontFile2");
    }

    [Fact]
    public void An_order_without_an_invoice_is_confirmed_and_odd_names_do_not_break_the_page()
    {
        var (order, lines) = Sold(2, "आलू 🥔 " + new string('x', 300));
        var bytes = InvoicePdf.Render(order, lines, Issued(order, ""));
        using var document = PdfReader.Open(new MemoryStream(bytes), PdfDocumentOpenMode.Import);
        document.PageCount.ShouldBe(1);
        document.Info.Title.ShouldStartWith("Order ");
    }

    [Fact]
    public async Task Many_invoices_can_be_drawn_at_once()
    {
        var (order, lines) = Sold(5);
        var drawn = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => InvoicePdf.Render(order, lines, Issued(order, $"2627/{i:d6}")))));
        drawn.ShouldAllBe(b => b.Length > 1000);
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
