using System.Collections.Concurrent;
using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Studio.Proof;

/// <summary>Many commits at once to one project, races for one version, ways back, and a stranger.</summary>
internal sealed class ProjectRound : IStudioRound
{
    internal static readonly Invariant NoneLost = new("studio.no-commit-lost",
        "Of commits made at once every acknowledged one is in the history, once, numbered without gaps, and each begins with the content that the one before it left.");

    internal static readonly Invariant OneWinner = new("studio.one-winner",
        "Of many commits that are based on the same state exactly one is made.");

    internal static readonly Invariant Restored = new("studio.restored",
        "Going back to an earlier commit gives every file the content that it had then.");

    internal static readonly Invariant OwnOnly = new("studio.own-only",
        "Another person's project is 404, whatever is asked of it.");

    private static readonly ProofOption Commits = new("commits", "Commits to one project at once.", 60, 4, 1_000);

    public string Title => "commits at once, and ways back";

    public IReadOnlyList<Invariant> Invariants { get; } = [NoneLost, OneWinner, Restored, OwnOnly];

    public IReadOnlyList<ProofOption> Options { get; } = [Commits];

    public async Task RunAsync(StudioStage stage, CancellationToken cancel)
    {
        var owner = await stage.PersonAsync("owner", cancel);
        var id = await stage.ProjectAsync(owner, "Synthetic site", "blank", cancel);
        var begin = Shas(await stage.GetAsync(owner, $"/v1/projects/{id}", cancel));
        await CommitAsync(stage, owner, id, cancel);
        await RaceAsync(stage, owner, id, cancel);
        (await stage.SendAsync(owner, "go back", HttpMethod.Post, $"/v1/projects/{id}/revert", new { to = 1 }, cancel)).Require();
        var back = Shas(await stage.GetAsync(owner, $"/v1/projects/{id}", cancel));
        stage.Verdicts.Check(Restored, back.SetEquals(begin), () => $"back at commit 1 there is {string.Join(", ", back)} in place of {string.Join(", ", begin)}");
        await StrangerAsync(stage, id, cancel);
    }

    private static async Task CommitAsync(StudioStage stage, SyntheticAccount owner, Guid id, CancellationToken cancel)
    {
        var acknowledged = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, stage.Run.Option(Commits)), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (n, token) =>
        {
            object[] edits = [new { path = "shared.txt", content = $"{n}" }, new { path = $"own/{n}.txt", content = $"{n}" }];
            var answer = await stage.SendAsync(owner, "commit", HttpMethod.Post, $"/v1/projects/{id}/commits", new { message = $"commit {n}", edits }, token, n);
            if (answer.Ok) acknowledged.Add($"commit {n}");
            stage.Verdicts.Check(NoneLost, answer.Ok, () => $"commit {n} was answered {answer.Status} {answer.Code}");
        });

        var history = await HistoryAsync(stage, owner, id, cancel);
        var messages = history.Select(c => c.GetProperty("message").GetString()).ToList();
        foreach (var message in acknowledged) stage.Verdicts.Check(NoneLost, messages.Count(m => m == message) == 1, () => $"'{message}' is {messages.Count(m => m == message)} times in the history");
        stage.Verdicts.Check(NoneLost, history.Select(c => c.GetProperty("number").GetInt32()).SequenceEqual(Enumerable.Range(1, history.Count)), () => "the numbers have a gap");
        string? last = null;
        foreach (var change in history.SelectMany(c => c.GetProperty("changes").EnumerateArray()).Where(c => c.GetProperty("path").GetString() == "shared.txt"))
        {
            stage.Verdicts.Check(NoneLost, change.GetProperty("before").GetString() == last, () => "a commit to shared.txt does not begin where the one before it ended");
            last = change.GetProperty("after").GetString();
        }
    }

    private static async Task RaceAsync(StudioStage stage, SyntheticAccount owner, Guid id, CancellationToken cancel)
    {
        var head = (await stage.GetAsync(owner, $"/v1/projects/{id}", cancel)).GetProperty("head").GetInt32();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => stage.SendAsync(
            owner, "race", HttpMethod.Post, $"/v1/projects/{id}/commits", new { message = $"race {n}", edits = new[] { new { path = $"race/{n}.txt", content = "x" } }, @base = head }, cancel, n)));
        var won = (await HistoryAsync(stage, owner, id, cancel)).Count(c => c.GetProperty("message").GetString()!.StartsWith("race", StringComparison.Ordinal));
        stage.Verdicts.Check(OneWinner, won == 1, () => $"{won} of 10 commits on the same state were made: {string.Join(", ", answers.Select(a => $"{a.Status} {a.Code}"))}");
    }

    private static async Task StrangerAsync(StudioStage stage, Guid id, CancellationToken cancel)
    {
        var stranger = await stage.PersonAsync("stranger", cancel);
        (HttpMethod Method, string Path, object? Body)[] asked =
        [
            (HttpMethod.Get, "", null), (HttpMethod.Get, "/files/index.html", null), (HttpMethod.Get, "/history", null), (HttpMethod.Get, "/archive", null), (HttpMethod.Patch, "", new { name = "x" }),
            (HttpMethod.Post, "/revert", new { to = 0 }), (HttpMethod.Post, "/commits", new { message = "x", edits = new[] { new { path = "x", content = "x" } } }), (HttpMethod.Delete, "", null),
        ];
        foreach (var (method, path, body) in asked)
        {
            var answer = await stage.SendAsync(stranger, "another's project", method, $"/v1/projects/{id}{path}", body, cancel);
            stage.Verdicts.Check(OwnOnly, answer.Status == 404, () => $"{method} {path} was answered {answer.Status}");
        }
    }

    private static async Task<List<JsonElement>> HistoryAsync(StudioStage stage, SyntheticAccount owner, Guid id, CancellationToken cancel)
    {
        var commits = new List<JsonElement>();
        string? next = null;
        do
        {
            var page = await stage.GetAsync(owner, $"/v1/projects/{id}/history?limit=200{(next is null ? "" : $"&cursor={next}")}", cancel);
            commits.AddRange(page.GetProperty("items").EnumerateArray());
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        commits.Reverse();
        return commits;
    }

    private static HashSet<string> Shas(JsonElement project) =>
        [.. project.GetProperty("files").EnumerateArray().Select(f => $"{f.GetProperty("path").GetString()} {f.GetProperty("sha256").GetString()}")];
}
