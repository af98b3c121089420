using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

namespace Mainstreet.Studio.Deployments;

/// <summary>What one step of a deployment came to; it is saved, with what it changes, before the next step begins.</summary>
/// <param name="Next">What is to be done next; the same step when there is still something to wait for.</param>
/// <param name="Status">As the owner sees it from now on. Ready, failed and cancelled end the deployment.</param>
/// <param name="Refs">What is known of it at the provider.</param>
internal sealed record StepResult(DeployStep Next, DeploymentStatus Status, ProviderRefs Refs)
{
    /// <summary>The provider's own word; null leaves the last.</summary>
    public string? ProviderState { get; init; }

    /// <summary>Where it can be seen; null leaves the last.</summary>
    public string? Url { get; init; }

    /// <summary>Look again after a while; the pace is the runner's.</summary>
    public bool Wait { get; init; }

    /// <summary>Why it failed.</summary>
    public Problem? Failure { get; init; }

    /// <summary>New lines for the log, oldest first.</summary>
    public IReadOnlyList<LogLine> Log { get; init; } = [];

    /// <summary>Rows that change with it, in the same transaction.</summary>
    public Func<StudioDb, CancellationToken, Task>? Effect { get; init; }

    internal StepResult Saying(string text) => this with { Log = [.. Log, new LogLine(LogLine.Ours, text)] };
}

/// <param name="Source">Who says it: <c>mainstreet</c>, or <c>provider</c>.</param>
internal sealed record LogLine(string Source, string Text)
{
    internal const string Ours = "mainstreet";
    internal const string Theirs = "provider";
}
