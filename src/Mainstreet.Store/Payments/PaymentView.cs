using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Time;

namespace Mainstreet.Store.Payments;

/// <summary>A payment on the wire.</summary>
/// <param name="ProviderOrderId">The provider's order (<c>order_...</c>), for its checkout; null for cash and until the provider answered.</param>
/// <param name="Captured">What arrived.</param>
/// <param name="Refunded">What goes or went back: pending and processed refunds.</param>
/// <param name="Upi">What a UPI app opens, while the payment can be paid and the provider gave a link.</param>
/// <param name="Error">The provider's reason of the latest failed attempt, for example <c>payment_cancelled</c>.</param>
internal sealed record PaymentView(
    Guid Id, Guid OrderId, PaymentMethod Method, PaymentState State, Money Amount, Money Captured, Money Refunded, string? ProviderOrderId, UpiView? Upi, string? Error);

/// <param name="Intent">The provider's link <c>upi://pay?...</c>, as it came.</param>
/// <param name="Qr">The same as a QR code: an SVG document.</param>
internal sealed record UpiView(string Intent, string Qr);

/// <summary>A refund on the wire. <c>requested</c> is told as <c>pending</c>: the difference is ours.</summary>
internal sealed record RefundView(Guid Id, Guid PaymentId, Money Amount, RefundState State, RefundReason Reason, string? Error, DateTimeOffset CreatedAt)
{
    internal static RefundView From(Refund refund) => new(
        refund.Id, refund.PaymentId, new Money(refund.Amount, refund.Currency), refund.State == RefundState.Requested ? RefundState.Pending : refund.State, refund.Reason,
        refund.Error, refund.CreatedAt.Cut());
}
