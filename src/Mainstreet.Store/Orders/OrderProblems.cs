using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Store.Orders;

/// <summary>A line that cannot be had as wanted.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Name">As in the catalogue.</param>
/// <param name="Wanted">Pieces asked for.</param>
/// <param name="Available">Pieces that can be had now, 0 or more.</param>
public sealed record ShortLine(Guid ProductId, string Name, int Wanted, int Available);

/// <summary>A line whose price is not the one that the customer was shown.</summary>
public sealed record RepricedLine(Guid ProductId, string Name, Money Seen, Money Now);

/// <summary>The expected failures of carts and orders.</summary>
internal static class OrderProblems
{
    internal static readonly Problem CartNotFound = new(404, "cart_not_found", "There is no such cart, or it is not yours.");
    internal static readonly Problem CartClosed = new(409, "cart_closed", "This cart was ordered or merged into another one.");
    internal static readonly Problem CartEmpty = new(409, "cart_empty", "The cart is empty.");
    internal static readonly Problem CartChanged = new(409, "cart_changed", "The cart was changed while it was being ordered; look at it again.");
    internal static readonly Problem CartFull = new(422, "cart_full", $"A cart holds {Basket.MaxLines} different products at most.");
    internal static readonly Problem OtherShop = new(422, "other_shop", "A cart holds the goods of one shop.");
    internal static readonly Problem ShopClosed = new(409, "shop_closed", "The shop takes no orders at the moment.");
    internal static readonly Problem AmountTooLarge = new(422, "amount_too_large", "The order is too large for this shop.");
    internal static readonly Problem NotPayable = new(409, "not_payable", "Nothing is to be paid for this order.");
    internal static readonly Problem NotYourDelivery = new(403, "not_your_delivery", "Somebody else delivers this order.");
    internal static readonly Problem NoCourier = new(422, "courier_unknown", "This account does not deliver for the shop.");

    internal static Problem OutOfStock(IReadOnlyList<ShortLine> lines) =>
        new(409, "out_of_stock", "Some goods are not there in this number.") { Facts = new Dictionary<string, object?> { ["lines"] = lines } };

    internal static Problem PriceChanged(IReadOnlyList<RepricedLine> lines) =>
        new(409, "price_changed", "Prices have changed since you saw them.") { Facts = new Dictionary<string, object?> { ["lines"] = lines } };

    internal static Problem WrongStatus(OrderStatus status) =>
        new(409, "wrong_status", "The order is not in a state that allows this.") { Detail = $"The order is {status.Word()}." };
}
