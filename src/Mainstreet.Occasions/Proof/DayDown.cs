using Mainstreet.Foundation.Proving;

using NodaTime;

using static Mainstreet.Occasions.Proof.OccasionsInvariants;

namespace Mainstreet.Occasions.Proof;

/// <summary>A day in which nothing ran: the clock jumps 25 hours past the due instant, then recovery runs.</summary>
internal static class DayDown
{
    private static readonly (string Policy, int LateMinutes)[] Policies = [("sendLate", 36 * 60), ("sendLate", 12 * 60), ("skip", 720), ("nextWindow", 720)];

    internal static async Task RunAsync(
        ProofRun run, ProofClient client, SyntheticAccount owner, TestTime time, List<ProofShop> shops, ProviderDouble provider, LocalDate day, int count, TimeSpan patience,
        Verdicts verdicts, CancellationToken cancel)
    {
        var due = new DateTimeOffset(day.Year, day.Month, day.Day, 9, 0, 0, TimeSpan.Zero);
        await time.MoveAsync(due - TimeSpan.FromHours(4), cancel);
        await time.RunAsync("daily", cancel);
        var mine = new List<ProofShop>();
        foreach (var (policy, late) in Policies)
        {
            var shop = await ProofShop.OpenAsync(run, client, owner, cancel);
            await shop.SettleAsync(policy, late, cancel);
            await shop.AddAsync([.. Enumerable.Repeat(("Etc/UTC", $"--{day.Month:00}-{day.Day:00}"), Math.Max(1, count / Policies.Length))], cancel);
            mine.Add(shop);
        }

        shops.AddRange(mine);
        await time.MoveAsync(due + TimeSpan.FromHours(25), cancel);
        await time.RunAsync("recovery", cancel);
        var messages = new List<ToldMessage>[mine.Count];
        for (var i = 0; i < mine.Count; i++)
        {
            messages[i] = i == 3 ? await mine[i].MessagesAsync(cancel) : await mine[i].SettledAsync(mine[i].Recipients, patience, cancel);
            verdicts.Check(MisfirePolicies, messages[i].Count == mine[i].Recipients.Count,
                () => $"{Policies[i].Policy}: {mine[i].Recipients.Count} recipients have {messages[i].Count} messages after the day");
        }

        foreach (var message in messages[0])
            verdicts.Check(MisfirePolicies, message is { Status: "sent", Reason: "late" } && Effects(message) == 1, () => $"sendLate within its limit: {Told(message)}");
        foreach (var message in messages[1].Concat(messages[2]))
            verdicts.Check(MisfirePolicies, message.Status == "skipped" && Effects(message) == 0, () => $"skip, or sendLate beyond its limit: {Told(message)}");
        // 25 hours after nine it is ten: the next send time is the morning after.
        var next = due + TimeSpan.FromHours(48);
        foreach (var message in messages[3])
            verdicts.Check(MisfirePolicies, message.Status == "scheduled" && message.DueAt == next && Effects(message) == 0, () => $"nextWindow: {Told(message)}");
        await time.MoveAsync(next + TimeSpan.FromSeconds(1), cancel);
        await time.RunAsync("minute", cancel);
        foreach (var message in await mine[3].SettledAsync(mine[3].Recipients, patience, cancel))
            verdicts.Check(MisfirePolicies, message.Status == "sent" && Effects(message) == 1, () => $"nextWindow, at its next send time: {Told(message)}");

        int Effects(ToldMessage message) => provider.Effects.Count(e => e.Key == message.Key);

        string Told(ToldMessage message) => $"{message.Key} is {message.Status} ({message.Reason}, {message.LastError}), due {message.DueAt:O}, with {Effects(message)} effects";
    }
}
