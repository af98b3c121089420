using System.Globalization;
using System.Security.Cryptography;

using Mainstreet.Foundation.Proving;

using static Mainstreet.Occasions.Proof.OccasionsInvariants;

namespace Mainstreet.Occasions.Proof;

/// <summary>Creates and changes at the same time, cancellation against sending, replay, deletion and pause: all but the changes around one instant.</summary>
internal sealed class RaceRound(OccasionsStage stage, StatusWatch watch, Random random)
{
    private const int Few = 3;
    private const int Cancelled = 20;
    private const int PutsAtOnce = 24;

    internal int CancelsWon { get; private set; }

    internal async Task RunAsync(int creates, int puts, Verdicts verdicts, CancellationToken cancel)
    {
        await stage.RunJobAsync("daily", cancel);
        var from = stage.Clock.Now + TimeSpan.FromHours(1);
        var slots = GreetingTimes.Between(from, from + TimeSpan.FromHours(4)).GroupBy(s => s.DueAt).MaxBy(g => g.Count())!.ToArray();
        var instant = slots[0].DueAt;
        var main = await stage.FoundAsync("races", "sendLate", 720, cancel);
        var held = await stage.FoundAsync("paused", "sendLate", 720, cancel);
        var heldBirthdays = await stage.FoundAsync("birthdays paused", "sendLate", 720, cancel);

        stage.Run.Progress($"{creates} creates with one key, {puts} changes of one recipient");
        var created = await CreateAsync(main, slots, creates, verdicts, cancel);
        var changed = await ChangeAsync(main, instant, puts, verdicts, cancel);

        var deleted = await stage.AddAsync(main, Some(slots, Few), "deleted", cancel);
        var refused = await stage.AddAsync(main, Some(slots, Few), "refused", cancel);
        var cancelling = await stage.AddAsync(main, Some(slots, Cancelled), "cancelled", cancel);
        Greeted[] paused =
        [
            .. await stage.AddAsync(main, Some(slots, Few), "paused", cancel),
            .. await stage.AddAsync(held, Some(slots, Few), "paused business", cancel),
            .. await stage.AddAsync(heldBirthdays, Some(slots, Few), "paused occasion", cancel),
        ];
        await DeleteAsync(deleted, cancel);
        await PauseAsync(paused, held, heldBirthdays, true, cancel);
        stage.Provider.RefusedRecipients = refused.Select(r => r.RecipientId).ToHashSet();

        stage.Run.Progress("cancelling while it falls due");
        await CancelAsync(cancelling, instant, verdicts, cancel);
        await stage.DeliverAsync([created], DateTimeOffset.MaxValue, cancel);
        await ReplayAsync(refused, verdicts, cancel);

        // A job that comes by finds them held still.
        await stage.RunJobAsync("minute", cancel);
        await stage.RunJobAsync("recovery", cancel);
        foreach (var one in paused) verdicts.Check(PauseHolds, !HasArrived(one), () => $"{one.RecipientId} was sent its greeting while paused");
        await PauseAsync(paused, held, heldBirthdays, false, cancel);
        await stage.RunJobAsync("minute", cancel);
        await stage.DeliverAsync(paused, changed.DueAt, cancel);

        await stage.ReachAsync(changed.DueAt, cancel);
        await stage.DeliverAsync([changed], DateTimeOffset.MaxValue, cancel);
        await stage.SettleAsync(cancel);
    }

    private async Task<Greeted> CreateAsync(Guid business, Slot[] slots, int count, Verdicts verdicts, CancellationToken cancel)
    {
        var key = $"proof-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";
        var (slot, name) = (slots[0], $"created-{key[^8..]}");
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(_ =>
            stage.SendAsync("create at once", HttpMethod.Post, "/v1/recipients", OccasionsStage.Person(business, slot, name), cancel, key)));
        var ids = answers.Select(a => a.Require().GetProperty("id").GetGuid()).Distinct().ToArray();
        verdicts.Check(OneCreate, ids.Length == 1, () => $"{count} creates with one key answered {ids.Length} recipients");
        var stored = await stage.RecipientsOfAsync(business, cancel);
        verdicts.Check(OneCreate, stored.Count == 1 && stored[0] == ids[0], () => $"{count} creates with one key made {stored.Count} recipients");
        foreach (var id in stored)
        {
            var messages = await stage.MessagesOfAsync(id, cancel);
            verdicts.Check(OneCreate, messages.Count == 1, () => $"{messages.Count} messages for the one recipient");
        }

