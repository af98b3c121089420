using System.Globalization;

using Mainstreet.Foundation.Proving;

using NodaTime;

using static Mainstreet.Occasions.Proof.OccasionsInvariants;

namespace Mainstreet.Occasions.Proof;

/// <summary>Creates that share a key, and changes of zone and date that race.</summary>
internal static class RecipientRaces
{
    private static readonly string[] Zones =
        ["America/New_York", "America/Los_Angeles", "Europe/Berlin", "Asia/Kathmandu", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Etc/UTC"];

    internal static async Task CreatesAsync(ProofRun run, ProofShop shop, LocalDate day, int racers, Verdicts verdicts, CancellationToken cancel)
    {
        var body = shop.Body("Racing", "Etc/UTC", $"--{day.Month:00}-{day.Day:00}");
        var key = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(12));
        var answers = await Task.WhenAll(Enumerable.Range(0, racers).Select(i => shop.CreateAsync(body, key, i, cancel)));
        var ids = answers.Where(a => a.Ok).Select(a => a.Require().GetProperty("id").GetGuid()).Distinct().ToList();
        foreach (var id in ids) shop.Remember(id);
        verdicts.Check(OneRecipient, answers.All(a => a.Ok) && ids.Count == 1,
            () => $"{racers} creates with one key were answered {string.Join(", ", answers.GroupBy(a => (a.Status, a.Code)).Select(g => $"{g.Count()} x {g.Key}"))}, with {ids.Count} ids");
        foreach (var id in ids)
        {
            var messages = await shop.MessagesAsync(cancel, id);
            verdicts.Check(OneRecipient, messages.Count == 1, () => $"recipient {id} of {racers} racing creates has {messages.Count} messages");
        }
    }

    internal static async Task PutsAsync(ProofRun run, ProofShop shop, LocalDate day, int puts, int parallel, Verdicts verdicts, CancellationToken cancel)
    {
        var id = (await shop.AddAsync([("Etc/UTC", $"--{day.Month:00}-{day.Day:00}")], cancel))[0];
        var dice = new Random(run.Seed);
        // Dates within the plan's horizon, so that every change moves a message.
        var wanted = Enumerable.Range(0, puts).Select(_ => (Zone: Zones[dice.Next(Zones.Length)], Date: day.PlusDays(dice.Next(0, 2)))).ToArray();
        var versions = new int[puts];
        await System.Threading.Tasks.Parallel.ForAsync(0, puts, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancel }, async (i, token) =>
        {
            var answer = await shop.PutAsync(id, shop.Body("Racing", wanted[i].Zone, $"--{wanted[i].Date.Month:00}-{wanted[i].Date.Day:00}"), i, token);
            if (answer.Ok && int.TryParse(answer.Last.Fact("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version)) versions[i] = version;
        });

        var recipient = await shop.RecipientAsync(id, cancel);
        var (zone, birthday, last) = (recipient.GetProperty("timeZone").GetString()!, recipient.GetProperty("birthday").GetString()!, recipient.GetProperty("version").GetInt32());
        var done = versions.Where(v => v > 0).ToList();
        verdicts.Check(LastHolds, done.Distinct().Count() == done.Count, () => $"two of {done.Count} changes of recipient {id} were given the same version");
        // A change without an answer may be the last one.
        var winner = Array.IndexOf(versions, last);
        if (winner >= 0)
        {
            var text = $"--{wanted[winner].Date.Month:00}-{wanted[winner].Date.Day:00}";
            verdicts.Check(LastHolds, zone == wanted[winner].Zone && birthday == text,
                () => $"version {last} of recipient {id} was set to {wanted[winner].Zone} {text} and is {zone} {birthday}");
        }
        else
        {
            verdicts.Check(LastHolds, done.Count < puts || done.Max() == last, () => $"recipient {id} has version {last}, which no change was given");
        }

        var messages = await shop.MessagesAsync(cancel, id);
        var month = int.Parse(birthday.AsSpan(2, 2), CultureInfo.InvariantCulture);
        var date = new LocalDate(day.Year + (month < day.Month ? 1 : 0), month, int.Parse(birthday.AsSpan(5, 2), CultureInfo.InvariantCulture));
        var due = date.At(new LocalTime(9, 0)).InZoneLeniently(DateTimeZoneProviders.Tzdb[zone]).ToDateTimeOffset();
        verdicts.Check(LastHolds, messages is [{ Status: "scheduled" } only] && only.DueAt == due,
            () => $"after {puts} racing changes recipient {id} ({zone} {birthday}, due {due:O}) has {string.Join(", ", messages.Select(m => $"{m.Status} at {m.DueAt:O}"))}");
    }
}
