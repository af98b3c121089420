namespace Mainstreet.Trades.Matching;

/// <summary>A contractor as matching sees one: where, for what, when, and the counters that the score is made of.</summary>
/// <param name="Lat">Degrees.</param>
/// <param name="Lon">Degrees.</param>
/// <param name="ServiceRadiusMeters">How far the contractor travels, metres; null = the configured default.</param>
/// <param name="TradesMask">Bit n set = does the <see cref="TradeCategory"/> of number n.</param>
/// <param name="Status"><c>Available</c>, <c>Busy</c> or <c>Offline</c>.</param>
/// <param name="WorkingHours">Weekly rule as <see cref="Matching.WorkingHours"/> reads it; null = always.</param>
/// <param name="TimeZone">IANA zone of the rule.</param>
/// <param name="RatingSum">Stars received, added up.</param>
/// <param name="OpenOffers">Offers not yet decided.</param>
/// <param name="Synthetic">Made by a self-check; never matched with real tickets.</param>
/// <param name="BusinessId">Null = independent, offered to every business; set = only to that business.</param>
internal sealed record ContractorCandidate(
    Guid Id, string DisplayName, double Lat, double Lon, double? ServiceRadiusMeters, int TradesMask, string Status,
    string? WorkingHours, string TimeZone, int RatingSum, int RatingCount, int OffersReceived, int OffersAccepted,
    int ActiveJobs, int OpenOffers, bool Synthetic, Guid? BusinessId)
{
    public const string Available = "Available";

    /// <summary>The bit of a trade in <see cref="TradesMask"/>.</summary>
    public static int MaskOf(TradeCategory category) => 1 << (int)category;
}
