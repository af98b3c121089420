using Mainstreet.Foundation.Proving;

using NodaTime;

using static Mainstreet.Occasions.Proof.OccasionsInvariants;

namespace Mainstreet.Occasions.Proof;

/// <summary>One day of birthdays round the world, at a provider that loses answers, and a few that it refuses until they are replayed.</summary>
internal static class GreetingDay
{
    // Where it is nine between 05:00 and 20:00 UTC, Auckland's on the date after.
    private static readonly string[] Places =
    [
        "Asia/Dubai", "Europe/Moscow", "Africa/Johannesburg", "Europe/Berlin", "Europe/London", "Etc/UTC", "Atlantic/Azores", "America/Sao_Paulo", "America/St_Johns",
        "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Pacific/Marquesas", "Pacific/Honolulu", "Pacific/Auckland",
    ];

    private static readonly ProviderMood Faulty = new() { TakenAndDropped = 0.04, TakenAndFailed = 0.03, Failed = 0.02, Busy = 0.04, Delay = TimeSpan.FromMilliseconds(5) };

    /// <param name="run">The run.</param>
    /// <param name="time">The server's clock, at the day's first hours.</param>
    /// <param name="shop">Empty yet.</param>
    /// <param name="provider">The double.</param>
    /// <param name="day">The day, UTC.</param>
    /// <param name="count">Recipients.</param>
    /// <param name="patience">How long retries may take.</param>
    /// <param name="verdicts">Receives the findings.</param>
    /// <param name="cancel">Ends the run.</param>
    internal static async Task RunAsync(
        ProofRun run, TestTime time, ProofShop shop, ProviderDouble provider, LocalDate day, int count, TimeSpan patience, Verdicts verdicts, CancellationToken cancel)
    {
        var dice = new Random(run.Seed);
        var people = Enumerable.Range(0, count).Select(_ => Places[dice.Next(Places.Length)]).Select(zone => (Zone: zone, Date: KeptOn(day, zone))).ToArray();
        var ids = await shop.AddAsync([.. people.Select(p => (p.Zone, $"--{p.Date.Month:00}-{p.Date.Day:00}"))], cancel);
        var planned = (await shop.MessagesAsync(cancel)).ToLookup(m => m.RecipientId);
        for (var i = 0; i < count; i++)
        {
            var due = people[i].Date.At(new LocalTime(9, 0)).InZoneLeniently(DateTimeZoneProviders.Tzdb[people[i].Zone]).ToDateTimeOffset();
            var mine = planned[ids[i]].ToList();
            verdicts.Check(Planned, mine is [{ Status: "scheduled" } only] && only.DueAt == due,
                () => $"recipient {ids[i]} in {people[i].Zone} is due at {due:O} and has {Told(mine)}");
        }

        await using var watch = new StatusWatch(run, shop);
        provider.Mood = Faulty;
        var instants = planned.SelectMany(p => p).Select(m => m.DueAt).Distinct().Order().ToArray();
        foreach (var instant in instants)
        {
            // Just before, nothing may go; just after, everything of that instant.
            await time.MoveAsync(instant - TimeSpan.FromSeconds(20), cancel);
            await time.RunAsync("minute", cancel);
            await time.MoveAsync(instant + TimeSpan.FromSeconds(1), cancel);
            await time.RunAsync("minute", cancel);
        }

        await WaitAsync(shop, ids, time, patience, run, cancel);
        provider.Mood = ProviderMood.Good;
        var sent = (await shop.SettledAsync(ids, patience, cancel)).Where(m => ids.Contains(m.RecipientId)).ToList();
        foreach (var message in sent)
            verdicts.Check(NoneMissing, message.Status == "sent", () => $"{message.Key} is {message.Status} after {message.Attempts} attempts: {message.LastError}");
        await TellAttemptsAsync(shop, sent, verdicts, cancel);
        await watch.JudgeAsync(verdicts);
    }

