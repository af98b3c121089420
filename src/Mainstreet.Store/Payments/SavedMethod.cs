namespace Mainstreet.Store.Payments;

/// <summary>
/// A card that its holder let the provider keep, as a network token. Here are only the token's handle at the provider and what a person needs to
/// recognise the card; the number was never here.
/// </summary>
internal sealed class SavedMethod
{
    public Guid Id { get; init; }

    public Guid CustomerId { get; init; }

    public required string Provider { get; init; }

    public required string ProviderCustomerId { get; init; }

    /// <summary>Unique with <see cref="Provider"/>.</summary>
    public required string TokenId { get; init; }

    public string? Network { get; init; }

    public string? Last4 { get; init; }

    /// <summary>Credit, debit, prepaid.</summary>
    public string? Kind { get; init; }

    public string? Issuer { get; init; }

    public int? ExpiryMonth { get; init; }

    public int? ExpiryYear { get; init; }

    /// <summary>When its holder agreed.</summary>
    public DateTimeOffset ConsentAt { get; init; }

    /// <summary>Gone for its holder from this moment on; the provider's token follows.</summary>
    public DateTimeOffset? RemovedAt { get; private set; }

    /// <summary>When the worker takes the token away at the provider; null before it is removed and after it is done.</summary>
    public DateTimeOffset? WorkAt { get; private set; }

    internal void Remove(DateTimeOffset now) => (RemovedAt, WorkAt) = (RemovedAt ?? now, now);

    internal void Work(DateTimeOffset? at) => WorkAt = at;
}

/// <summary>A customer as the provider knows them: made when they first agree to keep a card.</summary>
internal sealed class ProviderCustomer
{
    public Guid CustomerId { get; init; }

    public required string Provider { get; init; }

    public required string ProviderCustomerId { get; init; }

    public DateTimeOffset ConsentAt { get; init; }
}
