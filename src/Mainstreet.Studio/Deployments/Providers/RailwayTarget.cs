using System.Text.Json;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>
/// Railway. It takes the files as one archive and gives deployments no mark of ours: which were there before is remembered first, so that
/// the one that came since is known. Of a project, one deployment runs at a time, so there is no other.
/// </summary>
internal sealed class RailwayTarget(RailwayApi api, RailwayHome home, Watching watching) : IDeployTarget
{
    private const string WatchQuery = "query Deployment($id: String!) { deployment(id: $id) { id status url staticUrl canRollback } }";
    private const string LogQuery = "query BuildLogs($id: String!, $start: DateTime) { buildLogs(deploymentId: $id, limit: 100, startDate: $start) { timestamp message severity } }";
    private const string VariablesMutation = "mutation Variables($input: VariableCollectionUpsertInput!) { variableCollectionUpsert(input: $input) }";
    private const string CancelMutation = "mutation Cancel($id: String!) { deploymentCancel(id: $id) }";
    private const string RollbackMutation = "mutation Rollback($id: String!) { deploymentRollback(id: $id) }";
    private const string LatestQuery = "query Latest($environmentId: String!, $serviceId: String!) { serviceInstance(environmentId: $environmentId, serviceId: $serviceId) { activeDeployments { id } } }";

    public DeployTarget Target => DeployTarget.Railway;

    public Problem? Check(PublishedFiles files, bool withVariables) => null;

    public DeployStep First(bool rollback) => rollback ? DeployStep.Mark : DeployStep.Home;

    public Task<StepResult> RunAsync(DeployStep step, DeployWork work, CancellationToken cancel) => step switch
    {
        DeployStep.Home => home.FindAsync(work, cancel),
        DeployStep.Variables => VariablesAsync(work, cancel),
        DeployStep.Mark => MarkAsync(work, cancel),
        DeployStep.Create => CreateAsync(work, cancel),
        DeployStep.Restore => RestoreAsync(work, cancel),
        DeployStep.Watch => work.IsRollback ? WatchRollbackAsync(work, cancel) : WatchAsync(work, work.Refs, cancel),
        DeployStep.Stop => StopAsync(work, cancel),
        _ => throw new InvalidOperationException($"Railway has no step {step}."),
    };

    private async Task<StepResult> VariablesAsync(DeployWork work, CancellationToken cancel)
    {
        var next = work.Then(DeployStep.Mark, DeploymentStatus.Uploading);
        if (work.Variables.Count == 0) return next;
        // Without skipDeploys each would begin a deployment of what is there.
        var input = new { projectId = work.Refs.Project, environmentId = work.Refs.Environment, serviceId = work.Refs.Service, variables = work.Variables, skipDeploys = true };
        True(await api.QueryAsync(work, VariablesMutation, new { input }, cancel), "variableCollectionUpsert");
        return next.Saying($"{work.Variables.Count} variables set.");
    }

    private async Task<StepResult> MarkAsync(DeployWork work, CancellationToken cancel)
    {
        var refs = work.Refs with { Baseline = await api.DeploymentsAsync(work, cancel) };
        return work.Then(work.IsRollback ? DeployStep.Restore : DeployStep.Create, DeploymentStatus.Uploading, refs);
    }

    private async Task<StepResult> CreateAsync(DeployWork work, CancellationToken cancel)
    {
        if (await FindAsync(work, cancel) is { } there) return Made(there);
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var few in work.Files.Select(f => f.Sha256).Distinct().Chunk(50))
        {
            foreach (var (digest, content) in await work.ContentsAsync(few, cancel)) contents[digest] = content;
        }

        var archive = ProjectArchive.Write(work.Files.Select(f => (f.Path, contents[f.Sha256])), work.CreatedAt);
        var id = await api.UploadAsync(work, archive, cancel);
        await work.SentAsync(work.Files.Count, null, cancel);
        return Made(id);

