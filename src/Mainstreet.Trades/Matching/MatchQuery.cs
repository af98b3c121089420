namespace Mainstreet.Trades.Matching;

/// <summary>One question to matching.</summary>
/// <param name="Lat">Degrees.</param>
/// <param name="Lon">Degrees.</param>
/// <param name="RadiusMeters">Haversine distance, included; 0 or more.</param>
/// <param name="Limit">How many contractors are wanted, 1 or more.</param>
/// <param name="Seed">What exploration is drawn by: the ticket's id, or a search's own.</param>
/// <param name="At">The instant at which the contractors must be working.</param>
/// <param name="BusinessId">Whose ticket it is; null = independent contractors only.</param>
/// <param name="Synthetic">Made by a self-check: matched with synthetic contractors only, and the other way round.</param>
/// <param name="Excluded">Contractors that must not be chosen: already asked in this try, or gave the job back.</param>
/// <param name="Cap">Contractors with this many open offers, or more, are left out.</param>
internal sealed record MatchQuery(
    double Lat, double Lon, TradeCategory Category, double RadiusMeters, int Limit, Guid Seed, DateTimeOffset At,
    Guid? BusinessId, bool Synthetic, IReadOnlyList<Guid> Excluded, int Cap);

/// <summary>A chosen contractor; miles are international miles.</summary>
internal sealed record Match(
    Guid ContractorId, string DisplayName, double DistanceMeters, double Score, ScoreBreakdown Breakdown)
{
    public double DistanceMiles => Geo.ToMiles(DistanceMeters);
}

/// <summary>The best contractors, best first, and why these.</summary>
internal sealed record MatchResult(IReadOnlyList<Match> Items, MatchExplanation Explanation);
