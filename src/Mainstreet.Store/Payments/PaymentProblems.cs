using Mainstreet.Foundation.Web;

namespace Mainstreet.Store.Payments;

/// <summary>Expected failures of payments.</summary>
internal static class PaymentProblems
{
    internal static readonly Problem Unavailable = new(503, "payments_unavailable", "Nothing is set up to take this kind of payment.") { RetryAfterSeconds = 60 };
    internal static readonly Problem ProviderAway = new(503, "provider_away", "The payment provider does not answer. Try again.") { RetryAfterSeconds = 5 };
    internal static readonly Problem TooSmall = new(422, "amount_too_small", "Online, nothing below 1.00 can be paid or given back.");
    internal static readonly Problem NotCaptured = new(409, "not_captured", "No money of this payment has arrived.");
    internal static readonly Problem Exceeds = new(409, "refund_exceeds_captured", "That is more than is left of what was paid.");
    internal static readonly Problem BadSignature = new(401, "bad_signature", "This is not signed as the provider signs.");
    internal static readonly Problem MethodNotFound = new(404, "payment_method_not_found", "There is no such saved card of yours.");
    internal static readonly Problem NotPayable = new(409, "not_payable", "This payment cannot be paid, or not any more.");
    internal static readonly Problem ConsentRequired = new(422, "consent_required", "A card is kept only if its holder agrees.");
    internal static readonly Problem NothingToSave = new(409, "nothing_to_save", "The provider kept no card of this payment.");
    internal static readonly Problem TooLarge = new(413, "too_large", "The body is too large.");
}