        StepResult Made(string deployment) =>
            work.Then(DeployStep.Watch, DeploymentStatus.Building, work.Refs with { Deployment = deployment }).Saying($"{work.Files.Count} files sent; deployment {deployment} begun.");
    }

    /// <summary>The deployment that was not there before, if an earlier try began one.</summary>
    private async Task<string?> FindAsync(DeployWork work, CancellationToken cancel) =>
        work.Refs.Baseline is { } before ? (await api.DeploymentsAsync(work, cancel)).Except(before).FirstOrDefault() : null;

    private async Task<StepResult> WatchAsync(DeployWork work, ProviderRefs refs, CancellationToken cancel)
    {
        var deployment = await ReadAsync(work, refs.Deployment!, cancel);
        var raw = deployment.NeededText("status");
        var (lines, from) = await LogAsync(work, refs, cancel);
        var url = refs.Domain ?? deployment.Text("staticUrl") ?? deployment.Text("url");
        var saw = watching.Saw(work, refs with { LogFrom = from }, raw, ProviderStates.Railway(raw), url, null);
        return saw with { Log = [.. lines, .. saw.Log] };
    }

    private async Task<StepResult> RestoreAsync(DeployWork work, CancellationToken cancel)
    {
        if (await FindAsync(work, cancel) is null)
        {
            if ((await ReadAsync(work, work.Refs.Source!, cancel)).Member("canRollback") is not { ValueKind: JsonValueKind.True })
                throw new ProviderException(ProviderFailure.Refused, "Railway does not keep that deployment any more.");
            // A truth value and nothing else: the schema says so, its documentation does not.
            True(await api.QueryAsync(work, RollbackMutation, new { id = work.Refs.Source }, cancel), "deploymentRollback");
        }

        return work.Then(DeployStep.Watch, DeploymentStatus.Building).Saying($"Deployment {work.Refs.Source} is being rolled back to.");
    }

    /// <summary>A rollback is a deployment of its own there; where it is the earlier one itself, that one is active again.</summary>
    private async Task<StepResult> WatchRollbackAsync(DeployWork work, CancellationToken cancel)
    {
        var refs = work.Refs;
        if (refs.Deployment is null && await FindAsync(work, cancel) is { } made) refs = refs with { Deployment = made };
        if (refs.Deployment is not null) return await WatchAsync(work, refs, cancel);
        var active = (await api.QueryAsync(work, LatestQuery, new { environmentId = refs.Environment, serviceId = refs.Service }, cancel))
            .Member("serviceInstance")?.Member("activeDeployments").NeededItems("'activeDeployments'").Select(d => d.Text("id")).ToList();
        return active is not null && active.Contains(refs.Source) ? await WatchAsync(work, refs with { Deployment = refs.Source }, cancel) : work.Again(DeploymentStatus.Building, refs);
    }

    private async Task<StepResult> StopAsync(DeployWork work, CancellationToken cancel)
    {
        var refs = work.Refs with { StopAsked = true };
        if (refs.Deployment is null && await FindAsync(work, cancel) is { } made) refs = refs with { Deployment = made };
        if (refs.Deployment is null) return work.Cancelled();
        try
        {
            True(await api.QueryAsync(work, CancelMutation, new { id = refs.Deployment }, cancel), "deploymentCancel");
            refs = refs with { StopSent = true };
        }
        catch (ProviderException exception) when (exception.Kind == ProviderFailure.Refused)
        {
            // It has ended already; the watch tells how.
        }

        return work.Then(DeployStep.Watch, DeploymentStatus.Building, refs);
    }

    private async Task<JsonElement> ReadAsync(DeployWork work, string id, CancellationToken cancel) =>
        (await api.QueryAsync(work, WatchQuery, new { id }, cancel)).Member("deployment") ?? throw ProviderAnswer.Lacks("'deployment'");

    /// <summary>Lines of the build that were not read before. A log that cannot be read stands in nobody's way.</summary>
    private async Task<(IReadOnlyList<LogLine> Lines, string? From)> LogAsync(DeployWork work, ProviderRefs refs, CancellationToken cancel)
    {
        try
        {
            var data = await api.QueryAsync(work, LogQuery, new { id = refs.Deployment, start = refs.LogFrom }, cancel);
            // The start is included: what was the last line is left out.
            var fresh = data.Member("buildLogs").Items().Where(l => refs.LogFrom is null || string.CompareOrdinal(l.Text("timestamp"), refs.LogFrom) > 0).ToList();
            var lines = fresh.Where(l => l.Text("message") is { Length: > 0 }).Select(l => new LogLine(LogLine.Theirs, work.Clean(l.Text("message")!.TrimEnd()))).ToList();
            return (lines, fresh.Select(l => l.Text("timestamp")).Where(t => t is not null).Max(StringComparer.Ordinal) ?? refs.LogFrom);
        }
        catch (ProviderException)
        {
            return ([], refs.LogFrom);
        }
    }

    private static void True(JsonElement data, string mutation)
    {
        if (data.Member(mutation) is not { ValueKind: JsonValueKind.True }) throw new ProviderException(ProviderFailure.Refused, $"Railway answered no to {mutation}.");
    }
}
