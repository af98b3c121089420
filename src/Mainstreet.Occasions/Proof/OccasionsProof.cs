using System.Globalization;

using Mainstreet.Foundation.Proving;

using static Mainstreet.Occasions.Proof.OccasionsInvariants;

namespace Mainstreet.Occasions.Proof;

/// <summary>
/// Plans greetings on a running Development server, moves its test clock to their instants, through an outage and through races, and holds what arrives at
/// the provider double, which it opens itself, against what the server says. Moving the clock concerns every business of the server: use one of its own.
/// </summary>
internal sealed class OccasionsProof : IProof
{
    /// <summary>Where the administrator's password comes from.</summary>
    internal const string PasswordVariable = "MAINSTREET_ADMIN_PASSWORD";

    internal static readonly ProofTextOption Double = new("double", "Where the provider double listens: the server's Occasions__Providers__0__Url.", "http://127.0.0.1:5091/");
    internal static readonly ProofTextOption AdminEmail = new("admin-email", $"Administrator who moves the clock and runs jobs; the password comes from {PasswordVariable}.", "admin@demo.test");

    private const string DemoPassword = "Mainstreet-demo-1";
    private const int MostTroubles = 3;

    private static readonly ProofOption Recipients = new("recipients", "Recipients greeted over two days.", 300, 8, 100_000);
    private static readonly ProofOption Down = new("down", "Messages planned before the 24 hours down.", 100, 6, 100_000);
    private static readonly ProofOption Creates = new("creates", "Creates at once with one key.", 100, 2, 1_000);
    private static readonly ProofOption Puts = new("puts", "Racing changes of one recipient.", 300, 2, 10_000);
    private static readonly ProofOption Tolerance = new("clock-tolerance", "Milliseconds by which the clocks of server and proof may differ.", 250, 0, 10_000);
    private static readonly TimeSpan TidyUpWithin = TimeSpan.FromMinutes(2);

    public string Name => "occasions";

    public IReadOnlyList<Invariant> Invariants => All;

    public IReadOnlyList<ProofOption> Options { get; } = [Recipients, Down, Creates, Puts, Tolerance];

    public IReadOnlyList<ProofTextOption> Texts { get; } = [Double, AdminEmail];

    /// <summary>Told the double once it listens.</summary>
    internal Action<ProviderDouble> Opened { get; init; } = static _ => { };

    public async Task<ProofReport> RunAsync(ProofRun run, CancellationToken cancel)
    {
        var startedAt = run.Clock.GetUtcNow();
        var start = run.Clock.GetTimestamp();
        var history = new History();
        using var client = new ProofClient(run, history);
        var version = await client.ServerVersionAsync(cancel);
        var admin = await SyntheticAccount.SignInAsync(
            client, run.Text(AdminEmail), run.Text(AdminEmail), Environment.GetEnvironmentVariable(PasswordVariable) ?? DemoPassword, run.Clock, cancel);
        var clock = new ProvedClock(client, run, admin);
        await clock.FindAsync(cancel);
        await using var provider = await OpenAsync(run, clock);
        Opened(provider);
        var owner = await SyntheticAccount.CreateAsync(client, "owner", "customer", run.Clock, cancel);
        var stage = new OccasionsStage(run, client, admin, owner, clock, provider);
        try
        {
            await ProviderProbe.RunAsync(stage, cancel);
            var verdicts = new Verdicts(All);
            var random = new Random(run.Seed);
            await using var watch = new StatusWatch(stage);
            watch.Start();
            var onTime = new OnTimeRound(stage, random);
            await onTime.RunAsync(run.Option(Recipients), cancel);
            var outage = new OutageRound(stage, random);
            await outage.RunAsync(run.Option(Down), verdicts, cancel);
            var races = new RaceRound(stage, watch, random);
            await races.RunAsync(run.Option(Creates), run.Option(Puts), verdicts, cancel);

            run.Progress("reading back and checking");
            await watch.StopAsync();
            watch.Judge(verdicts);
            var evidence = await GatherAsync(stage, cancel);
            GreetingChecks.Run(evidence, TimeSpan.FromMilliseconds(run.Option(Tolerance)), verdicts);
            await AccountAsync(stage, verdicts, cancel);
            verdicts.CheckServerErrors(NoServerError, history.Snapshot(), run.Faults);
            return new ProofReport
            {
                Name = Name,
                Run = run,
                StartedAt = startedAt,
                Took = run.Clock.GetElapsedTime(start),
                Results = verdicts.Results,
                Operations = history.Snapshot(),
                Figures = Figures(stage, evidence, onTime, outage, races, history),
                ServerVersion = version,
            };
        }
        finally
        {
            await TidyUpAsync(stage);
        }
    }

