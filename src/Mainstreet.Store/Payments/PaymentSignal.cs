namespace Mainstreet.Store.Payments;

/// <summary>Something that was told about a payment, by a webhook or by the customer's browser: stored once, by the teller's own id.</summary>
internal sealed class PaymentSignal
{
    /// <summary><c>x-razorpay-event-id</c>; <c>callback:</c> and the provider's payment for a browser's word. Primary key.</summary>
    public required string EventId { get; init; }

    /// <summary><c>payment.captured</c> and so on; <c>callback</c>.</summary>
    public required string Event { get; init; }

    public string? ProviderOrderId { get; init; }

    public string? ProviderPaymentId { get; init; }

    /// <summary>Null when nothing here is known by those ids (yet).</summary>
    public Guid? PaymentId { get; set; }

    /// <summary>What it said, as JSON of <see cref="SignalFacts"/>: no names, no addresses.</summary>
    public required string Facts { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>What a signal says, without what we do not need to know.</summary>
internal sealed record SignalFacts(ProviderPayment? Payment = null, ProviderRefund? Refund = null);
