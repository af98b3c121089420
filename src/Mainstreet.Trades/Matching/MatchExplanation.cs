using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mainstreet.Trades.Matching;

/// <summary>What became of a contractor that a search looked at.</summary>
internal enum MatchReason
{
    /// <summary>Among the best.</summary>
    Chosen,

    /// <summary>Could have come, but enough others scored higher.</summary>
    Outranked,

    /// <summary>The query ruled the contractor out by id.</summary>
    Excluded,

    /// <summary>Farther away than the contractor travels.</summary>
    OutsideServiceRadius,

    /// <summary>Not within the contractor's working hours.</summary>
    NotWorking,

    /// <summary>The stored working hours or time zone cannot be read; nobody is sent out on a guess.</summary>
    WorkingHoursUnreadable,
}

/// <summary>One contractor that a search looked at: the numbers it had then, the score they give, and what became of it.</summary>
/// <param name="Rank">1 = best; null for those that were not ranked.</param>
internal sealed record ConsideredCandidate(
    Guid ContractorId, double DistanceMeters, double ServiceRadiusMeters, ScoreInputs Inputs,
    ScoreBreakdown Breakdown, double Score, MatchReason Reason, int? Rank);

/// <summary>
/// Everything that decided a search, to be stored with the wave and shown or recomputed later, when the contractors'
/// own numbers have long changed. Holds no names.
/// </summary>
/// <param name="Settings">The options in force.</param>
/// <param name="CompleteToMeters">
/// All contractors nearer than this that pass the query's filters are listed; null = all within the radius. Farther ones cannot
/// have scored higher than the last one chosen.
/// </param>
/// <param name="Candidates">Ranked ones first, best first; then the others by distance.</param>
internal sealed record MatchExplanation(
    MatchQuery Query, MatchingOptions Settings, double? CompleteToMeters, IReadOnlyList<ConsideredCandidate> Candidates)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>JSON, camelCase; read back by <see cref="FromJson"/> without loss, to the bit.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">Not an explanation.</exception>
    public static MatchExplanation FromJson(string json) =>
        JsonSerializer.Deserialize<MatchExplanation>(json, Json) ?? throw new JsonException("An explanation was null.");

    /// <summary>Scores and ranks again from the stored numbers alone.</summary>
    /// <returns>The ids that come out, best first; equal to those stored as chosen.</returns>
    public IReadOnlyList<Guid> Replay()
    {
        var scoring = new Scoring(Settings);
        var ranked = Candidates
            .Where(c => c.Reason is MatchReason.Chosen or MatchReason.Outranked)
            .Select(c => (c.ContractorId, c.DistanceMeters,
                Score: scoring.Score(scoring.Breakdown(Query.Seed, c.ContractorId, c.DistanceMeters, c.Inputs))))
            .ToList();
        ranked.Sort((a, b) => Scoring.Compare(a.Score, a.DistanceMeters, a.ContractorId, b.Score, b.DistanceMeters, b.ContractorId));
        return [.. ranked.Take(Query.Limit).Select(c => c.ContractorId)];
    }
}
