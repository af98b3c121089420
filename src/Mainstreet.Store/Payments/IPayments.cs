using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

namespace Mainstreet.Store.Payments;

/// <summary>
/// What orders ask of payments. An order has one payment; at the provider it may take several attempts. What takes a <see cref="StoreDb"/> works in
/// the caller's transaction and never calls the provider; the lock order is the order's row, then its payment (see IOrderPayments).
/// </summary>
internal interface IPayments
{
    /// <summary>Whether an order over the amount may be paid like this. Ask before anything is reserved.</summary>
    /// <returns>
    /// Null when it may, or <c>payments_unavailable</c> (503: no provider is configured for it), <c>amount_too_small</c> (422: less than 1 rupee online),
    /// <c>payment_method_not_found</c> (404: the saved method is not the customer's), <c>invalid_request</c> (400: a saved method that does not fit the method).
    /// </returns>
    Task<Problem?> CheckAsync(StoreDb db, Guid customerId, Money amount, PaymentMethod method, Guid? savedMethodId, CancellationToken cancel);

    /// <summary>Adds the payment's row to the order's own transaction; the caller saves. No network. Cash on delivery is <c>due</c>, all else <c>created</c>.</summary>
    Payment Open(StoreDb db, Guid orderId, Guid customerId, Guid businessId, Money amount, PaymentMethod method, Guid? savedMethodId);

    /// <summary>
    /// After the commit: makes the provider's order (receipt = the payment's id, found again by it after a crash) and asks for the UPI link. Call it
    /// outside any transaction, as often as wanted. When the provider cannot be reached the answer is still <c>created</c> and a worker goes on.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no such payment.</exception>
    Task<PaymentView> EnsureStartedAsync(Guid paymentId, CancellationToken cancel);

    /// <summary>The payments of these orders, by order; at most 500 orders.</summary>
    /// <param name="payable">Also the UPI link and its QR code, for payments that can still be paid.</param>
    Task<IReadOnlyDictionary<Guid, PaymentView>> OfOrdersAsync(StoreDb db, IReadOnlyCollection<Guid> orderIds, bool payable, CancellationToken cancel);

    /// <summary>
    /// The courier took the cash: <c>due</c> becomes <c>captured</c>. Does not call <c>PaidAsync</c>: the caller is the order. Nothing happens for an order
    /// that was paid online, or when it was told before.
    /// </summary>
    /// <returns>What was collected by this very call; zero when nothing was due.</returns>
    Task<Money> CollectedAsync(StoreDb db, Guid orderId, Guid? actorId, CancellationToken cancel);

    /// <summary>
    /// The order is cancelled, by somebody or because its reservation ended. What was captured and not yet given back is refunded; what was not captured is closed. Money that
    /// arrives later is told to the order by <c>PaidAsync</c> like any other. May be repeated.
    /// </summary>
    /// <returns>What goes back to the customer because of this very call; zero when nothing was captured.</returns>
    Task<Money> CancelAsync(StoreDb db, Guid orderId, Guid? actorId, CancellationToken cancel);

    /// <summary>
    /// Asks for money to go back. The refund is accepted (<c>pending</c>) by this transaction and made by a worker; when it is <c>processed</c> the order hears of it by
    /// <c>RefundedAsync</c>. A refund that fails at the provider reopens what may be refunded.
    /// </summary>
    /// <param name="amount">In the payment's currency; null for all that is left.</param>
    /// <returns>
    /// The refund, or <c>not_captured</c> (409), <c>refund_exceeds_captured</c> (409), <c>amount_too_small</c> (422: online less than 1 rupee), <c>invalid_request</c>
    /// (400: wrong currency, not positive), <c>not_found</c> (404: the order has no payment).
    /// </returns>
    Task<Outcome<RefundView>> RefundAsync(StoreDb db, Guid orderId, Money? amount, RefundReason reason, Guid? actorId, CancellationToken cancel);
}
