using System.Collections.Concurrent;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Studio.Proof;

/// <summary>The assistant's ledger and its limit, from outside, without any model: the built-in assistant answers.</summary>
internal sealed class AssistantRound : IStudioRound
{
    internal static readonly Invariant Sums = new("studio.ledger-sums",
        "Tokens of answers given at once are in the ledger exactly, and every cut of it adds up to the same sum.");

    internal static readonly Invariant Limit = new("studio.ai-limit",
        "Of more requests to the assistant at once, on all replicas, exactly as many are let through as one after the other.");

    internal static readonly Invariant Private = new("studio.assistant-own-only",
        "Another person's project is not there for the assistant, and another's use is in nobody else's sum.");

    private const int Highest = 400, More = 12;

    private static readonly string[] Cuts = ["feature", "project", "provider", "model", "day"];

    public string Title => "the assistant's ledger and limit";

    public IReadOnlyList<Invariant> Invariants { get; } = [Sums, Limit, Private];

    public IReadOnlyList<ProofOption> Options { get; } = [];

    public async Task RunAsync(StudioStage stage, CancellationToken cancel)
    {
        await SumsAsync(stage, cancel);
        await LimitAsync(stage, cancel);
    }

    private static async Task SumsAsync(StudioStage stage, CancellationToken cancel)
    {
        var owner = await stage.PersonAsync("asker", cancel);
        var stranger = await stage.PersonAsync("curious", cancel);
        var project = await stage.ProjectAsync(owner, "Synthetic assistant", "blank", cancel);
        var told = new ConcurrentBag<long>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            var body = n % 2 == 0 ? new { projectId = (Guid?)project, path = "index.html", prompt = "what is it" } : new { projectId = (Guid?)null, path = "index.html", prompt = "SQL table for orders with total" };
            var answer = await stage.SendAsync(owner, "ask", HttpMethod.Post, n % 2 == 0 ? "/v1/ai/explain" : "/v1/ai/generate", new { body.projectId, body.path, body.prompt, provider = "builtin" }, cancel, n, once: true);
            stage.Verdicts.Check(Sums, answer.Ok || answer.Status is 0 or >= 500, () => $"it was answered {answer.Status} {answer.Code}");
            if (answer.Ok) told.Add(answer.Body!.Value.GetProperty("tokensUsed").GetInt64());
        }));
        var unknown = told.Count < 8;
        for (var n = 0; n < Cuts.Length; n++)
        {
            var usage = await stage.GetAsync(owner, $"/v1/ai/usage?by={Cuts[n]}", cancel, n);
            var total = usage.GetProperty("total").GetProperty("tokens").GetInt64();
            var parts = usage.GetProperty("items").EnumerateArray().Sum(item => item.GetProperty("sum").GetProperty("tokens").GetInt64());
            stage.Verdicts.Check(Sums, total == parts && (total == told.Sum() || unknown), () => $"by {Cuts[n]} the parts are {parts}, the total {total}, the answers told {told.Sum()}");
        }

        var seen = await stage.SendAsync(stranger, "another's project", HttpMethod.Post, "/v1/ai/chat", new { projectId = project, prompt = "show it" }, cancel, once: true);
        stage.Verdicts.Check(Private, seen is { Status: 404, Code: "project_not_found" }, () => $"the assistant answered {seen.Status} {seen.Code} about another's project");
        var none = (await stage.GetAsync(stranger, "/v1/ai/usage", cancel)).GetProperty("total").GetProperty("requests").GetInt64();
        stage.Verdicts.Check(Private, none == 0, () => $"{none} requests are counted for somebody who was answered none");
    }

    private static async Task LimitAsync(StudioStage stage, CancellationToken cancel)
    {
        var first = await stage.PersonAsync("patient", cancel);
        var allowed = 0;
        while (allowed < Highest && (await TryAsync(stage, first, allowed, cancel)).Status is not 429) allowed++;
        if (allowed == Highest) throw new ProofException($"The assistant lets more than {Highest} requests through: there is no border to look at.");
        var second = await stage.PersonAsync("hasty", cancel);
        var answers = await Task.WhenAll(Enumerable.Range(0, allowed + More).Select(n => TryAsync(stage, second, n, cancel)));
        var through = answers.Count(a => a.Status is not (429 or 0 or >= 500));
        var unknown = answers.Count(a => a.Status is 0 or >= 500);
        stage.Verdicts.Check(Limit, through <= allowed && through + unknown >= allowed, () => $"of {answers.Length} at once {through} were let through, one after the other {allowed}");
    }

    // Refused for its content, which costs nothing, but counted.
    private static Task<ProofAnswer> TryAsync(StudioStage stage, SyntheticAccount account, int target, CancellationToken cancel) =>
        stage.SendAsync(account, "ask in vain", HttpMethod.Post, "/v1/ai/explain", new { code = "print(1)", language = "python", provider = "builtin" }, cancel, target, once: true);
}