    /// <summary>Some die at a provider that refuses them, and are replayed, each twice at once.</summary>
    internal static async Task ReplayAsync(
        ProofRun run, TestTime time, ProofShop shop, ProviderDouble provider, LocalDate day, int count, TimeSpan patience, Verdicts verdicts, CancellationToken cancel)
    {
        var ids = await shop.AddAsync([.. Enumerable.Repeat(("Etc/UTC", $"--{day.Month:00}-{day.Day:00}"), count)], cancel);
        provider.Mood = new ProviderMood { Refused = 1 };
        await time.MoveAsync(new DateTimeOffset(day.Year, day.Month, day.Day, 9, 0, 1, TimeSpan.Zero), cancel);
        await time.RunAsync("minute", cancel);
        var dead = (await shop.SettledAsync(ids, patience, cancel)).Where(m => ids.Contains(m.RecipientId)).ToList();
        foreach (var message in dead)
            verdicts.Check(ReplayOnce, message.Status == "dead", () => $"{message.Key} was refused for good and is {message.Status}");
        provider.Mood = ProviderMood.Good;
        foreach (var message in dead)
        {
            var answers = await Task.WhenAll(shop.ReplayAsync(message.Id, 0, cancel), shop.ReplayAsync(message.Id, 1, cancel));
            verdicts.Check(ReplayOnce, answers.Count(a => a.Ok) == 1 || answers.Any(a => a.Retried || a.Status == 0),
                () => $"two replays of {message.Key} were answered {string.Join(" and ", answers.Select(a => a.Status))}");
        }

        foreach (var message in (await shop.SettledAsync(ids, patience, cancel)).Where(m => ids.Contains(m.RecipientId)))
        {
            verdicts.Check(ReplayOnce, message.Status == "sent" && provider.Effects.Count(e => e.Key == message.Key) == 1,
                () => $"{message.Key} is {message.Status} after its replay, with {provider.Effects.Count(e => e.Key == message.Key)} effects");
        }
    }

    // Lost answers are tried again while the provider is as bad as before; the clock goes on by itself.
    private static async Task WaitAsync(ProofShop shop, Guid[] ids, TestTime time, TimeSpan patience, ProofRun run, CancellationToken cancel)
    {
        var started = run.Clock.GetTimestamp();
        while (run.Clock.GetElapsedTime(started) < patience / 2)
        {
            var open = (await shop.MessagesAsync(cancel)).Count(m => ids.Contains(m.RecipientId) && m.Status is "scheduled" or "queued" or "sending");
            if (open == 0) return;
            run.Progress($"{open} messages are under way; it is {time.Now:HH:mm:ss} there");
            await Task.Delay(TimeSpan.FromSeconds(1), run.Clock, cancel);
        }
    }

    private static async Task TellAttemptsAsync(ProofShop shop, IEnumerable<ToldMessage> messages, Verdicts verdicts, CancellationToken cancel)
    {
        foreach (var message in messages)
        {
            var told = await shop.MessageAsync(message.Id, cancel);
            var attempts = told.GetProperty("history").EnumerateArray().Select(a => a.GetProperty("outcome").GetString()).ToList();
            verdicts.Check(Attempts, attempts.Count == told.GetProperty("attempts").GetInt32() && attempts.Contains("unknown") == told.GetProperty("uncertain").GetBoolean(),
                () => $"{message.Key} counts {told.GetProperty("attempts")} attempts, uncertain {told.GetProperty("uncertain")}, and tells {string.Join(", ", attempts)}");
        }
    }

    // The local date whose nine o'clock falls on the UTC day.
    private static LocalDate KeptOn(LocalDate day, string zone)
    {
        var tz = DateTimeZoneProviders.Tzdb[zone];
        return day.At(new LocalTime(9, 0)).InZoneLeniently(tz).WithZone(DateTimeZone.Utc).Date > day ? day.PlusDays(-1)
            : day.At(new LocalTime(9, 0)).InZoneLeniently(tz).WithZone(DateTimeZone.Utc).Date < day ? day.PlusDays(1) : day;
    }

    private static string Told(IReadOnlyCollection<ToldMessage> messages) =>
        messages.Count == 0 ? "no message" : string.Join(", ", messages.Select(m => $"one {m.Status} at {m.DueAt:O}"));
}
