using Mainstreet.Contracts;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Catalogue;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

using NodaTime;

namespace Mainstreet.Store.Invoices;

/// <summary>
/// The price of a finished job becomes an order for its tenant, invoiced at once and paid like any other; there is nothing to reserve, pack or bring. The price
/// contains the tax of services when the business's shop has a GSTIN; else no tax is charged.
/// </summary>
internal sealed partial class InvoiceJobs(StoreDb db, TimeProvider clock, InvoiceBook book, ILogger<InvoiceJobs> log) : IEventHandler<JobPriced>
{
    /// <summary>Services accounting code of maintenance and repair.</summary>
    private const string Code = "9987";

    public ModuleDb Db => db;

    public async Task HandleAsync(JobPriced @event, Guid eventId, CancellationToken cancel)
    {
        if (@event.Amount <= 0 || await db.Orders.AnyAsync(o => o.TicketId == @event.TicketId, cancel)) return;
        var now = clock.Now();
        var registered = await db.Shops.AsNoTracking().AnyAsync(s => s.BusinessId == @event.BusinessId && s.Gstin != null, cancel);
        var rate = registered ? (await TaxRates.OnAsync(db, Instant.FromDateTimeOffset(now).InUtc().Date.ToDateOnly(), cancel))[TaxRates.Standard] : 0;
        var basket = Basket.Price([new BasketLine(LineKind.Service, null, null, $"Ticket {@event.Number}: {@event.Title}", null, Code, 1, @event.Amount, rate)], 0, insideState: true);
        if (!basket.Ok)
        {
            Log.NotInvoiced(log, @event.Number, basket.Problem.Code);
            return;
        }

        var order = Order.Invoice(
            clock.NewId(), @event.BusinessId, @event.TenantId, @event.TicketId, basket.Value, @event.Currency, @event.Synthetic, now);
        db.Orders.Add(order);
        db.OrderLines.Add(OrderLine.Of(clock.NewId(), order.Id, 1, basket.Value.Lines[0]));
        await db.SaveChangesAsync(cancel);
        var invoice = await book.IssueAsync(db, order, now, cancel);
        await db.RecordAsync(order, null, "order.invoiced", null, new { @event.TicketId, invoice = invoice.Number, order.Total, order.Currency }, cancel);
        await db.SaveChangesAsync(cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(4102, LogLevel.Error, "The price of ticket {Number} is not invoiced: {Code}.")]
        internal static partial void NotInvoiced(ILogger log, long number, string code);
    }
}
