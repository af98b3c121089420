namespace Mainstreet.Store.Loyalty;

/// <summary>What a customer wants to be known by others. Without one: nothing but initials.</summary>
internal sealed class LoyaltyProfile
{
    public required Guid CustomerId { get; init; }

    /// <summary>Leaderboards show the full name.</summary>
    public required bool ShowName { get; set; }

    /// <summary>When <see cref="ShowName"/> was last said.</summary>
    public required DateTimeOffset ChangedAt { get; set; }

    public required int Version { get; set; }
}
