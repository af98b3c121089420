using System.Globalization;

using static Mainstreet.Foundation.Proving.Contention.ContentionInvariants;

namespace Mainstreet.Foundation.Proving.Contention;

/// <summary>
/// The proof of what the foundation promises to every module: drives the contended features that modules offer over all replicas at
/// once, records what each client saw, and gives the record to the checkers of <see cref="Checking"/>.
/// </summary>
/// <param name="features">What the modules present offer.</param>
public sealed class ContentionProof(IEnumerable<IContendedFeature> features) : IProof
{
    private static readonly ProofOption Rounds = new("races", "How often each feature is raced for.", 20, 1, 10_000);
    private static readonly ProofOption Clients = new("clients", "Clients at once.", 8, 2, 200);
    private readonly IReadOnlyList<IContendedFeature> _features = [.. features];

    public string Name => "foundation";

    public IReadOnlyList<Invariant> Invariants => [.. _features.SelectMany(f => f.Decides).Append(NoServerError).DistinctBy(i => i.Id)];

    public IReadOnlyList<ProofOption> Options { get; } = [Rounds, Clients];

    public async Task<ProofReport> RunAsync(ProofRun run, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(run);
        var startedAt = run.Clock.GetUtcNow();
        var start = run.Clock.GetTimestamp();
        var history = new History();
        using var client = new ProofClient(run, history);
        var version = await client.ServerVersionAsync(cancel);
        var people = new List<SyntheticAccount>();
        for (var i = 0; i < 4; i++) people.Add(await SyntheticAccount.CreateAsync(client, $"person {i + 1}", "customer", run.Clock, cancel));
        var stage = new ContentionStage(run, client, history, people, run.Option(Rounds), run.Option(Clients));
        var verdicts = new Verdicts(Invariants);
        var figures = new List<KeyValuePair<string, string>>();
        foreach (var feature in _features)
        {
            var began = run.Clock.GetTimestamp();
            var record = new ContentionRecord();
            run.Progress(feature.Name);
            await feature.PlayAsync(stage, record, cancel);
            var played = run.Clock.GetElapsedTime(began);
            began = run.Clock.GetTimestamp();
            ContentionJudge.Judge(feature, record, verdicts);
            figures.Add(new(feature.Name, string.Create(CultureInfo.InvariantCulture,
                $"{record.Transactions.Count} transactions, {record.Causes().Count} causes, {record.Arrivals.Count} deliveries in {played.TotalSeconds:F1} s; judged in {run.Clock.GetElapsedTime(began).TotalMilliseconds:F0} ms")));
        }

        verdicts.CheckServerErrors(NoServerError, history.Snapshot(), run.Faults);
        return new ProofReport
        {
            Name = Name,
            Run = run,
            StartedAt = startedAt,
            Took = run.Clock.GetElapsedTime(start),
            Results = verdicts.Results,
            Operations = history.Snapshot(),
            Figures = figures,
            ServerVersion = version,
        };
    }
}
