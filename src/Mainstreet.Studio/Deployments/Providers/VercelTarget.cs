using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>
/// Vercel (vercel/sdk, vercel-spec.json of 2025-10-29). A deployment is known by its <c>meta</c>; files are sent once by their SHA-1 and
/// then named only. A rollback promotes the earlier deployment, which builds nothing.
/// </summary>
internal sealed class VercelTarget(VercelApi api, Watching watching, ParallelUploads uploads) : IDeployTarget
{
    private const string MetaKey = "mainstreetDeployment";

    private static readonly string[] Production = ["production"];

    public DeployTarget Target => DeployTarget.Vercel;

    public Problem? Check(PublishedFiles files, bool withVariables) => null;

    public DeployStep First(bool rollback) => rollback ? DeployStep.Restore : DeployStep.Home;

    public Task<StepResult> RunAsync(DeployStep step, DeployWork work, CancellationToken cancel) => step switch
    {
        DeployStep.Home => HomeAsync(work, cancel),
        DeployStep.Variables => VariablesAsync(work, cancel),
        DeployStep.Upload => UploadAsync(work, cancel),
        DeployStep.Create => CreateAsync(work, cancel),
        DeployStep.Restore => RestoreAsync(work, cancel),
        DeployStep.Watch => work.IsRollback ? WatchPromotionAsync(work, cancel) : WatchAsync(work, cancel),
        DeployStep.Stop => StopAsync(work, cancel),
        _ => throw new InvalidOperationException($"Vercel has no step {step}."),
    };

    private async Task<StepResult> HomeAsync(DeployWork work, CancellationToken cancel)
    {
        if (work.Refs.Project is not null) return work.Then(DeployStep.Variables, DeploymentStatus.Queued);
        var found = (await api.SendAsync(work, HttpMethod.Get, $"/v10/projects?search={Uri.EscapeDataString(work.HomeName)}&limit=20", null, cancel)).Json()
            .Member("projects").NeededItems("'projects'").FirstOrDefault(p => p.Text("name") == work.HomeName);
        var made = found.ValueKind == JsonValueKind.Undefined;
        // No framework: the files are served as they are unless the project brings a build of its own.
        if (made) found = (await api.SendAsync(work, HttpMethod.Post, "/v11/projects", new { name = work.HomeName, framework = (string?)null }, cancel)).Json();
        return work.Then(DeployStep.Variables, DeploymentStatus.Queued, work.Refs with { Project = found.NeededText("id") }).Saying($"Project {work.HomeName} {(made ? "made" : "found")}.");
    }

    private async Task<StepResult> VariablesAsync(DeployWork work, CancellationToken cancel)
    {
        if (work.Variables.Count == 0) return work.Then(DeployStep.Upload, DeploymentStatus.Uploading);
        var body = work.Variables.Select(v => new { key = v.Key, value = v.Value, type = "encrypted", target = Production });
        var answer = (await api.SendAsync(work, HttpMethod.Post, $"/v10/projects/{work.Refs.Project}/env?upsert=true", body, cancel)).Json();
        if (answer.Member("failed").Items() is { Count: > 0 } failed)
            throw new ProviderException(ProviderFailure.Refused, $"It did not take {failed.Count} of the variables: {failed[0].Member("error")?.Text("message")}");
        return work.Then(DeployStep.Upload, DeploymentStatus.Uploading).Saying($"{work.Variables.Count} variables set.");
    }

    private async Task<StepResult> UploadAsync(DeployWork work, CancellationToken cancel)
    {
        var known = await work.KnownAsync(cancel);
        var missing = work.Files.Where(f => !known.Contains(f.Sha1)).DistinctBy(f => f.Sha1).ToList();
        await uploads.RunAsync(work, missing, remember: true, (file, content, token) => api.UploadAsync(work, file, content, token), cancel);
        return work.Then(DeployStep.Create, DeploymentStatus.Uploading).Saying($"{missing.Count} of {work.Files.Count} files sent; the others are there already.");
    }

