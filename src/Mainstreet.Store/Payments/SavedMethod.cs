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

    public string? Network { get; private set; }

    public string? Last4 { get; private set; }

    /// <summary>Credit, debit, prepaid.</summary>
    public string? Kind { get; private set; }

    public string? Issuer { get; private set; }

    public int? ExpiryMonth { get; private set; }

    public int? ExpiryYear { get; private set; }

    /// <summary>When its holder agreed.</summary>
    public DateTimeOffset ConsentAt { get; init; }

    /// <summary>Gone for its holder from this moment on; the provider's token follows.</summary>
    public DateTimeOffset? RemovedAt { get; private set; }

    /// <summary>When the worker asks what the card looks like, or takes the token of a removed one away at the provider.</summary>
    public DateTimeOffset? WorkAt { get; private set; }

    /// <summary>A card that the provider kept; what it looks like is asked for afterwards.</summary>
    internal static SavedMethod Of(Guid id, Guid customerId, string provider, string providerCustomerId, string tokenId, DateTimeOffset consentAt, DateTimeOffset? workAt) => new()
    {
        Id = id,
        CustomerId = customerId,
        Provider = provider,
        ProviderCustomerId = providerCustomerId,
        TokenId = tokenId,
        ConsentAt = consentAt,
        WorkAt = workAt,
    };

    internal void Describe(ProviderToken card)
    {
        (Network, Last4, Kind, Issuer) = (card.Network, card.Last4, card.Kind, card.Issuer);
        (ExpiryMonth, ExpiryYear) = (card.ExpiryMonth, card.ExpiryYear);
    }

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
