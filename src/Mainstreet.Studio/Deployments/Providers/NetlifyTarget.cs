using System.Text.Json;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>
/// Netlify (netlify/open-api, swagger.yml 2.55.0). A deployment is known by its title; the provider names the digests that it lacks and
/// gets only those. A rollback restores the earlier deployment.
/// </summary>
internal sealed class NetlifyTarget(NetlifyApi api, Watching watching, ParallelUploads uploads) : IDeployTarget
{
    public DeployTarget Target => DeployTarget.Netlify;

    public Problem? Check(PublishedFiles files, bool withVariables) => null;

    public DeployStep First(bool rollback) => rollback ? DeployStep.Restore : DeployStep.Home;

    public Task<StepResult> RunAsync(DeployStep step, DeployWork work, CancellationToken cancel) => step switch
    {
        DeployStep.Home => HomeAsync(work, cancel),
        DeployStep.Variables => VariablesAsync(work, cancel),
        DeployStep.Create => CreateAsync(work, cancel),
        DeployStep.Upload => UploadAsync(work, cancel),
        DeployStep.Restore => RestoreAsync(work, cancel),
        DeployStep.Watch => WatchAsync(work, cancel),
        DeployStep.Stop => StopAsync(work, cancel),
        _ => throw new InvalidOperationException($"Netlify has no step {step}."),
    };

    private async Task<StepResult> HomeAsync(DeployWork work, CancellationToken cancel)
    {
        if (work.Refs is { Project: not null, Account: not null }) return work.Then(DeployStep.Variables, DeploymentStatus.Queued);
        var sites = work.Credentials.Team.Length > 0 ? $"/{work.Credentials.Team}/sites" : "/sites";
        var list = (await api.SendAsync(work, HttpMethod.Get, $"{sites}?name={Uri.EscapeDataString(work.HomeName)}", null, cancel)).Json();
        var site = ((JsonElement?)list).NeededItems("a list of sites").FirstOrDefault(s => s.Text("name") == work.HomeName);
        var made = site.ValueKind == JsonValueKind.Undefined;
        if (made) site = (await api.SendAsync(work, HttpMethod.Post, sites, new { name = work.HomeName }, cancel)).Json();
        var refs = work.Refs with { Project = site.NeededText("id"), Account = site.NeededText("account_id") };
        return work.Then(DeployStep.Variables, DeploymentStatus.Queued, refs).Saying($"Site {work.HomeName} {(made ? "made" : "found")}.");
    }

    private async Task<StepResult> VariablesAsync(DeployWork work, CancellationToken cancel)
    {
        if (work.Variables.Count == 0) return work.Then(DeployStep.Create, DeploymentStatus.Uploading);
        var env = $"/accounts/{work.Refs.Account}/env";
        var there = ((JsonElement?)(await api.SendAsync(work, HttpMethod.Get, $"{env}?site_id={work.Refs.Project}", null, cancel)).Json())
            .NeededItems("a list of variables").Select(v => v.Text("key")).ToHashSet(StringComparer.Ordinal);
        var fresh = work.Variables.Where(v => !there.Contains(v.Key)).Select(v => new { key = v.Key, values = new[] { new { value = v.Value, context = "all" } } }).ToList();
        if (fresh.Count > 0) await api.SendAsync(work, HttpMethod.Post, $"{env}?site_id={work.Refs.Project}", fresh, cancel);
        foreach (var (key, value) in work.Variables.Where(v => there.Contains(v.Key)))
            await api.SendAsync(work, HttpMethod.Put, $"{env}/{Uri.EscapeDataString(key)}?site_id={work.Refs.Project}", new { key, values = new[] { new { value, context = "all" } } }, cancel);
        return work.Then(DeployStep.Create, DeploymentStatus.Uploading).Saying($"{work.Variables.Count} variables set.");
    }

    private async Task<StepResult> CreateAsync(DeployWork work, CancellationToken cancel)
    {
        if (await FindAsync(work, cancel) is { } there) return Made(there);
        var body = new { files = work.Files.ToDictionary(f => "/" + f.Path, f => f.Sha1, StringComparer.Ordinal), draft = false, @async = false };
        var made = (await api.SendAsync(work, HttpMethod.Post, $"/sites/{work.Refs.Project}/deploys?title={Uri.EscapeDataString(work.Mark)}", body, cancel)).Json();
        return Made(made.NeededText("id"));

        StepResult Made(string id) => work.Then(DeployStep.Upload, DeploymentStatus.Uploading, work.Refs with { Deployment = id }).Saying($"Deploy {id} begun.");
    }

