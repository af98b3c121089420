using Mainstreet.Contracts;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;

using Microsoft.EntityFrameworkCore;

using NodaTime;

using Storage = Mainstreet.Foundation.Data.Storage;

namespace Mainstreet.Store.Invoices;

/// <summary>Issues invoices, numbered without gaps in each business and financial year (April to March, CGST Rules 2017, rule 46(b)).</summary>
internal sealed class InvoiceBook(IBusinessDirectory businesses, IAccounts accounts)
{
    /// <summary>The order's invoice; issued now when it has none. Inside the transaction of the act that makes it due, with the order held.</summary>
    internal async Task<Invoice> IssueAsync(StoreDb db, Order order, DateTimeOffset now, CancellationToken cancel)
    {
        if (await db.Invoices.SingleOrDefaultAsync(i => i.OrderId == order.Id, cancel) is { } known) return known;
        var (draft, zone) = await DraftAsync(db, order, now, cancel);
        var year = YearOf(Instant.FromDateTimeOffset(now).InZone(zone).Date);
        var invoice = new Invoice
        {
            OrderId = draft.OrderId, BusinessId = draft.BusinessId, Number = $"{year}/{await NextAsync(db, order.BusinessId, year, cancel):d6}", IssuedAt = draft.IssuedAt,
            SellerName = draft.SellerName, SellerAddress = draft.SellerAddress, Gstin = draft.Gstin, StateCode = draft.StateCode,
            BuyerName = draft.BuyerName, TimeZone = draft.TimeZone,
        };
        db.Invoices.Add(invoice);
        return invoice;
    }

    /// <summary>What the invoice would say if it were issued now; its number is empty.</summary>
    internal async Task<(Invoice Draft, DateTimeZone Zone)> DraftAsync(StoreDb db, Order order, DateTimeOffset now, CancellationToken cancel)
    {
        var shop = await db.Shops.AsNoTracking().SingleOrDefaultAsync(s => s.BusinessId == order.BusinessId, cancel);
        var business = await businesses.FindAsync(order.BusinessId, cancel);
        var buyer = await accounts.FindAsync(order.CustomerId, cancel);
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(business?.TimeZone ?? "UTC") ?? DateTimeZone.Utc;
        return (new Invoice
        {
            OrderId = order.Id,
            BusinessId = order.BusinessId,
            Number = "",
            IssuedAt = now,
            SellerName = business?.Name ?? shop?.Name ?? "",
            SellerAddress = shop is null ? "" : $"{shop.Line1}, {shop.City} {shop.PostalCode}, {shop.Country}",
            Gstin = shop?.Gstin,
            StateCode = shop?.StateCode,
            BuyerName = buyer?.DisplayName ?? "",
            TimeZone = zone.Id,
        }, zone);
    }

    /// <summary><c>2627</c> for any day from April 2026 to March 2027.</summary>
    internal static string YearOf(LocalDate day)
    {
        var first = day.Month >= 4 ? day.Year : day.Year - 1;
        return $"{first % 100:d2}{(first + 1) % 100:d2}";
    }

    private static async Task<int> NextAsync(StoreDb db, Guid businessId, string year, CancellationToken cancel)
    {
        if (await AdvanceAsync(db, businessId, year, cancel) == 0)
        {
            var series = db.InvoiceSeries.Add(new InvoiceSeries { BusinessId = businessId, Year = year, Last = 0 });
            try
            {
                await db.SaveChangesAsync(cancel);
            }
            catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
            {
                // Another order of the shop opened the year at the same moment; EF has gone back to before this insert.
            }

            series.State = EntityState.Detached;
            await AdvanceAsync(db, businessId, year, cancel);
        }

        return await db.InvoiceSeries.AsNoTracking().Where(s => s.BusinessId == businessId && s.Year == year).Select(s => s.Last).SingleAsync(cancel);
    }

    /// <summary>Takes the next number and, until the transaction ends, keeps others from taking one.</summary>
    private static Task<int> AdvanceAsync(StoreDb db, Guid businessId, string year, CancellationToken cancel) =>
        db.InvoiceSeries.Where(s => s.BusinessId == businessId && s.Year == year)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.Last, x => x.Last + 1), cancel);
}
