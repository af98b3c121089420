using System.Globalization;

using Mainstreet.Foundation.Proving;

using static Mainstreet.Trades.Proof.TradesInvariants;

namespace Mainstreet.Trades.Proof;

/// <summary>
/// Races contractors for tickets against a running deployment, mixed with cancellations, expiry, reassignment and release, and
/// holds answers, stored tickets, audit history and live feed against each other.
/// </summary>
internal sealed class TradesProof : IProof
{
    private static readonly ProofOption Tickets = new("tickets", "Tickets to race for.", 500, 1, 100_000);
    private static readonly ProofOption Racers = new("racers", "Contractors who race for each ticket.", 20, 2, 200);
    private static readonly ProofOption Parallel = new("parallel", "Tickets raced for at the same time.", 8, 1, 64);
    private static readonly ProofOption ShortOffer = new("short-offer", "Seconds that a short offer stays open.", 2, 1, 60);
    private static readonly ProofOption Tolerance = new("clock-tolerance", "Milliseconds by which replicas' clocks may differ.", 250, 0, 10_000);
    private static readonly TimeSpan FeedPatience = TimeSpan.FromSeconds(30);

    public string Name => "trades";

    public IReadOnlyList<Invariant> Invariants => All;

    public IReadOnlyList<ProofOption> Options { get; } = [Tickets, Racers, Parallel, ShortOffer, Tolerance];

    public async Task<ProofReport> RunAsync(ProofRun run, CancellationToken cancel)
    {
        var startedAt = run.Clock.GetUtcNow();
        var start = run.Clock.GetTimestamp();
        var history = new History();
        using var client = new ProofClient(run, history);
        var version = await client.ServerVersionAsync(cancel);

        run.Progress($"signing in {run.Option(Racers)} contractors, an outsider, an owner and a tenant");
        var cast = await ProofCast.GatherAsync(client, run, run.Option(Racers), cancel);
        var readers = await FollowAsync(run, client, history, cast, cancel);
        try
        {
            var races = TicketPlan.Draw(run.Seed, run.Option(Tickets), cast.Racers.Count).Select(plan => new TicketRace(run, client, cast, plan)).ToArray();
            var raceStart = run.Clock.GetTimestamp();
            await RaceAsync(run, races, cancel);
            var raced = run.Clock.GetElapsedTime(raceStart);

            run.Progress("reading tickets, histories and the rest of the feed");
            var verdicts = new Verdicts(All);
            var evidence = await GatherEvidenceAsync(run, races, cast, history, readers[0], cancel);
            foreach (var reader in readers.Skip(1))
            {
                var last = readers[0].Events().Count;
                await reader.WaitAsync(events => events.Count >= last, FeedPatience, cancel);
            }

            var left = await cast.DisbandAsync(cancel);
            run.Progress("checking");
            Check(evidence, readers, left, history, run.Faults, verdicts);
            return new ProofReport
            {
                Name = Name,
                Run = run,
                StartedAt = startedAt,
                Took = run.Clock.GetElapsedTime(start),
                Results = verdicts.Results,
                Operations = history.Snapshot(),
                Figures = Figures(races, evidence, readers, raced),
                ServerVersion = version,
            };
        }
        finally
        {
            foreach (var reader in readers) await reader.DisposeAsync();
        }
    }

    /// <summary>One reader a replica that stays, and one that breaks off and resumes at the next replica all the time.</summary>
    private static async Task<IReadOnlyList<LiveReader>> FollowAsync(ProofRun run, ProofClient client, History history, ProofCast cast, CancellationToken cancel)
    {
        string[] topics = [$"business:{cast.BusinessId}"];
        var readers = new List<LiveReader>();
        for (var target = 0; target < run.Targets.Count; target++)
        {
            readers.Add(await LiveReader.StartAsync(run, client, history, cast.Owner, topics, $"reader {target + 1}", target, null, cancel));
        }

        readers.Add(await LiveReader.StartAsync(run, client, history, cast.Owner, topics, "hopping reader", 0, TimeSpan.FromSeconds(1.5), cancel));
        return readers;
    }

