namespace Mainstreet.Foundation.Load;

/// <summary>What one run is told.</summary>
/// <param name="Targets">Base addresses of the replicas; requests go to them in turn.</param>
/// <param name="Plan">Its phases.</param>
/// <param name="Thresholds">Held against each measured phase; for a stress run they say when the server counts as broken.</param>
public sealed record LoadRun(IReadOnlyList<Uri> Targets, LoadPlan Plan, IReadOnlyList<string> Thresholds)
{
    /// <summary>P95 under 200 ms, P99 under 500 ms, fewer than 0.1 % errors.</summary>
    public static IReadOnlyList<string> UsualThresholds { get; } = ["p95<200", "p99<500", "errors<0.1"];

    /// <summary>Decides the instants and the requests.</summary>
    public int Seed { get; init; }

    /// <summary>Synthetic accounts that the load is spread over; null: enough to stay under a tenth of the usual bound for one.</summary>
    public int? Accounts { get; init; }

    /// <summary>Cores that a server may use, where it is held to fewer than it knows of.</summary>
    public double? Cores { get; init; }

    /// <summary>Ask for this path alone, without signing in, in place of the modules' mixes.</summary>
    public string? Path { get; init; }

    /// <summary>After which a request without an answer is given up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Told about progress, one line a phase.</summary>
    public Action<string> Progress { get; init; } = static _ => { };
}

/// <summary>A phase with what was measured in it.</summary>
internal sealed record PhaseResult(PhaseTally Tally, PhaseUse Use)
{
    internal LoadPhase Phase => Tally.Phase;

    internal IReadOnlyList<Saturated> Saturated => Saturation.Of(Use, Tally.Lag);
}

/// <summary>A threshold held against a phase.</summary>
internal sealed record ThresholdResult(string Threshold, string Phase, double Value, bool Met);

/// <summary>Where a stress run found the server's end.</summary>
/// <param name="Phase">The first phase in which it was over; null when it never was.</param>
/// <param name="Why">What broke: thresholds, or goodput that grew no more.</param>
/// <param name="First">The first part that was used up, in this phase or an earlier one; null when none was seen to be.</param>
/// <param name="FirstIn">The phase in which it was.</param>
internal sealed record BreakingPoint(string? Phase, string Why, Saturated? First, string? FirstIn);

/// <summary>What one run found.</summary>
public sealed class LoadResult
{
    /// <summary>k6's code for thresholds that were missed: slow is not broken.</summary>
    public const int Missed = 99;

    internal LoadResult(LoadRun run, IReadOnlyList<PhaseResult> phases, IReadOnlyList<ThresholdResult> thresholds) => (Run, Phases, Thresholds) = (run, phases, thresholds);

    internal LoadRun Run { get; }

    internal IReadOnlyList<PhaseResult> Phases { get; }

    internal IReadOnlyList<ThresholdResult> Thresholds { get; }

    internal IReadOnlyList<string> Mixes { get; init; } = [];

    internal DateTimeOffset StartedAt { get; init; }

    internal TimeSpan Took { get; init; }

    /// <summary>What the server says that it runs; null when it does not say.</summary>
    internal string? ServerVersion { get; init; }

    internal BreakingPoint? Breaking { get; init; }

    internal MemoryTrend? Memory { get; init; }

    /// <summary>Why the server's own figures are missing; null when they are not.</summary>
    internal string? Unread { get; init; }

    /// <summary>False when a threshold was missed, or when memory was watched and grew or could not be read.</summary>
    public bool Met => Thresholds.All(t => t.Met) && (!Run.Plan.WatchMemory || Memory is { Flat: true });

    /// <summary>0 met, 99 missed.</summary>
    public int ExitCode => Met ? 0 : Missed;
}
