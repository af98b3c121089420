using Mainstreet.Foundation.Currencies;

namespace Mainstreet.Store.Payments;

/// <summary>Money on its way back. Its id is the provider's idempotency key, so that no repetition pays twice.</summary>
internal sealed class Refund
{
    public Guid Id { get; init; }

    public Guid PaymentId { get; init; }

    /// <summary>The <see cref="PaymentCapture"/> that it is taken from.</summary>
    public required string ProviderPaymentId { get; init; }

    /// <summary>It is taken from the order's own capture, so that the order is told.</summary>
    public bool Primary { get; init; }

    public long Amount { get; init; }

    public required string Currency { get; init; }

    public RefundReason Reason { get; init; }

    public RefundState State { get; private set; }

    /// <summary>The provider's refund (<c>rfnd_...</c>), unique.</summary>
    public string? ProviderRefundId { get; private set; }

    /// <summary>Who asked; null for the system.</summary>
    public Guid? RequestedBy { get; init; }

    /// <summary>How many refunds for the same reason failed before this one.</summary>
    public int Round { get; init; }

    public string? Error { get; private set; }

    public DateTimeOffset? WorkAt { get; private set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    internal Money Money => new(Amount, Currency);

    internal bool Ended => State is RefundState.Processed or RefundState.Failed;

    internal static Refund Of(
        Guid id, PaymentCapture capture, long amount, RefundReason reason, Guid? requestedBy, DateTimeOffset now, DateTimeOffset? workAt, int round = 0) => new()
        {
            Id = id,
            PaymentId = capture.PaymentId,
            ProviderPaymentId = capture.ProviderPaymentId,
            Primary = capture.Primary,
            Amount = amount,
            Currency = capture.Currency,
            Reason = reason,
            RequestedBy = requestedBy,
            Round = round,
            WorkAt = workAt,
            CreatedAt = now,
            UpdatedAt = now,
        };

    /// <summary>The provider took it.</summary>
    internal bool Accepted(string? providerRefundId, DateTimeOffset? nextLook, DateTimeOffset now)
    {
        if (Ended) return false;
        ProviderRefundId ??= providerRefundId;
        WorkAt = nextLook;
        return Move(RefundState.Pending, now);
    }

    internal bool Process(string? providerRefundId, DateTimeOffset now)
    {
        if (Ended) return false;
        ProviderRefundId ??= providerRefundId;
        WorkAt = null;
        Error = null;
        return Move(RefundState.Processed, now);
    }

    internal bool Fail(string? providerRefundId, string error, DateTimeOffset now)
    {
        if (Ended) return false;
        ProviderRefundId ??= providerRefundId;
        WorkAt = null;
        Error = error;
        return Move(RefundState.Failed, now);
    }

    /// <summary>An attempt came to nothing certain; again later.</summary>
    internal void LookAgain(DateTimeOffset at, string? error)
    {
        if (Ended) return;
        WorkAt = at;
        Error = error ?? Error;
    }

    private bool Move(RefundState to, DateTimeOffset now)
    {
        if (to <= State) return false;
        State = to;
        UpdatedAt = now;
        return true;
    }
}