        foreach (var more in ids.Concat(stored).Distinct().Skip(1)) stage.Note(new Greeted(more, business, slot));
        return stage.Note(new Greeted(ids[0], business, slot) { Promise = OneCreate });
    }

    private async Task<Greeted> ChangeAsync(Guid business, DateTimeOffset after, int puts, Verdicts verdicts, CancellationToken cancel)
    {
        var choices = GreetingTimes.Between(after + TimeSpan.FromHours(2), after + TimeSpan.FromHours(12)).ToArray();
        var drawn = Enumerable.Range(0, puts).Select(_ => choices[random.Next(choices.Length)]).ToArray();
        var one = await stage.AddAsync(business, choices[0], "changed", cancel);
        one.Promise = LastPut;
        var path = $"/v1/recipients/{one.RecipientId}";
        var answers = new ProofAnswer[puts];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var looking = LookAsync(one, verdicts, over.Token);
        await Parallel.ForAsync(0, puts, new ParallelOptions { MaxDegreeOfParallelism = PutsAtOnce, CancellationToken = cancel }, async (i, token) =>
            answers[i] = await stage.SendAsync("change", HttpMethod.Put, path, OccasionsStage.Person(business, drawn[i], Name(i)), token));
        await over.CancelAsync();
        await looking;

        var versions = answers.Where(a => a.Ok).Select(a => a.Body!.Value.GetProperty("version").GetInt32()).ToArray();
        verdicts.Check(LastPut, versions.Length > 0 && versions.Distinct().Count() == versions.Length, () => $"{versions.Length} changes were told {versions.Distinct().Count()} versions");
        var last = (await stage.SendAsync("read", HttpMethod.Get, path, null, cancel)).Require();
        var version = last.GetProperty("version").GetInt32();
        var holds = Array.FindIndex([.. Enumerable.Range(0, puts)], i => Name(i) == last.GetProperty("lastName").GetString());
        // A change whose answer was lost may have been the last; else it is the one with the highest version.
        var right = holds >= 0 && version >= versions.Max()
            && last.GetProperty("timeZone").GetString() == drawn[holds].Zone && last.GetProperty("birthday").GetString() == drawn[holds].Birthday
            && (!answers[holds].Ok || answers[holds].Retried || answers[holds].Body!.Value.GetProperty("version").GetInt32() == version);
        verdicts.Check(LastPut, right, () => $"after {versions.Length} changes, the last told version {versions.Max()}, the server holds {last}");
        if (holds >= 0) (one.Slot, one.DueAt) = (drawn[holds], drawn[holds].DueAt);
        var messages = await stage.MessagesOfAsync(one.RecipientId, cancel);
        verdicts.Check(LastPut, messages is [{ Status: "scheduled" } message] && message.TimeZone == one.Slot.Zone && message.DueAt == one.DueAt,
            () => $"the last change is {one.Slot}, the messages are {string.Join("; ", messages)}");
        return one;

        static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"change {i + 1}");
    }

    /// <summary>While it is changed: never two messages.</summary>
    private async Task LookAsync(Greeted one, Verdicts verdicts, CancellationToken over)
    {
        try
        {
            while (true)
            {
                var messages = await stage.MessagesOfAsync(one.RecipientId, over);
                verdicts.Check(LastPut, messages.Count == 1, () => $"while it was changed the recipient had {messages.Count} messages: {string.Join("; ", messages)}");
                await Task.Delay(TimeSpan.FromMilliseconds(20), stage.Run.Clock, over);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The changes are made.
        }
    }

    private async Task DeleteAsync(IReadOnlyList<Greeted> people, CancellationToken cancel)
    {
        foreach (var one in people)
        {
            var answer = await stage.SendAsync("delete", HttpMethod.Delete, $"/v1/recipients/{one.RecipientId}", null, cancel);
            if (!answer.Ok && answer is not { Status: 404, Retried: true }) throw new ProofException($"delete was answered {answer.Status} {answer.Code}");
            (one.Wish, one.Promise, one.IsDeleted) = (Wish.Never, DeleteCancels, true);
        }
    }

    private async Task PauseAsync(IReadOnlyList<Greeted> people, Guid business, Guid birthdays, bool pause, CancellationToken cancel)
    {
        await stage.SetAsync(business, "sendLate", 720, pause, false, cancel);
        await stage.SetAsync(birthdays, "sendLate", 720, false, pause, cancel);
        foreach (var one in people)
        {
            one.Promise = PauseHolds;
            if (one.BusinessId == business || one.BusinessId == birthdays) continue;
            (await stage.SendAsync("pause", HttpMethod.Patch, $"/v1/recipients/{one.RecipientId}", new { paused = pause }, cancel)).Require();
        }
    }

    private async Task CancelAsync(IReadOnlyList<Greeted> people, DateTimeOffset instant, Verdicts verdicts, CancellationToken cancel)
    {
        var messages = new Guid[people.Count];
        for (var i = 0; i < messages.Length; i++)
        {
            (people[i].Wish, people[i].Promise) = (Wish.AsStored, CancelOrSend);
            messages[i] = (await stage.MessagesOfAsync(people[i].RecipientId, cancel)).SingleOrDefault()?.Id ?? throw new ProofException("A message that was to be cancelled does not exist.");
        }

        await stage.Clock.MoveAsync(instant - TimeSpan.FromSeconds(1), cancel);
        // Some come before the instant, some into the sending, the rest too late.
        var answers = new ProofAnswer[messages.Length];
        var sending = Task.CompletedTask;
        for (var i = 0; i < messages.Length; i++)
        {
            if (i == messages.Length / 4) sending = stage.ReachAsync(instant, cancel);
            answers[i] = await stage.SendAsync("cancel", HttpMethod.Post, $"/v1/messages/{messages[i]}/cancel", null, cancel);
        }

        await sending;
        await stage.RunJobAsync("minute", cancel);
        CancelsWon = answers.Count(a => a.Ok);
        await stage.DeliverAsync([.. people.Where((_, i) => answers[i] is { Status: 409, Retried: false })], DateTimeOffset.MaxValue, cancel);
        for (var i = 0; i < messages.Length; i++)
        {
            var (answer, stored) = (answers[i], (await stage.MessagesOfAsync(people[i].RecipientId, cancel)).Single());
            var right = answer switch
            {
                { Ok: true } => stored.Status == "cancelled",
                { Status: 409, Code: "wrong_status", Retried: false } => stored.Status is "sending" or "sent",
                { Retried: true } => true,
                _ => false,
            };
            verdicts.Check(CancelOrSend, right, () => $"cancelling was answered {answer.Status} {answer.Code}, and then it was {stored}");
        }
    }

    private async Task ReplayAsync(IReadOnlyList<Greeted> people, Verdicts verdicts, CancellationToken cancel)
    {
        var dead = new List<(Greeted One, Guid Message)>();
        var start = stage.Run.Clock.GetTimestamp();
        foreach (var one in people)
        {
            one.Promise = ReplayOnce;
            var message = (await stage.MessagesOfAsync(one.RecipientId, cancel)).Single();
            while (message.Status != "dead" && stage.Run.Clock.GetElapsedTime(start) < stage.Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), stage.Run.Clock, cancel);
                message = (await stage.MessagesOfAsync(one.RecipientId, cancel)).Single();
            }

            if (verdicts.Check(ReplayOnce, message.Status == "dead", () => $"a message that the provider refused for good did not die: {message}")) dead.Add((one, message.Id));
        }

        stage.Provider.RefusedRecipients = new HashSet<Guid>();
        foreach (var (one, message) in dead)
        {
            watch.Replays(message);
            var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => stage.SendAsync("replay", HttpMethod.Post, $"/v1/messages/{message}/replay", null, cancel)));
            var done = answers.Count(a => a.Ok);
            var right = answers.All(a => a.Ok || a is { Status: 409, Code: "wrong_status" }) && (done == 1 || (done == 0 && answers.Any(a => a.Retried)));
            verdicts.Check(ReplayOnce, right, () => $"two replays at once were answered {string.Join(" and ", answers.Select(a => $"{a.Status} {a.Code}"))}");
            await stage.DeliverAsync([one], DateTimeOffset.MaxValue, cancel);
        }
    }

    private bool HasArrived(Greeted one) => stage.Provider.Arrivals.Any(a => a.RecipientId == one.RecipientId);

    private Slot[] Some(Slot[] slots, int count) => [.. Enumerable.Range(0, count).Select(_ => slots[random.Next(slots.Length)])];
}
