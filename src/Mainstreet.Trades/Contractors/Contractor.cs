namespace Mainstreet.Trades.Contractors;

/// <summary>Whether a contractor wants work now.</summary>
public enum ContractorStatus
{
    Available,
    Busy,
    Offline,
}

/// <summary>A tradesperson. Imported ones belong to one business and have no account until somebody claims them.</summary>
internal sealed class Contractor
{
    public Guid Id { get; init; }

    public Guid? AccountId { get; set; }

    /// <summary>Null: independent, seen by every business.</summary>
    public Guid? BusinessId { get; init; }

    public string? ExternalId { get; init; }

    public required string DisplayName { get; set; }

    public string? Email { get; init; }

    public string? NormalizedEmail { get; init; }

    /// <summary>One bit per <see cref="TradeCategory"/>.</summary>
    public int Trades { get; set; }

    public double Lat { get; set; }

    public double Lon { get; set; }

    /// <summary>Home base: where the profile puts the contractor. <see cref="Lat"/> and <see cref="Lon"/> follow reported positions.</summary>
    public double? BaseLat { get; set; }

    public double? BaseLon { get; set; }

    public double? ServiceRadiusMeters { get; set; }

    /// <summary>JSON; null means always.</summary>
    public string? WorkingHours { get; set; }

    public required string TimeZone { get; set; }

    public ContractorStatus Status { get; set; }

    public int RatingSum { get; set; }

    public int RatingCount { get; set; }

    public int OffersReceived { get; set; }

    public int OffersAccepted { get; set; }

    public int ActiveJobs { get; set; }

    public int OpenOffers { get; set; }

    public int CompletedJobs { get; set; }

    public bool Synthetic { get; init; }

    public DateTimeOffset? PositionAt { get; set; }

    public int Version { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    internal static int Mask(IEnumerable<TradeCategory> trades) => trades.Aggregate(0, (mask, trade) => mask | 1 << (int)trade);

    internal static TradeCategory[] Unmask(int mask) => [.. Enum.GetValues<TradeCategory>().Where(t => (mask & 1 << (int)t) != 0)];
}
