using System.Buffers.Binary;

namespace Mainstreet.Trades.Matching;

/// <summary>The five parts of a score, each from 0 (worst) to 1 (best).</summary>
internal readonly record struct ScoreBreakdown(
    double Distance, double Performance, double Acceptance, double Load, double Exploration);

/// <summary>The counters of one contractor that its score is made of.</summary>
internal readonly record struct ScoreInputs(
    int RatingSum, int RatingCount, int OffersReceived, int OffersAccepted, int ActiveJobs, int OpenOffers)
{
    public static ScoreInputs Of(ContractorCandidate c) =>
        new(c.RatingSum, c.RatingCount, c.OffersReceived, c.OffersAccepted, c.ActiveJobs, c.OpenOffers);
}

/// <summary>
/// Scores contractors for one ticket: a weighted sum of distance, performance, acceptance, load and exploration.
/// Pure: no clock, no randomness, no database; the same inputs give the same bits on either engine.
/// </summary>
internal sealed class Scoring
{
    // Above the largest rounding error of the sum, below any difference of scores that matters.
    private const double RoundingMargin = 1e-9;
    private const int CeilingSteps = 10_000;

    private readonly double _distance, _performance, _acceptance, _load, _exploration;
    private readonly double _restCeiling;

    public Scoring(MatchingOptions options)
    {
        Options = options;
        var sum = options.DistanceWeight + options.PerformanceWeight + options.AcceptanceWeight
            + options.LoadWeight + options.ExplorationWeight;
        _distance = options.DistanceWeight / sum;
        _performance = options.PerformanceWeight / sum;
        _acceptance = options.AcceptanceWeight / sum;
        _load = options.LoadWeight / sum;
        _exploration = options.ExplorationWeight / sum;
        _restCeiling = _performance + _load + AcceptanceAndExplorationCeiling() + RoundingMargin;
    }

    public MatchingOptions Options { get; }

    /// <summary>The parts of the score of one contractor.</summary>
    /// <param name="seed">What the exploration share is drawn by: the ticket's id, or a search's own.</param>
    /// <remarks>
    /// distance = exp(-d / scale); performance = Bayesian mean of stars, 1..5 mapped to 0..1; acceptance = accepted / offered,
    /// smoothed by the prior; load = 1 / (1 + active jobs + open offers); exploration = u / sqrt(1 + offers received), u in
    /// 0..1 by a fixed hash of seed and contractor.
    /// </remarks>
    public ScoreBreakdown Breakdown(Guid seed, Guid contractorId, double distanceMeters, in ScoreInputs inputs)
    {
        var ratings = Math.Max(0, inputs.RatingCount);
        var stars = (Options.PriorRating * Options.PriorRatingWeight + Math.Max(0, inputs.RatingSum))
            / (Options.PriorRatingWeight + ratings);
        var offered = Math.Max(0, inputs.OffersReceived);
        var accepted = Math.Clamp(inputs.OffersAccepted, 0, offered);
        var busy = (double)Math.Max(0, inputs.ActiveJobs) + Math.Max(0, inputs.OpenOffers);
        return new ScoreBreakdown(
            Math.Exp(-distanceMeters / Options.DistanceScaleMeters),
            Math.Clamp((stars - 1) / 4, 0, 1),
            Math.Clamp(Acceptance(accepted, offered), 0, 1),
            1 / (1 + busy),
            UnitHash(seed, contractorId) * Newness(offered));
    }

    /// <summary>The weighted sum, 0 to 1.</summary>
    public double Score(in ScoreBreakdown parts) =>
        _distance * parts.Distance + _performance * parts.Performance + _acceptance * parts.Acceptance
        + _load * parts.Load + _exploration * parts.Exploration;

    /// <summary>No contractor at this distance or farther scores more than this.</summary>
    /// <remarks>
    /// Performance and load count as 1. Acceptance and exploration cannot both be 1, since the one needs many offers
    /// and the other none; their best sum over all numbers of offers is used.
    /// </remarks>
    public double Ceiling(double distanceMeters) =>
        _distance * Math.Exp(-distanceMeters / Options.DistanceScaleMeters) + _restCeiling;

    /// <summary>The distance from which on nobody reaches a score; infinity when distance alone never decides.</summary>
    public double Reach(double score)
    {
        var needed = score - _restCeiling;
        if (!(needed > 0) || _distance <= 0) return double.PositiveInfinity;
        return Math.Max(0, -Options.DistanceScaleMeters * Math.Log(Math.Min(1, needed / _distance)));
    }

    /// <summary>Best first: by score, then nearer, then by contractor id.</summary>
    public static int Compare(double scoreA, double metersA, Guid idA, double scoreB, double metersB, Guid idB)
    {
        var byScore = scoreB.CompareTo(scoreA);
        if (byScore != 0) return byScore;
        var byDistance = metersA.CompareTo(metersB);
        return byDistance != 0 ? byDistance : idA.CompareTo(idB);
    }

    /// <summary>A number in [0, 1) that depends on the two ids only: SplitMix64's finalizer over their four words.</summary>
    /// <remarks>Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014. Never change it: stored explanations rely on it.</remarks>
    public static double UnitHash(Guid seed, Guid contractorId)
    {
        Span<byte> bytes = stackalloc byte[32];
        seed.TryWriteBytes(bytes, bigEndian: true, out _);
        contractorId.TryWriteBytes(bytes[16..], bigEndian: true, out _);
        ulong hash = 0;
        for (var at = 0; at < bytes.Length; at += 8)
            hash = Mix(hash + 0x9E3779B97F4A7C15UL ^ BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]));
        return (hash >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    private double Acceptance(double accepted, double offered) =>
        (accepted + Options.PriorAcceptance * Options.PriorAcceptanceWeight) / (offered + Options.PriorAcceptanceWeight);

    private static double Newness(int offered) => 1 / Math.Sqrt(1.0 + offered);

    private double AcceptanceAndExplorationCeiling()
    {
        var best = _acceptance + _exploration * Newness(CeilingSteps);   // holds for every larger number of offers
        for (var offered = 0; offered < CeilingSteps; offered++)
            best = Math.Max(best, _acceptance * Acceptance(offered, offered) + _exploration * Newness(offered));
        return best;
    }
}
