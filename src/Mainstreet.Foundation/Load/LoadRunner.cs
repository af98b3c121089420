using Mainstreet.Foundation.Proving;

namespace Mainstreet.Foundation.Load;

/// <summary>Makes a run: people and rows first, then the phases, then the verdict.</summary>
public static class LoadRunner
{
    /// <summary>Goodput of a step that rises by less than this share over the step before, while more was offered, grows no more.</summary>
    private const double LeastGrowth = 0.1;

    private const int MostAgents = 20_000;
    private const int RateOfOneAccount = 20;
    private static readonly TimeSpan RenewalEvery = TimeSpan.FromSeconds(20);

    /// <exception cref="ProofException">The run could not be made: unreachable, refused, or nothing to ask for.</exception>
    public static async Task<LoadResult> RunAsync(LoadRun run, IReadOnlyList<ILoadMix> mixes, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(mixes);
        var thresholds = run.Thresholds.Select(t => LoadThreshold.Read(t) ?? throw new ProofException($"'{t}' is no threshold.")).ToArray();
        var (clock, startedAt, started) = (run.Clock, run.Clock.GetUtcNow(), run.Clock.GetTimestamp());
        var proof = new ProofRun(run.Targets, run.Seed, clock);
        using var client = new ProofClient(proof, new History());
        var version = await client.ServerVersionAsync(cancel);
        var (people, parts, names) = run.Path is { } path ? OnePath(path) : await PrepareAsync(run, proof, client, mixes, cancel);

        using var watch = new ServerWatch(run.Targets, run.Cores, clock);
        using var generator = new LoadGenerator(run.Targets, [.. parts.SelectMany(p => p.Acts)], run.Patience, run.Seed, clock);
        var phases = new List<PhaseResult>();
        BreakingPoint? breaking = null;
        using (var over = CancellationTokenSource.CreateLinkedTokenSource(cancel))
        {
            var renewing = RenewAsync(run, people, client, over.Token);
            foreach (var phase in Phases(run.Plan, () => breaking?.Phase is null))
            {
                var tally = new PhaseTally(phase);
                var use = await watch.DuringAsync(() => generator.RunAsync(run.Plan, tally, cancel), cancel);
                // Steps of a stress run stand alone; in the others what one phase leaves over is the next one's burden, as in life.
                if (run.Plan.UntilBroken) await generator.DrainAsync(cancel);
                phases.Add(new PhaseResult(tally, use));
                run.Progress(LoadText.Line(phases[^1]));
                if (run.Plan.UntilBroken) breaking = Judge(phases, thresholds);
            }

            await generator.DrainAsync(cancel);
            await over.CancelAsync();
            await renewing;
        }

        foreach (var part in parts) await TidyAsync(run, part, cancel);
        // A stress run is meant to break: its thresholds say where.
        IEnumerable<PhaseResult> held = run.Plan.UntilBroken ? [] : phases.Where(p => p.Phase.Measured);
        return new LoadResult(run, phases, [.. held.SelectMany(p => thresholds.Select(t => new ThresholdResult(t.ToString(), p.Phase.Name, t.ValueIn(p.Tally), t.MetBy(p.Tally))))])
        {
            Mixes = names,
            StartedAt = startedAt,
            Took = clock.GetElapsedTime(started),
            ServerVersion = version,
            Breaking = breaking,
            Memory = run.Plan.WatchMemory ? MemoryTrend.Of(watch.Memory) : null,
            Unread = watch.Unread,
        };
    }

