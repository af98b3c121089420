using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Schema;

/// <summary>What the ways up and down have in common.</summary>
public abstract record StepRequest
{
    /// <summary>Called once before the first step, when there is one and the database holds something; null takes no backup.</summary>
    public Func<CancellationToken, Task>? Backup { get; init; }

    /// <summary>Goes on although somebody changed the schema by hand, and records how it is.</summary>
    public bool AcceptDrift { get; init; }
}

/// <summary>How far up. Modules come one after the other; without <see cref="To"/> all of them to head.</summary>
public sealed record UpRequest : StepRequest
{
    /// <summary>The last step to take, in order of application; those of the modules before it are taken too.</summary>
    public (string Module, int Number)? To { get; init; }
}

/// <summary>How far down. Without a module all of them, the last one first.</summary>
public sealed record DownRequest : StepRequest
{
    public string? Module { get; init; }

    /// <summary>The number to stay at: what is above it is taken back. 0 takes all back.</summary>
    public int? To { get; init; }

    /// <summary>How many, newest first, when <see cref="To"/> says nothing.</summary>
    public int? Steps { get; init; }
}

/// <summary>A step that would be taken.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Statements">What would be run, in order.</param>
/// <param name="Findings">What the lint says about it; empty on the way down.</param>
public sealed record PlannedStep(Migration Migration, IReadOnlyList<SqlStatement> Statements, IReadOnlyList<LintFinding> Findings);

/// <summary>What a run would do.</summary>
/// <param name="Up">Which way.</param>
/// <param name="Steps">In order; empty when there is nothing to do.</param>
/// <param name="Contradictions">Why it would be refused: the history does not fit this program.</param>
/// <param name="Drift">Why it would be refused: changes by hand in modules that would be touched.</param>
/// <param name="BacksUp">Whether there is something to back up first.</param>
public sealed record MigrationPlan(
    Engine Engine, bool Up, IReadOnlyList<PlannedStep> Steps, IReadOnlyList<string> Contradictions, IReadOnlyList<string> Drift, bool BacksUp)
{
    public bool IsRefused => Contradictions.Count + Drift.Count > 0;
}

/// <summary>How the schema stands.</summary>
/// <param name="States">Every migration of this program, in order of application.</param>
/// <param name="Contradictions">Where the history does not fit this program.</param>
/// <param name="Drift">Where the live schema is not as the last step left it, each named <c>module.table.column</c>.</param>
/// <param name="Invalid">What validation found; empty where it was not asked for.</param>
public sealed record MigrationReport(
    IReadOnlyList<MigrationState> States, IReadOnlyList<string> Contradictions, IReadOnlyList<string> Drift, IReadOnlyList<string> Invalid)
{
    public bool IsAtHead => States.All(s => s.AppliedAt is not null);

    public IEnumerable<string> Problems => [.. Contradictions, .. Drift, .. Invalid];
}
