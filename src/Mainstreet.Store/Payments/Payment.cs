using Mainstreet.Foundation.Currencies;

namespace Mainstreet.Store.Payments;

/// <summary>
/// What a customer owes for one order, and how far it came. Amounts are minor units of <see cref="Currency"/>. Changed only while its row is held
/// (<see cref="IHeldPayments"/>), after the order's.
/// </summary>
internal sealed class Payment
{
    public Guid Id { get; init; }

    /// <summary>Unique: an order has one payment.</summary>
    public Guid OrderId { get; init; }

    public Guid CustomerId { get; init; }

    public Guid BusinessId { get; init; }

    public PaymentMethod Method { get; init; }

    public Guid? SavedMethodId { get; init; }

    public PaymentState State { get; private set; }

    public long Amount { get; init; }

    public required string Currency { get; init; }

    /// <summary>What the order's own capture brought; a second capture is not counted here, it goes back as a whole.</summary>
    public long Captured { get; private set; }

    /// <summary>Of <see cref="Captured"/>: refunds that are under way or done.</summary>
    public long Refunded { get; private set; }

    /// <summary>Of <see cref="Refunded"/>: what has arrived with the customer's bank.</summary>
    public long Returned { get; private set; }

    /// <summary>Who made <see cref="ProviderOrderId"/>.</summary>
    public string? Provider { get; private set; }

    /// <summary>The provider's order, unique; null for cash and until the provider answered.</summary>
    public string? ProviderOrderId { get; private set; }

    /// <summary>The provider's payment that holds or brought the money.</summary>
    public string? ProviderPaymentId { get; private set; }

    public string? UpiIntent { get; private set; }

    /// <summary>Why the latest attempt failed, in the provider's words for machines.</summary>
    public string? Error { get; private set; }

    /// <summary>How often somebody set out to make the provider's order.</summary>
    public int Starts { get; private set; }

    /// <summary>When a worker looks at it next; null when there is nothing left to find out. Also the lease of who is at it.</summary>
    public DateTimeOffset? WorkAt { get; private set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public DateTimeOffset? CapturedAt { get; private set; }

    internal Money Total => new(Amount, Currency);

    /// <summary>What may still be refunded.</summary>
    internal long Refundable => Captured - Refunded;

    internal static Payment Open(
        Guid id, Guid orderId, Guid customerId, Guid businessId, Money amount, PaymentMethod method, Guid? savedMethodId, DateTimeOffset now, DateTimeOffset? workAt) => new()
        {
            Id = id,
            OrderId = orderId,
            CustomerId = customerId,
            BusinessId = businessId,
            Method = method,
            SavedMethodId = savedMethodId,
            State = method == PaymentMethod.Cod ? PaymentState.Due : PaymentState.Created,
            Amount = amount.Amount,
            Currency = amount.Currency,
            WorkAt = method == PaymentMethod.Cod ? null : workAt,
            CreatedAt = now,
            UpdatedAt = now,
        };

    /// <summary>The provider's order exists. Kept also when the payment was given up meanwhile, so that late money is recognised.</summary>
    internal void Started(string provider, string providerOrderId, string? upiIntent, DateTimeOffset now)
    {
        // Two starters may have made an order each; the first that is stored is the one that counts.
        if (ProviderOrderId is not null && ProviderOrderId != providerOrderId) return;
        (Provider, ProviderOrderId) = (provider, providerOrderId);
        UpiIntent ??= upiIntent;
        Move(PaymentState.Pending, now);
    }

    /// <summary>An attempt failed. False when money is on its way already, so that it says nothing.</summary>
    internal bool Fail(string? error, DateTimeOffset now)
    {
        if (State == PaymentState.Failed) Error = error;
        else if (Move(PaymentState.Failed, now)) Error = error;
        else return false;
        UpdatedAt = now;
        return true;
    }

    /// <summary>The bank holds the money.</summary>
    /// <param name="late">After the attempt was told to have failed; after the order was given up it is late anyway.</param>
    internal bool Authorize(string providerPaymentId, bool late, DateTimeOffset now)
    {
        if (!Move(late || State == PaymentState.Cancelled ? PaymentState.LateAuthorized : PaymentState.Authorized, now)) return false;
        ProviderPaymentId = providerPaymentId;
        return true;
    }

    /// <summary>The money is ours. False when another attempt, or this one, was captured before.</summary>
    internal bool Capture(string? providerPaymentId, long amount, DateTimeOffset now)
    {
        if (!Move(PaymentState.Captured, now)) return false;
        ProviderPaymentId = providerPaymentId;
        Captured = amount;
        CapturedAt = now;
        Error = null;
        WorkAt = null;
        return true;
    }

    internal bool Cancel(DateTimeOffset now) => Move(PaymentState.Cancelled, now);

    /// <summary>The bank let go of an authorisation that nobody captured.</summary>
    internal bool Released(DateTimeOffset now)
    {
        if (State is not (PaymentState.Authorized or PaymentState.LateAuthorized) || !Move(PaymentState.Refunded, now)) return false;
        WorkAt = null;
        return true;
    }

    /// <summary>A refund of the order's own capture takes its part of what may be refunded.</summary>
    internal void Promise(long refund, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(refund, Refundable);
        Refunded += refund;
        UpdatedAt = now;
    }

    /// <summary>A refund failed: its part is open again.</summary>
    internal void TakeBack(long refund, DateTimeOffset now)
    {
        Refunded -= refund;
        UpdatedAt = now;
    }

    /// <summary>A refund came to its end.</summary>
    internal void Return(long refund, DateTimeOffset now)
    {
        Returned += refund;
        UpdatedAt = now;
        Move(Returned >= Captured ? PaymentState.Refunded : PaymentState.PartiallyRefunded, now);
    }

    /// <summary>When to look next. Nothing is looked for once the money is here.</summary>
    internal void LookAgain(DateTimeOffset? at)
    {
        if (!State.IsCaptured()) WorkAt = at;
    }

    private bool Move(PaymentState to, DateTimeOffset now)
    {
        if (!State.MayBecome(to)) return false;
        State = to;
        UpdatedAt = now;
        return true;
    }
}
