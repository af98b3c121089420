using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

namespace Mainstreet.Store.Loyalty;

/// <summary>
/// Points of an order, each call inside the caller's own transaction (<c>db.InTransactionAsync</c>) and saved there. Every call locks
/// the customer's balance with the shop until the transaction ends, so it comes after the order and its stock: order, stock, points.
/// Each may be repeated: an order earns, confirms and redeems once, and what a reversal takes is the difference to what was taken before.
/// </summary>
internal interface ILoyalty
{
    /// <summary>Spends points on an order that is being placed.</summary>
    /// <param name="points">0 or more; 0 does nothing.</param>
    /// <param name="orderTotal">Before the discount.</param>
    /// <returns>
    /// The discount in minor units of the total's currency, or <c>invalid_request</c> (400, field <c>redeemPoints</c>), <c>too_many_points</c> (422: more than
    /// <see cref="LoyaltyOptions.RedeemMaxPercent"/> of the total), <c>not_enough_points</c> (409).
    /// </returns>
    Task<Outcome<long>> RedeemAsync(StoreDb db, Guid customerId, Guid businessId, Guid orderId, int points, Money orderTotal, CancellationToken cancel);

    /// <summary>The order is paid: its points wait until it is delivered.</summary>
    /// <param name="paid">What was paid in money, without the discount of points.</param>
    /// <returns>The points, 0 or more.</returns>
    Task<long> EarnAsync(StoreDb db, Guid customerId, Guid businessId, Guid orderId, Money paid, CancellationToken cancel);

    /// <summary>The order is delivered: its points may be spent. Without <see cref="EarnAsync"/> before it does nothing.</summary>
    /// <returns>The points that may be spent from now on.</returns>
    Task<long> ConfirmAsync(StoreDb db, Guid customerId, Guid businessId, Guid orderId, CancellationToken cancel);

    /// <summary>
    /// Money went back, or the order was cancelled. The share of the earned points that the refund is of the payment is taken back (rounded down;
    /// all of them on a full refund); points that were spent on the order come back on a full refund only, and live for at least
    /// <see cref="LoyaltyOptions.ReturnGraceDays"/> more. What was spent meanwhile is owed, and later earnings pay it first.
    /// </summary>
    /// <param name="refundedInAll">The sum of all refunds of the order so far. As large as <paramref name="captured"/>: full. Both zero: cancelled before anything was paid.</param>
    /// <param name="captured">What was paid in all.</param>
    Task ReverseAsync(StoreDb db, Guid customerId, Guid businessId, Guid orderId, Money refundedInAll, Money captured, CancellationToken cancel);
}
