using System.Diagnostics.CodeAnalysis;

using Mainstreet.Foundation.Currencies;

namespace Mainstreet.Store.Payments;

/// <summary>What became of a call to the provider.</summary>
internal enum ProviderOutcome
{
    /// <summary>Done; the value is the provider's.</summary>
    Done,

    /// <summary>Refused for good: the same call again is useless.</summary>
    Refused,

    /// <summary>Certainly not done; later perhaps.</summary>
    Away,

    /// <summary>Nobody can know. Ask before doing it again, or do it again under the same key.</summary>
    Unknown,
}

/// <summary>A provider's answer.</summary>
/// <param name="Error">One sentence for operators: the provider's error code and description; null when done.</param>
/// <param name="NotBefore">With <see cref="ProviderOutcome.Away"/>: when to ask again, if known.</param>
internal sealed record ProviderAnswer<T>(ProviderOutcome Outcome, T? Value = default, string? Error = null, DateTimeOffset? NotBefore = null)
{
    [MemberNotNullWhen(true, nameof(Value))]
    public bool Done => Outcome == ProviderOutcome.Done && Value is not null;

    internal ProviderAnswer<TOther> As<TOther>() => new(Outcome, default, Error, NotBefore);
}

/// <summary>How the provider's payment stands, in Razorpay's words.</summary>
internal enum ProviderStatus
{
    Created,
    Authorized,
    Captured,
    Refunded,
    Failed,
}

/// <param name="Receipt">Our payment's id.</param>
internal sealed record ProviderOrder(string Id, long Amount, string Currency, string? Receipt, string Status);

/// <param name="Captured">It was captured at some time, also when it was refunded since.</param>
/// <param name="Error">The reason of a failure, for example <c>payment_cancelled</c>.</param>
internal sealed record ProviderPayment(
    string Id, string? OrderId, long Amount, string Currency, ProviderStatus Status, bool Captured, string? Error = null, string? CustomerId = null, string? TokenId = null);

/// <param name="Status"><c>pending</c>, <c>processed</c> or <c>failed</c>.</param>
/// <param name="Receipt">Our refund's id, when we asked for it.</param>
internal sealed record ProviderRefund(string Id, string PaymentId, long Amount, string Currency, string Status, string? Receipt);

/// <param name="Link"><c>upi://pay?...</c>; never to be altered.</param>
internal sealed record ProviderIntent(string PaymentId, string Link);

internal sealed record ProviderToken(string Id, string Method, string? Network, string? Last4, string? Kind, string? Issuer, int? ExpiryMonth, int? ExpiryYear);

/// <summary>
/// A company that takes payments. Calls carry time-out, retry, breaker, metrics and health inside (Foundation's OutboundPipeline) and never throw for what the
/// provider does. Nothing of a card passes through.
/// </summary>
internal interface IPaymentProvider
{
    /// <summary>Stable, stored with what is the provider's: <c>razorpay</c>, <c>simulator</c>.</summary>
    string Name { get; }

    /// <summary>The public half of the key, which its checkout asks for.</summary>
    string KeyId { get; }

    /// <summary>Where the browser is sent to pay.</summary>
    Uri CheckoutUrl { get; }

    /// <param name="receipt">Unique; the order is found by it. At most 40 characters.</param>
    Task<ProviderAnswer<ProviderOrder>> CreateOrderAsync(string receipt, Money amount, IReadOnlyDictionary<string, string> notes, CancellationToken cancel);

    /// <summary>Done with an empty list when there is none.</summary>
    Task<ProviderAnswer<IReadOnlyList<ProviderOrder>>> FindOrdersAsync(string receipt, CancellationToken cancel);

    Task<ProviderAnswer<IReadOnlyList<ProviderPayment>>> PaymentsOfAsync(string orderId, CancellationToken cancel);

    /// <summary>Server to server; a provider that has it switched off refuses.</summary>
    Task<ProviderAnswer<ProviderIntent>> StartUpiAsync(string orderId, Money amount, string email, CancellationToken cancel);

    Task<ProviderAnswer<ProviderPayment>> GetPaymentAsync(string paymentId, CancellationToken cancel);

    /// <summary>Refused when it is not authorized (any more): then look at it.</summary>
    Task<ProviderAnswer<ProviderPayment>> CaptureAsync(string paymentId, Money amount, CancellationToken cancel);

    /// <param name="key">Idempotency key and receipt: the refund's id.</param>
    Task<ProviderAnswer<ProviderRefund>> RefundAsync(string paymentId, Money amount, string key, CancellationToken cancel);

    Task<ProviderAnswer<IReadOnlyList<ProviderRefund>>> RefundsOfAsync(string paymentId, CancellationToken cancel);

    /// <summary>Registers somebody who agreed to keep a card; the same customer again when the address is known.</summary>
    Task<ProviderAnswer<string>> CreateCustomerAsync(string name, string email, Guid reference, CancellationToken cancel);

    Task<ProviderAnswer<ProviderToken>> GetTokenAsync(string customerId, string tokenId, CancellationToken cancel);

    /// <summary>Done also when it is gone already.</summary>
    Task<ProviderAnswer<bool>> DeleteTokenAsync(string customerId, string tokenId, CancellationToken cancel);
}
