namespace Mainstreet.Trades.Matching;

/// <summary>Guesses how wide the next ring must be; a wrong guess costs time, never a candidate.</summary>
internal static class RingSize
{
    private const double FirstMeters = 1_000;
    private const double LeastGrowth = 1.25;
    private const double MostGrowth = 4;

    /// <summary>The outer radius of the next ring in metres, from the density met so far, within what is of use.</summary>
    /// <param name="radius">How far the search, or this attempt at a ring, has come.</param>
    /// <param name="seen">How many it has met there.</param>
    public static double Next(CandidateFilter filter, CandidatePosition position, double radius, int seen)
    {
        var growth = seen == 0 ? MostGrowth : Math.Sqrt((seen + (double)position.Wanted) / seen);
        var next = radius <= 0 ? FirstMeters : radius * Math.Clamp(growth, LeastGrowth, MostGrowth);
        return Math.Min(next, Farthest(filter, position));
    }

    /// <summary>The distance past which nobody is of use, in metres; beyond the inner radius always.</summary>
    public static double Farthest(CandidateFilter filter, CandidatePosition position) =>
        Math.Min(filter.MaxMeters, Math.Max(position.ReachMeters, position.FromMeters + 1));
}
