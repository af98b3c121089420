using System.Text.Json;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Deployments;

/// <summary>
/// One attempt to publish a project. The row says what its owner sees and where its work goes on; place in the queue, lease and fence are
/// those of a Foundation job. It changes only while its row is held, so that a cancellation and a runner's step never both win.
/// </summary>
internal sealed class Deployment
{
    public Guid Id { get; private set; }

    public Guid AccountId { get; private set; }

    public Guid ProjectId { get; private set; }

    /// <summary>As it was when the deployment was asked for.</summary>
    public string ProjectName { get; private set; } = "";

    public long ProjectVersion { get; private set; }

    public DeployTarget Target { get; private set; }

    public DeploymentStatus Status { get; private set; }

    /// <summary>It goes on by itself; of a project there is one such to a target.</summary>
    public bool Active { get; private set; }

    public DeployStep Step { get; private set; }

    public DateTimeOffset StepSince { get; private set; }

    /// <summary>Failed tries of the present step in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>How often the present step asked without news.</summary>
    public int Polls { get; private set; }

    /// <summary><see cref="ProviderRefs"/> as JSON.</summary>
    public string Refs { get; private set; } = "{}";

    /// <summary>The provider's own word.</summary>
    public string? ProviderState { get; private set; }

    public string? Url { get; private set; }

    /// <summary>Variables that are set with it, encrypted; gone when it has ended.</summary>
    public string? Environment { get; private set; }

    /// <summary>The earlier deployment that this one publishes again.</summary>
    public Guid? RollbackOf { get; private set; }

    public string? ErrorCode { get; private set; }

    public string? ErrorDetail { get; private set; }

    public DateTimeOffset? CancelAskedAt { get; private set; }

    public int Files { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Files that had to be sent.</summary>
    public int Uploaded { get; private set; }

    public int LogLines { get; private set; }

    public bool Synthetic { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public int Version { get; private set; }

    internal static string Stream(Guid id) => $"deployment:{id}";

    internal string JobKey => Id.ToString("N");

    internal static Deployment Create(Guid id, Caller caller, PublishedFiles files, DeployTarget target, DeployStep first, string? environment, DateTimeOffset now) => new()
    {
        Id = id, AccountId = caller.Id, Synthetic = caller.Synthetic, ProjectId = files.ProjectId, ProjectName = files.Name, ProjectVersion = files.Version,
        Target = target, Status = DeploymentStatus.Queued, Active = true, Step = first, StepSince = now, Environment = environment,
        Files = files.Files.Count, Bytes = files.Bytes, CreatedAt = now, UpdatedAt = now, Version = 1,
    };

    /// <summary>Publishes again what <paramref name="source"/> published.</summary>
    internal static Deployment Again(Guid id, Caller caller, Deployment source, DeployStep first, DateTimeOffset now) => new()
    {
        Id = id, AccountId = caller.Id, Synthetic = caller.Synthetic, ProjectId = source.ProjectId, ProjectName = source.ProjectName, ProjectVersion = source.ProjectVersion,
        Target = source.Target, Status = DeploymentStatus.Queued, Active = true, Step = first, StepSince = now, RollbackOf = source.Id,
        Refs = Text(source.ReadRefs() is var refs && source.Target != DeployTarget.Local ? refs.Home with { Source = refs.Deployment } : refs),
        Files = source.Files, Bytes = source.Bytes, CreatedAt = now, UpdatedAt = now, Version = 1,
    };

    /// <summary>Locks the row until the end of the open transaction and reads it. The context must not have read it before.</summary>
    internal static async Task<Deployment?> HoldAsync(StudioDb db, Guid id, CancellationToken cancel) =>
        await db.Deployments.Where(d => d.Id == id).ExecuteUpdateAsync(set => set.SetProperty(d => d.Version, d => d.Version), cancel) == 1
            ? await db.Deployments.AsTracking().SingleAsync(d => d.Id == id, cancel) : null;

    internal ProviderRefs ReadRefs() => JsonSerializer.Deserialize<ProviderRefs>(Refs, Json.Stored)!;

    /// <summary>A step was done.</summary>
    internal void Apply(StepResult result, DateTimeOffset now)
    {
        StartedAt ??= now;
        if (IsFresh(result)) StepSince = now;
        if (result.Next != Step) (Step, Polls) = (result.Next, 0);
        else Polls = result.ProviderState == ProviderState ? Polls + 1 : 0;
        Failures = 0;
        Status = result.Status;
        Refs = Text(result.Refs);
        ProviderState = result.ProviderState ?? ProviderState;
        Url = result.Url ?? Url;
        (ErrorCode, ErrorDetail) = (result.Failure?.Code, result.Failure is { } failure ? failure.Detail ?? failure.Title : null);
        // The variables have done their duty.
        if (Status is DeploymentStatus.Ready or DeploymentStatus.Failed or DeploymentStatus.Cancelled) (Active, EndedAt, Environment) = (false, now, null);
        Changed(now);
    }

    /// <summary>The wait that the result begins is not the one that there was: another step, or somebody's turn began or ended.</summary>
    internal bool IsFresh(StepResult result) => result.Next != Step || (result.Status == DeploymentStatus.NeedsAction) != (Status == DeploymentStatus.NeedsAction);

    /// <summary>The step could not be done; it is tried again.</summary>
    internal void Stumble(bool counts, DateTimeOffset now)
    {
        StartedAt ??= now;
        if (counts) Failures++;
        Changed(now);
    }

    internal void Fail(Problem problem, DateTimeOffset now)
    {
        (Status, Active, EndedAt, Environment, ErrorCode, ErrorDetail) = (DeploymentStatus.Failed, false, now, null, problem.Code, problem.Detail ?? problem.Title);
        Changed(now);
    }

    internal void Sent(int files, DateTimeOffset now)
    {
        (Status, Uploaded) = (DeploymentStatus.Uploading, Uploaded + files);
        Changed(now);
    }

    /// <returns>Null, or the problem: it has ended.</returns>
    internal Problem? AskCancel(DateTimeOffset now)
    {
        if (!Active) return DeploymentProblems.Ended.With($"It is {Words.Of(Status)}.");
        CancelAskedAt ??= now;
        Changed(now);
        return null;
    }

    /// <summary>The number of the next log line.</summary>
    internal int NextLine() => ++LogLines;

    private void Changed(DateTimeOffset now)
    {
        UpdatedAt = now;
        Version++;
    }

    private static string Text(ProviderRefs refs) => JsonSerializer.Serialize(refs, Json.Stored);
}
