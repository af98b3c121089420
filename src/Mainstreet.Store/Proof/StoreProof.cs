using System.Globalization;

using Mainstreet.Foundation.Proving;

using static Mainstreet.Store.Proof.StoreInvariants;

namespace Mainstreet.Store.Proof;

/// <summary>
/// Races buyers for goods of which there are a few, pays through the simulated provider and tells of it in every order and number, delivers, cancels and
/// refunds, and holds orders, money, stock and points against each other. Needs a server in Development: no real provider takes money that is none.
/// </summary>
internal sealed class StoreProof : IProof
{
    private static readonly ProofOption Buyers = new("buyers", "Buyers who want the same thing at once.", 200, 2, 1_000);
    private static readonly ProofOption Pieces = new("stock", "Pieces that there are of it.", 5, 1, 1_000);
    private static readonly ProofOption Rounds = new("rounds", "How often they race.", 20, 1, 10_000);
    private static readonly ProofOption Payments = new("payments", "Payments that are told by three webhooks and a callback, each twice.", 1_000, 2, 100_000);
    private static readonly TimeSpan TidyUpWithin = TimeSpan.FromMinutes(1);

    public string Name => "store";

    public IReadOnlyList<Invariant> Invariants => All;

    public IReadOnlyList<ProofOption> Options { get; } = [Buyers, Pieces, Rounds, Payments];

    public async Task<ProofReport> RunAsync(ProofRun run, CancellationToken cancel)
    {
        if (run.Option(Pieces) >= run.Option(Buyers)) throw new ProofException($"--{Pieces.Name} must be less than --{Buyers.Name}: somebody has to come too late.");
        var startedAt = run.Clock.GetUtcNow();
        var start = run.Clock.GetTimestamp();
        var history = new History();
        using var client = new ProofClient(run, history);
        var version = await client.ServerVersionAsync(cancel);
        run.Progress($"signing in {run.Option(Buyers)} buyers and an owner");
        var stage = await StoreStage.SetAsync(client, run, run.Option(Buyers), cancel);
        try
        {
            var verdicts = new Verdicts(All);
            var random = new Random(run.Seed);
            var checkout = new Checkout(stage);
            await stage.StockAsync("sample", 1, cancel);
            await using var feed = await LiveReader.StartAsync(run, client, history, stage.Owner, [$"business:{stage.BusinessId}"], "reader", 0, null, cancel);

            var race = new StockRace(stage, checkout);
            var raceStart = run.Clock.GetTimestamp();
            for (var round = 1; round <= run.Option(Rounds); round++)
            {
                await race.RunAsync(round, run.Option(Pieces), random, verdicts, cancel);
                run.Progress(string.Create(CultureInfo.InvariantCulture, $"round {round} of {run.Option(Rounds)}"));
            }

            var raced = run.Clock.GetElapsedTime(raceStart);
            var storm = new PaymentStorm(stage, checkout, random);
            var stormStart = run.Clock.GetTimestamp();
            await storm.RunAsync(run.Option(Payments), verdicts, cancel);
            var stormed = run.Clock.GetElapsedTime(stormStart);
            run.Progress("delivering, cancelling, refunding");
            var aftermath = new Aftermath(stage, checkout, random);
            await aftermath.RunAsync(cancel);

            run.Progress("reading back and checking");
            await new StoreBooks(stage).CheckAsync(feed, verdicts, cancel);
            verdicts.CheckServerErrors(NoServerError, history.Snapshot(), run.Faults);
            return new ProofReport
            {
                Name = Name,
                Run = run,
                StartedAt = startedAt,
                Took = run.Clock.GetElapsedTime(start),
                Results = verdicts.Results,
                Operations = history.Snapshot(),
                Figures = Figures(stage, race, raced, storm, stormed, aftermath, history),
                ServerVersion = version,
            };
        }
        finally
        {
            await TidyUpAsync(stage);
        }
    }

    private static async Task TidyUpAsync(StoreStage stage)
    {
        using var patience = new CancellationTokenSource(TidyUpWithin, stage.Run.Clock);
        try
        {
            await stage.TidyUpAsync(patience.Token);
        }
        catch (Exception failure) when (failure is ProofException or OperationCanceledException)
        {
            stage.Run.Progress($"the synthetic shop could not be closed: {failure.Message}");
        }
    }

    private static List<KeyValuePair<string, string>> Figures(
        StoreStage stage, StockRace race, TimeSpan raced, PaymentStorm storm, TimeSpan stormed, Aftermath aftermath, History history)
    {
        var (run, purchases) = (stage.Run, stage.Purchases);
        return
        [
            new("Races", string.Create(CultureInfo.InvariantCulture, $"{run.Option(Rounds)} of {stage.Buyers.Count} buyers for {run.Option(Pieces)} pieces in {raced.TotalSeconds:F1} s; {race.Refused} refused")),
            new("Payments", string.Create(CultureInfo.InvariantCulture, $"{run.Option(Payments)}, told {storm.Told} times in {stormed.TotalSeconds:F1} s")),
            new("Orders", string.Join(", ", purchases.GroupBy(p => p.Fate).OrderBy(g => g.Key).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key}")))),
            new("Money", string.Create(CultureInfo.InvariantCulture, $"{purchases.Sum(p => p.Total)} paid, {purchases.Sum(p => p.PaidBack)} paid back (paise)")),
            new("Spent points on", string.Create(CultureInfo.InvariantCulture, $"{aftermath.Spent} orders")),
            new("Without a clear answer", string.Create(CultureInfo.InvariantCulture, $"{history.Snapshot().Count(o => o.Status is 0 or >= 500)} requests")),
        ];
    }
}
