using Mainstreet.Foundation.Currencies;
using Mainstreet.Store.Data;

namespace Mainstreet.Store.Orders;

/// <summary>What a capture meant to its order.</summary>
internal enum PaidResult
{
    /// <summary>The order is paid by this capture; it may have been expired and its stock was to be had again.</summary>
    Paid,

    /// <summary>The order had been paid before. Nothing changed: the same capture told again, or a second one that must be given back.</summary>
    AlreadyPaid,

    /// <summary>The reservation had ended and the goods are gone: refund in full.</summary>
    NoStock,

    /// <summary>The captured money is not the order's total, or is in another currency: refund in full.</summary>
    WrongAmount,

    /// <summary>The order was cancelled by somebody: refund in full.</summary>
    Cancelled,
}

/// <summary>
/// What payments tell orders. Both methods work inside the caller's transaction and may be repeated: the second call finds nothing to do.
/// One order of locks holds everywhere, and who keeps to it never waits in a circle: the order's row first
/// (<see cref="StoreDb.HoldOrderAsync"/>), then its payment, then stock items in ascending product id, then points.
/// </summary>
internal interface IOrderPayments
{
    /// <summary>Money arrived for an order.</summary>
    /// <param name="db">The caller's context, with its transaction open.</param>
    /// <param name="orderId">An order that exists.</param>
    /// <param name="captured">What was captured, in minor units.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">No transaction is open, or there is no such order.</exception>
    Task<PaidResult> PaidAsync(StoreDb db, Guid orderId, Money captured, CancellationToken cancel);

    /// <summary>Money went back. Reverses points in proportion, and makes the order <c>refunded</c> once everything captured has gone back.</summary>
    /// <param name="db">The caller's context, with its transaction open.</param>
    /// <param name="orderId">An order that exists.</param>
    /// <param name="refundedInAll">Every refund of the order together, this one included: at most what was captured. A sum that is not above the known one changes nothing.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">No transaction is open, there is no such order, or the sum exceeds what was captured.</exception>
    Task RefundedAsync(StoreDb db, Guid orderId, Money refundedInAll, CancellationToken cancel);
}
