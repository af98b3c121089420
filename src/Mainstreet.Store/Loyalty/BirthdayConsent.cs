namespace Mainstreet.Store.Loyalty;

/// <summary>A shopper's consent to be greeted by one business on their birthday. Withdrawn, the row is gone.</summary>
internal sealed class BirthdayConsent
{
    public required Guid BusinessId { get; init; }

    public required Guid CustomerId { get; init; }

    /// <summary><c>YYYY-MM-DD</c>, or <c>--MM-DD</c>.</summary>
    public required string Birthday { get; set; }

    public required DateTimeOffset ConsentedAt { get; set; }

    public required int Version { get; set; }
}
