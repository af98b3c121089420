namespace Mainstreet.Foundation.Proving;

/// <summary>How a step ended.</summary>
public enum SmokeOutcome
{
    Ok,
    Failed,

    /// <summary>A step that it needs did not succeed, or time was up. Counts as a failure.</summary>
    NotReached,

    /// <summary>Not asked of this run: read-only without an account to read with.</summary>
    Skipped,
}

/// <summary>One timed step.</summary>
/// <param name="Path">The module's name.</param>
/// <param name="Name">What was walked; unique within its walk.</param>
/// <param name="Took">From the first request to the last check.</param>
/// <param name="Failure">What was wrong; <c>null</c> when nothing was.</param>
public sealed record SmokeStep(string Path, string Name, TimeSpan Took, string? Failure)
{
    public SmokeOutcome Outcome { get; init; } = Failure is null ? SmokeOutcome.Ok : SmokeOutcome.Failed;

    /// <summary>The requests made, as method and path, without repetitions.</summary>
    public IReadOnlyList<string> Requests { get; init; } = [];

    /// <summary>The routes that the requests met, for example <c>GET /v1/tickets/{id}</c>; a file is its own route.</summary>
    public IReadOnlyList<string> Routes { get; init; } = [];

    /// <summary>Why it was skipped, or which step it waits for.</summary>
    public string? Why { get; init; }

    /// <summary>The walk that it belongs to, the name of its class.</summary>
    public string Walk { get; init; } = Path;
}

/// <summary>A run of all walks.</summary>
/// <param name="Steps">In the order of the walks.</param>
/// <param name="Modules">The modules walked.</param>
/// <param name="Silent">Modules that are served and have no walk.</param>
/// <param name="RoutesInAll">Routes that the modules walked have, with method and template.</param>
/// <param name="Took">Wall-clock time.</param>
public sealed record SmokeResults(
    IReadOnlyList<SmokeStep> Steps, IReadOnlyList<string> Modules, IReadOnlyList<string> Silent, IReadOnlyList<string> RoutesInAll, TimeSpan Took)
{
    /// <summary>Steps that asked the server for something and were not skipped.</summary>
    public int Paths => Steps.Count(s => s.Requests.Count > 0 && s.Outcome is SmokeOutcome.Ok or SmokeOutcome.Failed);

    /// <summary>Routes of the program that a step has met.</summary>
    public IReadOnlyList<string> RoutesWalked => [.. Steps.SelectMany(s => s.Routes).Distinct(StringComparer.Ordinal).Intersect(RoutesInAll, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public int Count(SmokeOutcome outcome) => Steps.Count(s => s.Outcome == outcome);

    public bool Holds => Silent.Count == 0 && Steps.Any(s => s.Outcome == SmokeOutcome.Ok) && Steps.All(s => s.Outcome is SmokeOutcome.Ok or SmokeOutcome.Skipped);
}