    private static async Task<ProviderDouble> OpenAsync(ProofRun run, ProvedClock clock)
    {
        if (!Uri.TryCreate(run.Text(Double), UriKind.Absolute, out var address) || address is not { Scheme: "http", IsLoopback: true })
            throw new ProofException($"--{Double.Name} takes an http:// address of this machine, such as {Double.Default}, not '{run.Text(Double)}'.");
        try
        {
            var provider = await ProviderDouble.StartAsync(clock, address, run.Seed);
            (provider.KeepsArrivals, provider.MostTroubles) = (true, MostTroubles);
            return provider;
        }
        catch (IOException taken)
        {
            throw new ProofException($"The provider double cannot listen at {address}: {taken.Message}", taken);
        }
    }

    private static async Task<IReadOnlyList<GreetingEvidence>> GatherAsync(OccasionsStage stage, CancellationToken cancel)
    {
        var messages = new List<SeenMessage>();
        foreach (var business in stage.Businesses) messages.AddRange(await stage.MessagesAsync($"businessId={business}", "messages", cancel));
        var byRecipient = messages.ToLookup(m => m.RecipientId);
        var arrivals = stage.Provider.Arrivals.Where(a => a.RecipientId is not null).ToLookup(a => a.RecipientId!.Value);
        var effects = stage.Provider.Effects.Where(e => e.RecipientId is not null).ToLookup(e => e.RecipientId!.Value);
        return [.. stage.Everybody.Select(g => new GreetingEvidence(
            g, [.. byRecipient[g.RecipientId]], [.. arrivals[g.RecipientId].OrderBy(a => a.At)], effects[g.RecipientId].Count()))];
    }

    private static async Task AccountAsync(OccasionsStage stage, Verdicts verdicts, CancellationToken cancel)
    {
        foreach (var business in stage.Businesses)
        {
            var stored = (await stage.RecipientsOfAsync(business, cancel)).ToHashSet();
            var made = stage.Everybody.Where(g => g.BusinessId == business).ToArray();
            foreach (var one in made) verdicts.Check(Accounted, stored.Remove(one.RecipientId) != one.IsDeleted, () => $"recipient {one.RecipientId} {(one.IsDeleted ? "is still there although deleted" : "is gone")}");
            foreach (var extra in stored) verdicts.Break(Accounted, $"recipient {extra} exists although no answer named it");
        }
    }

    private static async Task TidyUpAsync(OccasionsStage stage)
    {
        using var patience = new CancellationTokenSource(TidyUpWithin, stage.Run.Clock);
        stage.Provider.Mood = ProviderMood.Good;
        try
        {
            await stage.ClearAsync(patience.Token);
        }
        catch (Exception failure) when (failure is ProofException or OperationCanceledException)
        {
            stage.Run.Progress($"the synthetic recipients could not all be removed: {failure.Message}");
        }

        try
        {
            await stage.Clock.PutBackAsync(patience.Token);
        }
        catch (Exception failure) when (failure is ProofException or OperationCanceledException)
        {
            stage.Run.Progress($"THE TEST CLOCK COULD NOT BE PUT BACK ({failure.Message}): POST /v1/test/clock {{\"now\": null}}");
        }
    }

    private static List<KeyValuePair<string, string>> Figures(
        OccasionsStage stage, IReadOnlyList<GreetingEvidence> evidence, OnTimeRound onTime, OutageRound outage, RaceRound races, History history)
    {
        var arrivals = stage.Provider.Arrivals;
        var lost = history.Snapshot().Count(o => o.Status is 0 or >= 500);
        return
        [
            new("Greetings", string.Create(CultureInfo.InvariantCulture, $"{evidence.Count} recipients, {evidence.Sum(e => e.Effects)} effects, {onTime.Zones} zones, {onTime.Instants} instants")),
            new("Provider", string.Create(CultureInfo.InvariantCulture, $"{arrivals.Count} requests, {arrivals.Count(a => a.Fate == ArrivalFate.Refused)} refused or cut off, {arrivals.Count(a => a.Fate == ArrivalFate.TakenUntold)} taken without an answer; {onTime.Troubled} instants with trouble")),
            new("24 hours down", string.Create(CultureInfo.InvariantCulture, $"{outage.Late} sent late, {outage.Skipped} skipped, {outage.Moved} moved to the next window")),
            new("Cancelled in the race", string.Create(CultureInfo.InvariantCulture, $"{races.CancelsWon}")),
            new("Clock moved", string.Create(CultureInfo.InvariantCulture, $"{stage.Clock.Travelled.TotalHours:F1} hours")),
            new("Without a clear answer", string.Create(CultureInfo.InvariantCulture, $"{lost} requests")),
        ];
    }
}
