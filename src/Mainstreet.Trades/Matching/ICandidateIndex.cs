namespace Mainstreet.Trades.Matching;

/// <summary>Whom a search may find at all; applied by the database.</summary>
/// <param name="Lat">Degrees.</param>
/// <param name="Lon">Degrees.</param>
/// <param name="MaxMeters">Haversine distance, included; at most <see cref="Geo.MaxDistanceMeters"/>.</param>
/// <param name="BusinessId">Contractors of this business and independent ones; null = independent ones only.</param>
/// <param name="Synthetic">Real tickets see real contractors, self-checks their own.</param>
/// <param name="Cap">Contractors with this many open offers, or more, are left out.</param>
internal sealed record CandidateFilter(
    double Lat, double Lon, TradeCategory Category, double MaxMeters, Guid? BusinessId, bool Synthetic, int Cap);

/// <summary>How far a search has come and what it still wants.</summary>
/// <param name="FromMeters">Everybody nearer than this has been returned; 0 at the start.</param>
/// <param name="Seen">How many have been returned so far: what the density is guessed by.</param>
/// <param name="ReachMeters">Nobody farther than this is of use; may be infinite.</param>
/// <param name="Wanted">About how many candidates the caller would like; more or fewer may come.</param>
internal readonly record struct CandidatePosition(double FromMeters, int Seen, double ReachMeters, int Wanted);

/// <summary>One contractor found, with its haversine distance in metres.</summary>
internal readonly record struct FoundCandidate(ContractorCandidate Contractor, double DistanceMeters);

/// <summary>One ring of candidates.</summary>
/// <param name="Items">Exactly those at <c>FromMeters &lt;= distance &lt; LowerBoundMeters</c>, nearest first.</param>
/// <param name="LowerBoundMeters">Nobody not yet returned is nearer. Infinity: everybody within the filter has been returned.</param>
internal sealed record CandidatePage(IReadOnlyList<FoundCandidate> Items, double LowerBoundMeters);

/// <summary>Finds contractors by ascending distance, ring by ring. One class an engine; both give the same candidates.</summary>
internal interface ICandidateIndex
{
    /// <summary>
    /// The next ring. Available contractors only. A ring may be empty, but its lower bound always lies beyond
    /// <see cref="CandidatePosition.FromMeters"/>. Reads only; may be repeated. Between two calls contractors may move:
    /// one that crosses a ring's border meanwhile may come twice or not at all.
    /// </summary>
    Task<CandidatePage> ReadAsync(CandidateFilter filter, CandidatePosition position, CancellationToken cancel);
}