    private static async Task<(IReadOnlyList<SyntheticAccount> People, IReadOnlyList<LoadPart> Parts, IReadOnlyList<string> Names)> PrepareAsync(
        LoadRun run, ProofRun proof, ProofClient client, IReadOnlyList<ILoadMix> mixes, CancellationToken cancel)
    {
        if (mixes.Count == 0) throw new ProofException("No module contributes a load mix.");
        var most = run.Plan.Phases.Max(run.Plan.RateOf);
        var accounts = run.Accounts ?? (int)Math.Clamp(run.Plan.Closed ?? most / RateOfOneAccount, 8, 200);
        run.Progress($"signing in {accounts} synthetic accounts");
        var people = new SyntheticAccount[accounts];
        // A few at a time: hashing passwords is the server's most expensive answer.
        await Parallel.ForAsync(0, accounts, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancel }, async (i, token) =>
            people[i] = await SyntheticAccount.CreateAsync(client, $"agent {i + 1}", "customer", run.Clock, token));
        var business = (await client.SendAsync(new ProofCall("business", HttpMethod.Post, "/v1/businesses")
        {
            Account = people[0], Body = new { name = "Synthetic load" }, Once = true,
        }, cancel)).Require().GetProperty("id").GetGuid();
        var stage = new LoadStage(proof, client, people, business);
        var parts = new List<LoadPart>();
        foreach (var mix in mixes)
        {
            run.Progress($"preparing {mix.Name}");
            parts.Add(await mix.PrepareAsync(stage, cancel));
        }

        return (people, parts, [.. mixes.Select(m => m.Name)]);
    }

    private static (IReadOnlyList<SyntheticAccount> People, IReadOnlyList<LoadPart> Parts, IReadOnlyList<string> Names) OnePath(string path) =>
        ([], [new LoadPart([new LoadAct(path, 1, _ => new LoadRequest(HttpMethod.Get, path))], _ => Task.CompletedTask)], [path]);

    private static IEnumerable<LoadPhase> Phases(LoadPlan plan, Func<bool> stillUp)
    {
        foreach (var phase in plan.Phases) yield return phase;
        if (!plan.UntilBroken) yield break;
        var last = plan.Phases[^1];
        for (var agents = Math.Round(last.Agents * 1.5); stillUp() && agents <= MostAgents; agents = Math.Round(agents * 1.5))
            yield return last with { Name = $"{agents:0} agents", Agents = agents };
    }

    internal static BreakingPoint Judge(IReadOnlyList<PhaseResult> phases, IReadOnlyList<LoadThreshold> thresholds)
    {
        for (var i = 0; i < phases.Count; i++)
        {
            var (phase, tally) = (phases[i].Phase, phases[i].Tally);
            if (!phase.Measured) continue;
            var missed = thresholds.Where(t => !t.MetBy(tally)).Select(t => FormattableString.Invariant($"{t} was {t.ValueIn(tally):0.##}")).ToList();
            var before = i > 0 && phases[i - 1].Phase.Measured ? phases[i - 1].Tally : null;
            if (before is not null && phase.Agents >= before.Phase.Agents * (1 + LeastGrowth) && tally.Goodput < before.Goodput * (1 + LeastGrowth))
                missed.Add(FormattableString.Invariant($"goodput {before.Goodput:F0} to {tally.Goodput:F0} a second while {phase.Agents / before.Phase.Agents:0.#} times as much was offered"));
            if (missed.Count == 0) continue;
            var first = phases.Take(i + 1).SelectMany(p => p.Saturated.Take(1).Select(s => (Part: s, p.Phase.Name))).FirstOrDefault();
            return new BreakingPoint(phase.Name, string.Join("; ", missed), first.Part, first.Name);
        }

        return new BreakingPoint(null, "every step met every threshold, and goodput grew with what was offered", null, null);
    }

    /// <summary>What was measured is not lost because a server that was just driven to its end refuses to tidy up.</summary>
    private static async Task TidyAsync(LoadRun run, LoadPart part, CancellationToken cancel)
    {
        try
        {
            await part.TidyAsync(cancel);
        }
        catch (ProofException refused)
        {
            run.Progress($"rows are left behind: {refused.Message}");
        }
    }

    private static async Task RenewAsync(LoadRun run, IReadOnlyList<SyntheticAccount> people, ProofClient client, CancellationToken over)
    {
        try
        {
            while (true)
            {
                await Task.Delay(RenewalEvery, run.Clock, over);
                foreach (var person in people) await KeepFreshAsync(run, person, client, over);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private static async Task KeepFreshAsync(LoadRun run, SyntheticAccount person, ProofClient client, CancellationToken over)
    {
        try
        {
            await person.KeepFreshAsync(client, run.Clock, over);
        }
        catch (ProofException refused)
        {
            // Tried again next time; until then its requests may be answered 401, and are counted as what they are.
            run.Progress($"{person.Name} could not be renewed: {refused.Message}");
        }
    }
}
