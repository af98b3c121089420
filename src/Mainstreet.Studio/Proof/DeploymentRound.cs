using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Studio.Proof;

/// <summary>Deployments asked for at once, gone back to, without credentials, too many, and a stranger. Nothing goes to a provider.</summary>
internal sealed class DeploymentRound : IStudioRound
{
    internal static readonly Invariant One = new("studio.one-deployment",
        "Of deployments of a project to one target asked for at once, those that were acknowledged are made, each once, one after the other, and no other.");

    internal static readonly Invariant Missing = new("studio.credentials-first",
        "What a provider asks for is named before anything is made.");

    internal static readonly Invariant Limit = new("studio.deploy-limit",
        "Of more deployments asked for at once, on all replicas, exactly as many are let through as one after the other.");

    internal static readonly Invariant Own = new("studio.deployment-own-only",
        "Another person's deployment is 404, whatever is asked of it.");

    private const int AtOnce = 4, Highest = 200, More = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Title => "deployments at once, and too many";

    public IReadOnlyList<Invariant> Invariants { get; } = [One, Missing, Limit, Own];

    public IReadOnlyList<ProofOption> Options { get; } = [];

    public async Task RunAsync(StudioStage stage, CancellationToken cancel)
    {
        var owner = await stage.PersonAsync("publisher", cancel);
        var stranger = await stage.PersonAsync("onlooker", cancel);
        var project = await stage.ProjectAsync(owner, "Synthetic shop window", "blank", cancel);
        await TogetherAsync(stage, owner, project, cancel);
        await MissingAsync(stage, owner, project, cancel);
        foreach (var made in await ListAsync(stage, owner, project, cancel)) await StrangerAsync(stage, stranger, made.GetProperty("id").GetGuid(), cancel);
        // Also where nothing was made: an id that is nobody's.
        await StrangerAsync(stage, stranger, project, cancel);
        await LimitAsync(stage, cancel);
    }

    private static async Task TogetherAsync(StudioStage stage, SyntheticAccount owner, Guid project, CancellationToken cancel)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(n => AskAsync(stage, owner, project, "local", cancel, n)));
        var taken = answers.Where(a => a.Ok).Select(a => a.Body!.Value.GetProperty("id").GetGuid()).ToList();
        foreach (var answer in answers)
        {
            stage.Verdicts.Check(One, answer is { Status: 202 } or { Status: 409, Code: "deployment_running" } or { Status: 503, Code: "sites_off" } or { Status: 0 },
                () => $"a deployment was answered {answer.Status} {answer.Code}");
        }

        foreach (var id in taken)
        {
            var ended = await EndedAsync(stage, owner, id, cancel);
            stage.Verdicts.Check(One, ended.GetProperty("status").GetString() == "ready", () => $"a deployment ended as {ended}");
        }

        var made = await ListAsync(stage, owner, project, cancel);
        var unclear = answers.Count(a => a.Status == 0);
        stage.Verdicts.Check(One, made.Count >= taken.Count && made.Count <= taken.Count + unclear, () => $"{taken.Count} deployments were acknowledged and {made.Count} made");
        if (taken.Count == 0) return;

        var back = (await stage.SendAsync(owner, "roll back", HttpMethod.Post, $"/v1/deployments/{taken[0]}/rollback", null, cancel)).Require().GetProperty("id").GetGuid();
        var again = await EndedAsync(stage, owner, back, cancel);
        stage.Verdicts.Check(One, again.GetProperty("status").GetString() == "ready" && again.GetProperty("rollbackOf").GetGuid() == taken[0], () => $"the way back ended as {again}");
        var changes = await stage.GetAsync(owner, $"/v1/deployments/{back}/changes?since={taken[0]}", cancel);
        stage.Verdicts.Check(One, changes.GetProperty("added").GetArrayLength() + changes.GetProperty("changed").GetArrayLength() + changes.GetProperty("removed").GetArrayLength() == 0,
            () => $"what was published again differs: {changes}");
    }

    private static async Task MissingAsync(StudioStage stage, SyntheticAccount owner, Guid project, CancellationToken cancel)
    {
        var before = (await ListAsync(stage, owner, project, cancel)).Count;
        var answer = await AskAsync(stage, owner, project, "netlify", cancel);
        stage.Verdicts.Check(Missing, answer is { Status: 422, Code: "credentials_missing" } && answer.Body!.Value.GetProperty("missing")[0].GetString() == "token", () => $"it was answered {answer.Status} {answer.Code}");
        var after = (await ListAsync(stage, owner, project, cancel)).Count;
        stage.Verdicts.Check(Missing, before == after, () => "a deployment was made without credentials");
    }

    private static async Task StrangerAsync(StudioStage stage, SyntheticAccount stranger, Guid id, CancellationToken cancel)
    {
        foreach (var (method, path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Get, "/log"), (HttpMethod.Get, "/changes"), (HttpMethod.Post, "/cancel") })
        {
            var answer = await stage.SendAsync(stranger, "another's deployment", method, $"/v1/deployments/{id}{path}", null, cancel);
            stage.Verdicts.Check(Own, answer.Status == 404, () => $"{method} {path} was answered {answer.Status}");
        }
    }

    private static async Task LimitAsync(StudioStage stage, CancellationToken cancel)
    {
        var slow = await stage.PersonAsync("patient", cancel);
        var first = await stage.ProjectAsync(slow, "Synthetic limit", "blank", cancel);
        var most = 0;
        while (most < Highest && (await AskAsync(stage, slow, first, "vercel", cancel)).Status == 422) most++;
        var quick = await stage.PersonAsync("impatient", cancel);
        var second = await stage.ProjectAsync(quick, "Synthetic limit", "blank", cancel);
        var answers = await Task.WhenAll(Enumerable.Range(0, most + More).Select(n => AskAsync(stage, quick, second, "vercel", cancel, n)));
        var (through, unclear) = (answers.Count(a => a.Status == 422), answers.Count(a => a.Status is 0 or >= 500));
        stage.Verdicts.Check(Limit, through <= most && through + unclear >= most && answers.All(a => a.Status is 422 or 429 or 0 or >= 500), () => $"{most} one after the other, {through} at once");
    }

    // Asked once: a refusal is the answer, also the one that says when to come back.
    private static Task<ProofAnswer> AskAsync(StudioStage stage, SyntheticAccount account, Guid project, string target, CancellationToken cancel, int replica = 0) =>
        stage.SendAsync(account, "publish", HttpMethod.Post, $"/v1/projects/{project}/deployments", new { target }, cancel, replica, once: true);

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(StudioStage stage, SyntheticAccount owner, Guid project, CancellationToken cancel) =>
        [.. (await stage.GetAsync(owner, $"/v1/deployments?projectId={project}&limit=200", cancel)).GetProperty("items").EnumerateArray()];

    private static async Task<JsonElement> EndedAsync(StudioStage stage, SyntheticAccount owner, Guid id, CancellationToken cancel)
    {
        var start = stage.Run.Clock.GetTimestamp();
        while (true)
        {
            var now = await stage.GetAsync(owner, $"/v1/deployments/{id}", cancel);
            if (now.GetProperty("endedAt").ValueKind != JsonValueKind.Null || stage.Run.Clock.GetElapsedTime(start) > Patience) return now;
            await Task.Delay(TimeSpan.FromMilliseconds(50), stage.Run.Clock, cancel);
        }
    }
}
