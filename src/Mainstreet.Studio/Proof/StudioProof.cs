using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Studio.Proof;

/// <summary>One folder's part of <c>mainstreet prove studio</c>; registered as a singleton.</summary>
internal interface IStudioRound
{
    /// <summary>Said before it runs.</summary>
    string Title { get; }

    /// <summary>What this round decides; never empty.</summary>
    IReadOnlyList<Invariant> Invariants { get; }

    IReadOnlyList<ProofOption> Options { get; }

    /// <exception cref="ProofException">The round could not be made.</exception>
    Task RunAsync(StudioStage stage, CancellationToken cancel);
}

/// <summary>Drives projects, and what other folders add, from outside; nothing leaves the program.</summary>
internal sealed class StudioProof(IEnumerable<IStudioRound> rounds) : IProof
{
    internal static readonly Invariant NoServerError = new("studio.no-server-error",
        "No request is answered 5xx or dropped (with faults: none but 503 with Retry-After, or a lost connection).");

    private readonly IReadOnlyList<IStudioRound> _rounds = [.. rounds];

    public string Name => "studio";

    public IReadOnlyList<Invariant> Invariants => [.. _rounds.SelectMany(r => r.Invariants), NoServerError];

    public IReadOnlyList<ProofOption> Options => [.. _rounds.SelectMany(r => r.Options)];

    public async Task<ProofReport> RunAsync(ProofRun run, CancellationToken cancel)
    {
        var startedAt = run.Clock.GetUtcNow();
        var start = run.Clock.GetTimestamp();
        var history = new History();
        using var client = new ProofClient(run, history);
        var version = await client.ServerVersionAsync(cancel);
        var verdicts = new Verdicts(Invariants);
        var stage = new StudioStage(run, client, verdicts);
        foreach (var round in _rounds)
        {
            run.Progress(round.Title);
            await round.RunAsync(stage, cancel);
        }

        // A refusal that says when to come back is an answer, not a failure: a machine without a cage, or a server without an address for sites, gives it.
        verdicts.CheckServerErrors(NoServerError, history.Snapshot().Where(o => o.Code is not ("sandbox_unavailable" or "sites_off")), run.Faults);
        return new ProofReport
        {
            Name = Name,
            Run = run,
            StartedAt = startedAt,
            Took = run.Clock.GetElapsedTime(start),
            Results = verdicts.Results,
            Operations = history.Snapshot(),
            Figures = [],
            ServerVersion = version,
        };
    }
}

/// <summary>What the rounds share: short forms of requests.</summary>
internal sealed class StudioStage(ProofRun run, ProofClient client, Verdicts verdicts)
{
    internal ProofRun Run => run;

    internal ProofClient Client => client;

    internal Verdicts Verdicts => verdicts;

    internal Task<SyntheticAccount> PersonAsync(string name, CancellationToken cancel) => SyntheticAccount.CreateAsync(client, name, "customer", run.Clock, cancel);

    /// <summary>Sends a request; a POST carries one Idempotency-Key over all its attempts, unless it is asked once.</summary>
    internal Task<ProofAnswer> SendAsync(SyntheticAccount account, string name, HttpMethod method, string path, object? body, CancellationToken cancel, int target = 0, bool once = false) =>
        client.SendAsync(new ProofCall(name, method, path) { Account = account, Body = body, Target = target, SingleAttempt = once, Once = !once && method == HttpMethod.Post }, cancel);

    internal async Task<JsonElement> GetAsync(SyntheticAccount account, string path, CancellationToken cancel, int target = 0) =>
        (await SendAsync(account, "read", HttpMethod.Get, path, null, cancel, target)).Require();

    internal async Task<Guid> ProjectAsync(SyntheticAccount account, string name, string? template, CancellationToken cancel) =>
        (await SendAsync(account, "make a project", HttpMethod.Post, "/v1/projects", new { name, template }, cancel)).Require().GetProperty("id").GetGuid();
}
