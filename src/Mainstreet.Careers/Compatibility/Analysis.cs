namespace Mainstreet.Careers.Compatibility;

internal enum Verdict
{
    ApplyNow,
    StrongCandidate,
    ModerateFit,
    StretchGoal,
    Skip,
}

internal enum RequirementState
{
    Met,
    Partly,
    Missing,
}

/// <summary>Weights of the parts. Only their ratios matter; parts that are unknown are left out and the others share their weight.</summary>
internal sealed record AnalysisWeights(
    decimal Skills = 40, decimal Years = 15, decimal Seniority = 10, decimal Place = 10, decimal Pay = 10, decimal Growth = 8, decimal Culture = 7)
{
    internal static AnalysisWeights Default { get; } = new();

    internal bool Valid => new[] { Skills, Years, Seniority, Place, Pay, Growth, Culture } is var all && all.All(weight => weight is >= 0 and <= 1000) && all.Any(weight => weight > 0);
}

/// <summary>A fact of the profile and the words of the posting that it answers.</summary>
/// <param name="FactId">Of the profile.</param>
/// <param name="Quote">Words of the fact.</param>
/// <param name="PostingSpan">Words of the description; length 0 for the title.</param>
internal sealed record Evidence(string FactId, string Quote, PostingSpan PostingSpan);

/// <summary>One part of the score.</summary>
/// <param name="Name">skills, years, seniority, place, pay, growth, culture.</param>
/// <param name="Weight">As asked for.</param>
/// <param name="Known">False: nothing is known, it counts neither for nor against.</param>
/// <param name="Fit">0 to 1; null when unknown.</param>
/// <param name="MaxPoints">What it could give; those of the known parts add up to 100.</param>
/// <param name="Points">What it gives; the score is the sum of these.</param>
/// <param name="Why">One sentence.</param>
internal sealed record AnalysisPart(string Name, decimal Weight, bool Known, decimal? Fit, decimal MaxPoints, decimal Points, string Why);

/// <summary>How a requirement is answered.</summary>
/// <param name="Text">The posting's words.</param>
/// <param name="Label">Its short name.</param>
/// <param name="Asked">The requirement itself.</param>
/// <param name="State">Met, partly or missing.</param>
/// <param name="Credit">0 to 1: what it brings to its part.</param>
/// <param name="Evidence">The facts that it rests on; empty when missing.</param>
/// <param name="Why">One sentence when it is not plainly met.</param>
internal sealed record RequirementAnswer(string Text, string Label, Requirement Asked, RequirementState State, decimal Credit, IReadOnlyList<Evidence> Evidence, string? Why);

internal enum FilterState
{
    Passed,
    Missed,
    Unknown,
}

/// <summary>Something that shuts a door rather than lowering a score; shown apart and never part of the number.</summary>
internal sealed record HardFilter(string Name, FilterState State, string Why, PostingSpan Span);

/// <summary>A requirement that is not met, and what could be done.</summary>
/// <param name="Label">Which.</param>
/// <param name="Importance">How much it is wanted.</param>
/// <param name="State">Partly or missing.</param>
/// <param name="Closest">What the person has that is nearest; null when nothing is.</param>
/// <param name="Steps">What to do, in order.</param>
internal sealed record Gap(string Label, Importance Importance, RequirementState State, string? Closest, IReadOnlyList<string> Steps);

/// <summary>How a profile fits a posting. The same input gives the same answer, to the last digit.</summary>
/// <param name="Score">0 to 100 with two digits: the sum of the parts' points. 0 when nothing is known.</param>
/// <param name="Verdict">From the score; a missed hard filter allows <see cref="Verdict.StretchGoal"/> at most.</param>
/// <param name="KnownShare">Share of the weights that is known, 0 to 1.</param>
internal sealed record Analysis(
    decimal Score, Verdict Verdict, decimal KnownShare, IReadOnlyList<AnalysisPart> Parts, IReadOnlyList<RequirementAnswer> Requirements,
    IReadOnlyList<HardFilter> HardFilters, IReadOnlyList<Gap> Gaps);
