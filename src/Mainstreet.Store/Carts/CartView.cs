using Mainstreet.Foundation.Currencies;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Carts;

/// <summary>A product in a cart, as it can be had now.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Name">As in the catalogue.</param>
/// <param name="PackSize">For example <c>500 g</c>.</param>
/// <param name="Quantity">1 to 999.</param>
/// <param name="Price">Of one, with tax, as it is now.</param>
/// <param name="SeenPrice">Of one, as the customer saw it when they last set the quantity.</param>
/// <param name="PriceChanged">True while the two differ; setting the quantity again accepts the present price.</param>
/// <param name="Available">Pieces that can be had now, at most 999; 0 for a product that is no longer sold.</param>
/// <param name="TooFew">True when fewer can be had than wanted.</param>
/// <param name="Total">Quantity times present price.</param>
public sealed record CartLineView(
    Guid ProductId, string Name, string? PackSize, int Quantity, Money Price, Money SeenPrice, bool PriceChanged, int Available, bool TooFew, Money Total);

/// <summary>A cart on the wire. Items in the order in which they were added.</summary>
public sealed record CartView(
    Guid Id, Guid? BusinessId, string State, Guid? MergedInto, IReadOnlyList<CartLineView> Items, Money ItemsTotal, Money DeliveryFee, Money Total,
    int Version, DateTimeOffset UpdatedAt)
{
    /// <summary>What an empty cart counts in, before a shop is known.</summary>
    private const string DefaultCurrency = "INR";

    /// <summary>Reads the cart's items with today's prices and stock: two queries, however many lines.</summary>
    internal static async Task<CartView> ReadAsync(StoreDb db, Cart cart, CancellationToken cancel)
    {
        var shop = cart.BusinessId is { } business
            ? await db.Shops.AsNoTracking().SingleOrDefaultAsync(s => s.BusinessId == business, cancel) : null;
        var currency = shop?.Currency ?? DefaultCurrency;
        var rows = await (
            from i in db.CartItems.AsNoTracking()
            join p in db.Products.AsNoTracking() on i.ProductId equals p.Id
            join s in db.Stock.AsNoTracking() on p.Id equals s.ProductId into stock
            from s in stock.DefaultIfEmpty()
            where i.CartId == cart.Id
            orderby i.AddedAt, i.ProductId
            select new
            {
                i.ProductId, p.Name, p.PackSize, i.Quantity, Price = p.PriceAmount, i.SeenPrice, p.Active,
                Available = s == null ? 0 : s.OnHand - s.Reserved,
            }).ToListAsync(cancel);
        var lines = rows.Select(r =>
        {
            var available = r.Active ? Math.Min(r.Available, Basket.MaxQuantity) : 0;
            return new CartLineView(
                r.ProductId, r.Name, r.PackSize, r.Quantity, new Money(r.Price, currency), new Money(r.SeenPrice, currency),
                r.Price != r.SeenPrice, available, available < r.Quantity, new Money(r.Price * r.Quantity, currency));
        }).ToList();
        var items = lines.Sum(l => l.Total.Amount);
        var fee = shop is null || lines.Count == 0 ? 0 : DeliveryFees.Of(shop, items);
        return new CartView(
            cart.Id, cart.BusinessId, System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(cart.State.ToString()), cart.MergedInto, lines,
            new Money(items, currency), new Money(fee, currency), new Money(items + fee, currency), cart.Version, cart.UpdatedAt);
    }
}
