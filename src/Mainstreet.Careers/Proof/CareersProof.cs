using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>Compares, writes, runs tasks against their pauses, and submits by many yeses at once; nothing leaves the program.</summary>
internal sealed class CareersProof : IProof
{
    internal static readonly Invariant SameAnswer = new("careers.same-answer",
        "The same profile and posting get the same answer, byte for byte, from every replica.");

    internal static readonly Invariant Monotonic = new("careers.never-lower",
        "A skill that a posting requires, added to the profile, never lowers the score.");

    internal static readonly Invariant NothingMadeUp = new("careers.nothing-made-up",
        "Every block of a document rests on facts of the profile as it is now; what only the posting has does not enter it, and a fact that goes takes its blocks with it.");

    internal static readonly Invariant TasksOnce = new("careers.tasks-once",
        "Whatever pauses, resumes and cancellations do meanwhile, every task ends, is told to end once, and has its effect once or, cancelled, not at all.");

    internal static readonly Invariant OwnOnly = new("careers.own-only",
        "Another person's task, document and application are 404.");

    internal static readonly Invariant OneSubmission = new("careers.one-submission",
        "Without a yes nothing is submitted; of many yeses at once exactly one submits, and it counts once.");

    internal static readonly Invariant Quota = new("careers.quota",
        "Of more submissions at once than the day allows, exactly as many go through as it allows.");

    internal static readonly Invariant NoServerError = new("careers.no-server-error",
        "No request is answered 5xx or dropped (with faults: none but 503 with Retry-After, or a lost connection).");

    private static readonly ProofOption Tasks = new("tasks", "Background tasks to run.", 60, 4, 1_000);
    private static readonly ProofOption Yeses = new("yeses", "Yeses to one application at once.", 12, 2, 100);

    public string Name => "careers";

    public IReadOnlyList<Invariant> Invariants { get; } = [SameAnswer, Monotonic, NothingMadeUp, TasksOnce, OwnOnly, OneSubmission, Quota, NoServerError];

    public IReadOnlyList<ProofOption> Options { get; } = [Tasks, Yeses];

    public async Task<ProofReport> RunAsync(ProofRun run, CancellationToken cancel)
    {
        var startedAt = run.Clock.GetUtcNow();
        var start = run.Clock.GetTimestamp();
        var history = new History();
        using var client = new ProofClient(run, history);
        var version = await client.ServerVersionAsync(cancel);
        var verdicts = new Verdicts(Invariants);
        var stage = new CareersStage(run, client, history, verdicts);

        run.Progress("comparing and writing");
        await new FitRound(stage).RunAsync(cancel);
        run.Progress($"{run.Option(Tasks)} tasks, paused, resumed and cancelled while they run");
        await new TaskRound(stage, new Random(run.Seed)).RunAsync(run.Option(Tasks), cancel);
        run.Progress($"{run.Option(Yeses)} yeses at once");
        await new ApplicationRound(stage).RunAsync(run.Option(Yeses), cancel);

        verdicts.CheckServerErrors(NoServerError, history.Snapshot(), run.Faults);
        return new ProofReport
        {
            Name = Name,
            Run = run,
            StartedAt = startedAt,
            Took = run.Clock.GetElapsedTime(start),
            Results = verdicts.Results,
            Operations = history.Snapshot(),
            Figures = [new("Tasks", run.Option(Tasks).ToString(CultureInfo.InvariantCulture))],
            ServerVersion = version,
        };
    }
}

/// <summary>What the rounds share: somebody with a profile, and short forms of requests.</summary>
internal sealed class CareersStage(ProofRun run, ProofClient client, History history, Verdicts verdicts)
{
    internal static readonly object Posting = new { title = "Synthetic Clerk", company = "Synthetic House", description = "Requirements:\n- Stock control\n- Forklift\n- Kubernetes" };

    internal ProofRun Run => run;

    internal Verdicts Verdicts => verdicts;

    internal Task<LiveReader> FollowAsync(SyntheticAccount account, CancellationToken cancel) =>
        LiveReader.StartAsync(run, client, history, account, [$"user:{account.Id}"], $"{account.Name} live", 0, null, cancel);

    internal async Task<SyntheticAccount> PersonAsync(string name, CancellationToken cancel, params string[] skills)
    {
        var account = await SyntheticAccount.CreateAsync(client, name, "customer", run.Clock, cancel);
        await ProfileAsync(account, "Managed stock control for 40 pallets", skills, cancel);
        return account;
    }

    internal async Task ProfileAsync(SyntheticAccount account, string highlight, string[] skills, CancellationToken cancel) => (await SendAsync(account, "profile", HttpMethod.Put, "/v1/profiles/me", new
    {
        basics = new { name = "Synthetic Candidate" },
        work = new[] { new { name = "Synthetic Shop", position = "Clerk", startDate = "2020-01", highlights = new[] { highlight } } },
        skills = skills.Select(skill => new { name = skill }).ToList(),
    }, cancel)).Require();

    /// <param name="once">Asked once: what the server says first is the answer.</param>
    internal Task<ProofAnswer> SendAsync(SyntheticAccount account, string name, HttpMethod method, string path, object? body, CancellationToken cancel, int target = 0, bool once = false) =>
        client.SendAsync(new ProofCall(name, method, path) { Account = account, Body = body, Target = target, SingleAttempt = once, Once = !once && method == HttpMethod.Post }, cancel);

    internal async Task<JsonElement> GetAsync(SyntheticAccount account, string path, CancellationToken cancel, int target = 0) =>
        (await SendAsync(account, "read", HttpMethod.Get, path, null, cancel, target)).Require();
}
