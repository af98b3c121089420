using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Carts;
using Mainstreet.Store.Catalogue;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

using NodaTime;

namespace Mainstreet.Store.Orders;

/// <summary>A cart as it can be ordered at this moment: every product there, in number and at the price that the customer saw.</summary>
internal sealed record CartContents(Cart Cart, Shop Shop, IReadOnlyList<BasketLine> Lines)
{
    internal IEnumerable<(Guid ProductId, int Quantity)> Goods =>
        Lines.Where(l => l.ProductId is not null).Select(l => (l.ProductId!.Value, l.Quantity));

    /// <summary>
    /// Reads a cart for ordering, without a lock: most who come too late learn it here. Errors: cart_not_found, cart_closed, cart_empty, shop_closed,
    /// out_of_stock, price_changed.
    /// </summary>
    internal static async Task<Outcome<CartContents>> ReadAsync(
        StoreDb db, Guid cartId, Caller caller, IBusinessDirectory businesses, TimeProvider clock, CancellationToken cancel)
    {
        var cart = await db.Carts.AsNoTracking().Where(c => c.Id == cartId).UsableBy(caller).SingleOrDefaultAsync(cancel);
        if (cart is null) return OrderProblems.CartNotFound;
        if (cart.State != CartState.Open) return OrderProblems.CartClosed;
        var wanted = await (
            from i in db.CartItems.AsNoTracking()
            join p in db.Products.AsNoTracking() on i.ProductId equals p.Id
            join s in db.Stock.AsNoTracking() on p.Id equals s.ProductId into stock
            from s in stock.DefaultIfEmpty()
            where i.CartId == cartId
            orderby i.AddedAt, i.ProductId
            select new { Item = i, Product = p, Available = s == null ? 0 : s.OnHand - s.Reserved }).ToListAsync(cancel);
        if (wanted.Count == 0 || cart.BusinessId is not { } businessId) return OrderProblems.CartEmpty;
        var shop = await db.Shops.AsNoTracking().SingleOrDefaultAsync(s => s.BusinessId == businessId, cancel);
        if (shop is null || shop.Synthetic != caller.Synthetic) return OrderProblems.CartNotFound;
        if (!shop.Open) return OrderProblems.ShopClosed;

        var missing = wanted.Select(w => new ShortLine(
                w.Product.Id, w.Product.Name, w.Item.Quantity, w.Product.Active ? Math.Min(w.Available, Basket.MaxQuantity) : 0))
            .Where(l => l.Available < l.Wanted).ToList();
        if (missing.Count > 0) return OrderProblems.OutOfStock(missing);
        var repriced = wanted.Where(w => w.Item.SeenPrice != w.Product.PriceAmount).Select(w => new RepricedLine(
            w.Product.Id, w.Product.Name, new Money(w.Item.SeenPrice, shop.Currency), new Money(w.Product.PriceAmount, shop.Currency))).ToList();
        if (repriced.Count > 0) return OrderProblems.PriceChanged(repriced);

        var rates = await TaxRates.OnAsync(db, await TodayAsync(businessId, businesses, clock, cancel), cancel);
        var lines = wanted.Select(w => new BasketLine(
            LineKind.Goods, w.Product.Id, w.Product.Sku, w.Product.Name, w.Product.PackSize, w.Product.Hsn, w.Item.Quantity,
            w.Product.PriceAmount, rates[w.Product.TaxClass])).ToList();
        var sum = Basket.Sum(lines);
        if (!sum.Ok) return sum.Problem;
        if (DeliveryFees.Of(shop, sum.Value) is > 0 and var fee)
            lines.Add(new BasketLine(LineKind.Delivery, null, null, "Delivery", null, DeliveryFees.Code, 1, fee, rates[DeliveryFees.TaxClass]));
        return new CartContents(cart, shop, lines);
    }

    /// <summary>The day by which the order is taxed: where the shop is.</summary>
    private static async Task<DateOnly> TodayAsync(Guid businessId, IBusinessDirectory businesses, TimeProvider clock, CancellationToken cancel)
    {
        var zone = await businesses.FindAsync(businessId, cancel) is { } business
            ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(business.TimeZone) ?? DateTimeZone.Utc : DateTimeZone.Utc;
        return Instant.FromDateTimeOffset(clock.Now()).InZone(zone).Date.ToDateOnly();
    }
}
