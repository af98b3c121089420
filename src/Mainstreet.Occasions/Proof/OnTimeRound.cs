namespace Mainstreet.Occasions.Proof;

/// <summary>
/// Two days of greetings in many zones, instant after instant, while the provider is good, slow, busy, throttling, or loses connections after it took the
/// message. Half a day and more of it lies beyond the plan's horizon at first: the daily job has to find those.
/// </summary>
internal sealed class OnTimeRound(OccasionsStage stage, Random random)
{
    private const int MostInstants = 60;
    private const int MostTroubled = 12;
    private static readonly TimeSpan Span = TimeSpan.FromHours(48);

    private static readonly ProviderMood[] Troubles =
    [
        new() { TakenAndDropped = 0.25, TakenAndFailed = 0.15 },
        new() { Busy = 0.3, RetryAfterSeconds = 1 },
        new() { Delay = TimeSpan.FromMilliseconds(300) },
        new() { Throttled = 0.3, RetryAfterSeconds = 1 },
        new() { Busy = 0.1, Throttled = 0.1, Failed = 0.05, Dropped = 0.1, TakenAndDropped = 0.1, RetryAfterSeconds = 1, Delay = TimeSpan.FromMilliseconds(20) },
    ];

    internal int Instants { get; private set; }

    internal int Zones { get; private set; }

    internal int Troubled { get; private set; }

    internal async Task RunAsync(int count, CancellationToken cancel)
    {
        var business = await stage.FoundAsync("on time", "sendLate", 720, cancel);
        var horizon = (await stage.RunJobAsync("daily", cancel)).GetProperty("until").GetDateTimeOffset();
        await stage.Clock.MoveAsync(horizon - TimeSpan.FromHours(35), cancel);

        var from = stage.Clock.Now + TimeSpan.FromMinutes(20);
        var instants = GreetingTimes.Between(from, from + Span).GroupBy(s => s.DueAt).Select(g => g.ToArray()).ToArray();
        random.Shuffle(instants);
        instants = [.. instants.Take(Math.Clamp(count / 5, 8, MostInstants))];
        var slots = Enumerable.Range(0, count).Select(i => instants[i % instants.Length]).Select(zones => zones[random.Next(zones.Length)]).ToArray();
        stage.Run.Progress($"{count} recipients in {slots.Select(s => s.Zone).Distinct().Count()} zones");
        var people = await stage.AddAsync(business, slots, "on time", cancel);
        await WalkAsync(people, cancel);
        Zones = slots.Select(s => s.Zone).Distinct(StringComparer.Ordinal).Count();
    }

    private async Task WalkAsync(IReadOnlyList<Greeted> people, CancellationToken cancel)
    {
        var steps = people.GroupBy(p => p.DueAt).OrderBy(g => g.Key).ToArray();
        var planned = DateTimeOffset.MinValue;
        for (var i = 0; i < steps.Length; i++)
        {
            var (instant, due) = (steps[i].Key, steps[i].ToArray());
            await stage.Clock.MoveAsync(instant - TimeSpan.FromSeconds(3), cancel);
            if (stage.Clock.Now - planned > TimeSpan.FromHours(6))
            {
                await stage.RunJobAsync("daily", cancel);
                planned = stage.Clock.Now;
            }

            // Three seconds before its time: the minute job must leave it alone.
            await stage.RunJobAsync("minute", cancel);
            if (i % 2 == 1 && Troubled < MostTroubled) stage.Provider.Mood = Troubles[Troubled++ % Troubles.Length];
            await stage.ReachAsync(instant, cancel);
            var next = i + 1 < steps.Length ? steps[i + 1].Key - TimeSpan.FromSeconds(3) : DateTimeOffset.MaxValue;
            if (!await stage.DeliverAsync(due, next, cancel)) stage.Run.Progress($"not everything due at {instant:u} was delivered in time");
            stage.Provider.Mood = ProviderMood.Good;
            if ((i + 1) % 10 == 0) stage.Run.Progress($"{i + 1} of {steps.Length} instants");
        }

        Instants = steps.Length;
        await stage.SettleAsync(cancel);
    }
}