    /// <summary>The deploy that carries this one's mark, if an earlier try made it.</summary>
    private async Task<string?> FindAsync(DeployWork work, CancellationToken cancel)
    {
        if (work.Refs.Project is not { } site) return null;
        var list = (await api.SendAsync(work, HttpMethod.Get, $"/sites/{site}/deploys?per_page=100", null, cancel)).Json();
        return ((JsonElement?)list).NeededItems("a list of deploys").FirstOrDefault(d => d.Text("title") == work.Mark) is { ValueKind: JsonValueKind.Object } mine ? mine.NeededText("id") : null;
    }

    private async Task<StepResult> UploadAsync(DeployWork work, CancellationToken cancel)
    {
        // Asked again each time: after a crash it names what is still lacking. While it is new the list may not be there yet.
        var deploy = await DeployAsync(work, cancel);
        var raw = deploy.NeededText("state");
        if (deploy.Member("required") is null && raw is "new" or "preparing" or "enqueued") return work.Again(DeploymentStatus.Uploading) with { ProviderState = raw };
        var wanted = deploy.Member("required").Items().Select(r => r.ValueKind == JsonValueKind.String ? r.GetString() : null).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var missing = work.Files.Where(f => wanted.Contains(f.Sha1)).DistinctBy(f => f.Sha1).ToList();
        if (missing.Count < wanted.Count) throw new ProviderException(ProviderFailure.Unreadable, "It asks for files that the project does not have.");
        await uploads.RunAsync(work, missing, remember: false, (file, content, token) => api.UploadAsync(work, file, content, token), cancel);
        return (work.Then(DeployStep.Watch, DeploymentStatus.Building) with { ProviderState = raw }).Saying($"{missing.Count} of {work.Files.Count} files sent; the others are there already.");
    }

    private async Task<StepResult> WatchAsync(DeployWork work, CancellationToken cancel)
    {
        var deploy = await DeployAsync(work, cancel);
        var raw = deploy.NeededText("state");
        // It still waits for files: an upload was lost on its way.
        if (!work.IsRollback && !work.Refs.StopAsked && raw is "uploading" or "prepared" && deploy.Member("required").Items().Count > 0)
            return work.Then(DeployStep.Upload, DeploymentStatus.Uploading) with { ProviderState = raw, Wait = true };
        return watching.Saw(work, work.Refs, raw, ProviderStates.Netlify(raw), deploy.Text("ssl_url") ?? deploy.Text("url"), deploy.Text("error_message"));
    }

    private async Task<StepResult> RestoreAsync(DeployWork work, CancellationToken cancel)
    {
        var answer = (await api.SendAsync(work, HttpMethod.Post, $"/sites/{work.Refs.Project}/deploys/{work.Refs.Source}/restore", null, cancel)).Json();
        return work.Then(DeployStep.Watch, DeploymentStatus.Building, work.Refs with { Deployment = answer.Text("id") ?? work.Refs.Source }).Saying($"Deploy {work.Refs.Source} is being restored.");
    }

    private async Task<StepResult> StopAsync(DeployWork work, CancellationToken cancel)
    {
        var refs = work.Refs with { StopAsked = true };
        if (work.IsRollback) return work.Refs.Deployment is null ? work.Cancelled() : work.Then(DeployStep.Watch, DeploymentStatus.Building, refs).Saying("A restore cannot be cancelled; it goes on.");
        if (refs.Deployment is null && await FindAsync(work, cancel) is { } made) refs = refs with { Deployment = made };
        if (refs.Deployment is null) return work.Cancelled();
        try
        {
            await api.SendAsync(work, HttpMethod.Post, $"/deploys/{refs.Deployment}/cancel", null, cancel);
            refs = refs with { StopSent = true };
        }
        catch (ProviderException exception) when (exception.Kind == ProviderFailure.Refused)
        {
            // It has ended already; the watch tells how.
        }

        return work.Then(DeployStep.Watch, DeploymentStatus.Building, refs);
    }

    private async Task<JsonElement> DeployAsync(DeployWork work, CancellationToken cancel) =>
        (await api.SendAsync(work, HttpMethod.Get, $"/deploys/{work.Refs.Deployment}", null, cancel)).Json();
}