    private static async Task RaceAsync(ProofRun run, TicketRace[] races, CancellationToken cancel)
    {
        var done = 0;
        var shortOffer = TimeSpan.FromSeconds(run.Option(ShortOffer));
        await System.Threading.Tasks.Parallel.ForEachAsync(
            races, new ParallelOptions { MaxDegreeOfParallelism = run.Option(Parallel), CancellationToken = cancel }, async (race, token) =>
            {
                await race.RunAsync(shortOffer, token);
                var count = Interlocked.Increment(ref done);
                if (count % 100 == 0) run.Progress($"{count} of {races.Length} tickets");
            });
    }

    private static async Task<IReadOnlyList<TicketEvidence>> GatherEvidenceAsync(
        ProofRun run, TicketRace[] races, ProofCast cast, History history, LiveReader reader, CancellationToken cancel)
    {
        var stored = new (StoredTicket? Ticket, IReadOnlyList<AuditItem>? Audit)[races.Length];
        await System.Threading.Tasks.Parallel.ForAsync(0, races.Length, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (i, token) =>
            stored[i] = (await races[i].StoredAsync(token), await races[i].AuditAsync(token)));

        var expected = stored.Sum(s => s.Audit?.Count(i => TicketChecks.IsShared(i.Action)) ?? 0);
        await reader.WaitAsync(events => events.Count(e => TicketChecks.IsShared(e.Type)) >= expected, FeedPatience, cancel);

        var operations = history.Snapshot().Where(o => o.Key is not null).ToLookup(o => o.Key!);
        var live = reader.Events().Where(e => e.Fact("ticketId") is not null).ToLookup(e => e.Fact("ticketId")!);
        return [.. races.Select((race, i) => new TicketEvidence
        {
            TicketId = race.TicketId,
            Acts = Act.From(operations[race.TicketId.ToString()]),
            Invitations = race.Invitations,
            Contractors = cast.Contractors,
            Stored = stored[i].Ticket,
            Audit = stored[i].Audit,
            Live = [.. live[race.TicketId.ToString()]],
            ClockTolerance = run.Option(Tolerance) * 1000L,
        })];
    }

    private static void Check(
        IReadOnlyList<TicketEvidence> evidence, IReadOnlyList<LiveReader> readers, IReadOnlyList<string> left, History history, bool faults, Verdicts verdicts)
    {
        foreach (var ticket in evidence)
        {
            TicketChecks.Run(ticket, verdicts);
            verdicts.Check(NothingLeft, ticket.Stored?.Status is "cancelled" or "closed" or "completed", () => ticket.Tell($"left {ticket.Stored?.Status ?? "unreadable"}", []));
        }

        foreach (var offer in left) verdicts.Break(NothingLeft, offer);
        verdicts.CheckServerErrors(NoServerError, history.Snapshot(), faults);
        FeedChecks.Run([.. readers.Select(r => (r.Name, r.Events(), r.Losses()))], verdicts);
    }

    private static List<KeyValuePair<string, string>> Figures(
        TicketRace[] races, IReadOnlyList<TicketEvidence> evidence, IReadOnlyList<LiveReader> readers, TimeSpan raced)
    {
        var accepts = evidence.SelectMany(e => e.Acts).Where(a => a.Kind == ActKind.Accept).ToArray();
        var won = evidence.Count(e => e.Acts.Any(a => a is { Kind: ActKind.Accept, Status: 200 }));
        return
        [
            new("Tickets", string.Join(", ", races.GroupBy(r => r.Mode).OrderBy(g => g.Key).Select(g => $"{g.Count()} {g.Key}"))),
            new("Outcome", string.Create(CultureInfo.InvariantCulture, $"{won} tickets won, {evidence.Count - won} won by nobody")),
            new("Accepts", string.Create(CultureInfo.InvariantCulture, $"{accepts.Length}, {accepts.Length / raced.TotalSeconds:F0} a second over {raced.TotalSeconds:F1} s; {accepts.Count(a => a.Outcome == ActOutcome.Unknown)} without a clear answer")),
            new("Live feed", string.Join("; ", readers.Select(r => $"{r.Name}: {r.Events().Count} events over {r.Connections} connections"))),
        ];
    }
}