    private async Task<StepResult> CreateAsync(DeployWork work, CancellationToken cancel)
    {
        if (await FindAsync(work, cancel) is { } there) return Made(there);
        var body = new
        {
            name = work.HomeName,
            project = work.Refs.Project,
            target = "production",
            files = work.Files.Select(f => new { file = f.Path, sha = f.Sha1, size = f.Size }),
            projectSettings = new { framework = (string?)null },
            meta = new Dictionary<string, string> { [MetaKey] = work.Id.ToString("N") },
        };
        try
        {
            var made = (await api.SendAsync(work, HttpMethod.Post, "/v13/deployments?forceNew=1&skipAutoDetectionConfirmation=1", body, cancel)).Json();
            return Made(made.NeededText("id"));
        }
        catch (ProviderException exception) when (exception.Code == "missing_files")
        {
            // It forgot what it had: everything is sent again.
            return (work.Then(DeployStep.Upload, DeploymentStatus.Uploading) with
            {
                Effect = (db, token) => db.DeploymentDigests
                    .Where(d => d.ProjectId == work.ProjectId && d.Target == DeployTarget.Vercel && d.Team == work.Credentials.Team).ExecuteDeleteAsync(token),
            }).Saying("Vercel has not kept the files; they are sent again.");
        }

        StepResult Made(string id) => work.Then(DeployStep.Watch, DeploymentStatus.Building, work.Refs with { Deployment = id }).Saying($"Deployment {id} begun.");
    }

    /// <summary>The deployment that carries this one's mark, if an earlier try made it.</summary>
    private async Task<string?> FindAsync(DeployWork work, CancellationToken cancel)
    {
        if (work.Refs.Project is not { } project) return null;
        // An hour of grace for clocks that differ.
        var since = work.CreatedAt.AddHours(-1).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var list = (await api.SendAsync(work, HttpMethod.Get, $"/v6/deployments?projectId={project}&since={since}&limit=100", null, cancel)).Json();
        return list.Member("deployments").NeededItems("'deployments'").FirstOrDefault(d => d.Member("meta")?.Text(MetaKey) == work.Id.ToString("N")) is { ValueKind: JsonValueKind.Object } mine
            ? mine.NeededText("uid") : null;
    }

    private async Task<StepResult> WatchAsync(DeployWork work, CancellationToken cancel)
    {
        var now = (await api.SendAsync(work, HttpMethod.Get, $"/v13/deployments/{work.Refs.Deployment}", null, cancel)).Json();
        var raw = now.NeededText("readyState");
        var (lines, from) = await api.LogAsync(work, cancel);
        var saw = watching.Saw(work, work.Refs with { LogFrom = from }, raw, ProviderStates.Vercel(raw), now.Text("url"), now.Text("errorMessage") ?? now.Text("readyStateReason"));
        return saw with { Log = [.. lines, .. saw.Log] };
    }

    private async Task<StepResult> RestoreAsync(DeployWork work, CancellationToken cancel)
    {
        var source = work.Refs.Source;
        try
        {
            await api.SendAsync(work, HttpMethod.Post, $"/v10/projects/{work.Refs.Project}/promote/{source}", null, cancel);
        }
        catch (ProviderException exception) when (exception.Status == 409)
        {
            // A promotion is under way, or it is the one that is published: the watch tells.
        }

        return work.Then(DeployStep.Watch, DeploymentStatus.Building, work.Refs with { Deployment = source }).Saying($"Deployment {source} is being promoted.");
    }

    /// <summary>The earlier deployment is ready as it is; what has to come is the project's pointing at it.</summary>
    private async Task<StepResult> WatchPromotionAsync(DeployWork work, CancellationToken cancel)
    {
        var project = (await api.SendAsync(work, HttpMethod.Get, $"/v9/projects/{work.Refs.Project}", null, cancel)).Json();
        if (project.Member("targets")?.Member("production")?.Text("id") != work.Refs.Deployment) return work.Again(DeploymentStatus.Building) with { ProviderState = "PROMOTING" };
        var deployment = (await api.SendAsync(work, HttpMethod.Get, $"/v13/deployments/{work.Refs.Deployment}", null, cancel)).Json();
        var raw = deployment.NeededText("readyState");
        return watching.Saw(work, work.Refs, raw, ProviderStates.Vercel(raw), deployment.Text("url"), deployment.Text("errorMessage"));
    }

    private async Task<StepResult> StopAsync(DeployWork work, CancellationToken cancel)
    {
        var refs = work.Refs with { StopAsked = true };
        if (work.IsRollback) return work.Refs.Deployment is null ? work.Cancelled() : work.Then(DeployStep.Watch, DeploymentStatus.Building, refs).Saying("A promotion cannot be cancelled; it goes on.");
        if (refs.Deployment is null && await FindAsync(work, cancel) is { } made) refs = refs with { Deployment = made };
        if (refs.Deployment is null) return work.Cancelled();
        try
        {
            await api.SendAsync(work, HttpMethod.Patch, $"/v12/deployments/{refs.Deployment}/cancel", null, cancel);
            refs = refs with { StopSent = true };
        }
        catch (ProviderException exception) when (exception.Status is 400)
        {
            // It has ended already; the watch tells how.
        }

        return work.Then(DeployStep.Watch, DeploymentStatus.Building, refs);
    }
}
