using Mainstreet.Foundation.Proving;

using static Mainstreet.Occasions.Proof.OccasionsInvariants;

namespace Mainstreet.Occasions.Proof;

/// <summary>Everything is planned, then the clock jumps 25 hours without a job, then recovery runs: what each misfire policy makes of what was missed.</summary>
internal sealed class OutageRound(OccasionsStage stage, Random random)
{
    private const int LateLimitMinutes = 720;
    private const int NextWindows = 6;
    private static readonly TimeSpan Down = TimeSpan.FromHours(25);

    // Decided within minutes of the recovery: what is late by nearly the limit, or by nearly nothing, could go either way.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(30);

    internal int Late { get; private set; }

    internal int Skipped { get; private set; }

    internal int Moved { get; private set; }

    internal async Task RunAsync(int count, Verdicts verdicts, CancellationToken cancel)
    {
        await stage.RunJobAsync("daily", cancel);
        var up = stage.Clock.Now + Down;
        var limit = TimeSpan.FromMinutes(LateLimitMinutes);
        var missed = GreetingTimes.Between(up - TimeSpan.FromHours(23), up - TimeSpan.FromMinutes(45))
            .Where(s => (up - s.DueAt - limit).Duration() > Margin).ToArray();
        var third = Math.Max(2, count / 3);
        // Half of them within the limit of sendLate, half beyond: so that no policy can pass for another.
        Slot[] Halves() => [.. Draw(missed.Where(s => up - s.DueAt < limit), (third + 1) / 2), .. Draw(missed.Where(s => up - s.DueAt > limit), third / 2)];
        var late = await AddAsync("sendLate", Halves(), cancel);
        var skip = await AddAsync("skip", Halves(), cancel);
        var next = await AddAsync("nextWindow", Draw(Draw(missed, Math.Min(NextWindows, third)), third), cancel);

        stage.Run.Progress($"{late.Count + skip.Count + next.Count} messages planned, 25 hours down");
        await stage.Clock.MoveAsync(up, cancel);
        var stood = up;
        await Task.WhenAll(Enumerable.Range(0, 2 * stage.Run.Targets.Count).Select(_ => stage.RunJobAsync("recovery", cancel)));
        await stage.RunJobAsync("minute", cancel);

        foreach (var one in late)
        {
            one.Promise = MisfireRules;
            one.Wish = stood - one.DueAt < limit ? Wish.Once : Wish.Never;
        }

        foreach (var one in skip) (one.Promise, one.Wish) = (MisfireRules, Wish.Never);
        foreach (var one in next) (one.Promise, one.DueAt) = (MisfireRules, GreetingTimes.NextAfter(one.Slot, stood));
        await stage.DeliverAsync([.. late.Where(o => o.Wish == Wish.Once)], next.Min(o => o.DueAt), cancel);
        await stage.SettleAsync(cancel);
        await CheckAsync(late, skip, next, verdicts, cancel);

        foreach (var step in next.GroupBy(o => o.DueAt).OrderBy(g => g.Key))
        {
            await stage.ReachAsync(step.Key, cancel);
            await stage.DeliverAsync([.. step], step.Key + TimeSpan.FromMinutes(10), cancel);
        }

        await stage.SettleAsync(cancel);
    }

    private async Task CheckAsync(
        IReadOnlyList<Greeted> late, IReadOnlyList<Greeted> skip, IReadOnlyList<Greeted> next, Verdicts verdicts, CancellationToken cancel)
    {
        foreach (var (people, word) in new[] { (late, "late"), (skip, "skip"), (next, "nextWindow") })
        {
            var stored = (await stage.MessagesAsync($"businessId={people[0].BusinessId}", "messages", cancel)).ToLookup(m => m.RecipientId);
            foreach (var one in people)
            {
                var message = stored[one.RecipientId].SingleOrDefault();
                var right = word switch
                {
                    "nextWindow" => message is { Status: "scheduled" } && message.DueAt == one.DueAt,
                    _ when one.Wish == Wish.Never => message is { Status: "skipped", LastError: not null },
                    _ => message is { Status: "sent" },
                };
                if (message?.Status == "skipped") Skipped++;
                else if (word == "nextWindow") Moved++;
                else Late++;
                // Misses are visible: each says why it is late.
                var told = message is null or { Status: "skipped" } || message.Reason?.Split(' ').Contains(word, StringComparer.Ordinal) == true;
                verdicts.Check(MisfireRules, right && told, () => $"{word}: due {one.Slot.DueAt:u}, decided at {stage.Clock.Now:u}, became {message?.ToString() ?? "nothing"}");
            }
        }
    }

    private async Task<IReadOnlyList<Greeted>> AddAsync(string misfire, IReadOnlyList<Slot> slots, CancellationToken cancel) =>
        await stage.AddAsync(await stage.FoundAsync($"outage {misfire}", misfire, LateLimitMinutes, cancel), slots, misfire, cancel);

    private Slot[] Draw(IEnumerable<Slot> from, int count)
    {
        var all = from.ToArray();
        return [.. Enumerable.Range(0, count).Select(_ => all[random.Next(all.Length)])];
    }
}
