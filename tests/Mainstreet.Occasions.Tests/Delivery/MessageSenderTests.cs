using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Messages;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Delivery;

/// <summary>What one claim of one message comes to.</summary>
[Trait("kind", "db")]
public sealed class MessageSenderTests : IAsyncLifetime
{
    private static readonly SendResult Accepted = new(SendOutcome.Accepted, 200, "ref-1");
    private static readonly SendResult Rejected = new(SendOutcome.Rejected, 400, Error: "answered 400");
    private static readonly SendResult Busy = new(SendOutcome.Retry, 503, Error: "answered 503");
    private static readonly SendResult Unknown = new(SendOutcome.Unknown, Error: "no answer within 10 s");

    private readonly Ledger _ledger = new();
    private DeliveryRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await DeliveryRig.StartAsync(Engine.Sqlite);

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task An_accepted_message_is_sent_with_its_key_words_and_facts()
    {
        var first = Provider("first", Accepted);
        var (completion, notes) = await SendAsync(Claimed(), first);

        notes.ShouldBeEmpty();
        (completion!.Status, completion.Tried, completion.Uncertain, completion.Provider, completion.Channel, completion.Reference)
            .ShouldBe((MessageStatus.Sent, 1, false, "first", "webhook", "ref-1"));
        completion.SentAt.ShouldNotBeNull();
        AttemptLine.Read(completion.History).Single().ShouldSatisfyAllConditions(
            a => a.Outcome.ShouldBe("accepted"), a => a.StatusCode.ShouldBe(200), a => a.StartedAt.ShouldNotBeNull(), a => a.Number.ShouldBe(1));
        var sent = first.Seen.Single();
        sent.IdempotencyKey.ShouldMatch("^ms-[0-9a-f]{32}-birthday-2026$");
        sent.To.ShouldBeNull();
        sent.Fields!["firstName"].ShouldBe("Ada");
        sent.Fields["dueAt"].ShouldBe(Message.DueAt);
    }

    [Fact]
    public async Task Email_and_sms_go_to_the_address_and_carry_no_fields()
    {
        var mail = new LedgerProvider(_ledger, "mail", "email") { Judge = (_, _) => (Rejected, false) };
        var text = new LedgerProvider(_ledger, "text", "sms") { Judge = (_, _) => (Accepted, true) };
        var (completion, notes) = await SendAsync(Claimed(to: To with { Channels = "email,sms" }), mail, text);

        (completion!.Status, completion.Provider, completion.Tried).ShouldBe((MessageStatus.Sent, "text", 1));
        (mail.Seen.Single().To, mail.Seen.Single().Fields).ShouldBe(("ada@example.test", null));
        text.Seen.Single().To.ShouldBe("+14155550100");
        notes.Single().ShouldSatisfyAllConditions(
            n => n.Held.ShouldBeTrue(), n => n.Provider.ShouldBe("text"), n => n.Tried.ShouldBe(1), n => AttemptLine.Read(n.History).Single().Outcome.ShouldBe("rejected"));
        AttemptLine.Read(completion.History).Single().Number.ShouldBe(2);
    }

    [Fact]
    public async Task A_busy_provider_is_asked_again_later_and_given_up_for_the_next_after_its_share_of_attempts()
    {
        var (first, second) = (Provider("first", Busy), Provider("second", Accepted));
        var (waits, _) = await SendAsync(Claimed(), first, second);
        (waits!.Status, waits.Held, waits.Tried, waits.LastOutcome()).ShouldBe((MessageStatus.Sending, false, 1, "retry"));
        waits.WorkAt.ShouldNotBeNull();
        second.Calls.ShouldBe(0);

        var third = Claimed(attempts: 2, history: Lines(("first", "retry"), ("first", "retry")), provider: "first");
        var (sent, notes) = await SendAsync(third, first, second);
        (sent!.Status, sent.Provider).ShouldBe((MessageStatus.Sent, "second"));
        notes.Count.ShouldBe(1);
    }

    [Fact]
    public async Task After_an_unknown_outcome_the_message_stays_with_that_provider_whatever_else_is_open()
    {
        var (first, second) = (Provider("first", Unknown), Provider("second", Accepted));
        var (completion, _) = await SendAsync(Claimed(), first, second);
        (completion!.Status, completion.Uncertain, completion.Provider).ShouldBe((MessageStatus.Sending, true, "first"));
        second.Calls.ShouldBe(0);

        first.Judge = (_, _) => (Busy, false);
        var later = Claimed(attempts: 5, history: Lines(("first", "unknown"), ("first", "retry"), ("first", "retry"), ("first", "retry"), ("first", "retry")), provider: "first");
        (await SendAsync(later, first, second)).Completion!.Status.ShouldBe(MessageStatus.Sending);
        first.ClosedUntil = DateTimeOffset.UtcNow.AddMinutes(1);
        var (waits, _) = await SendAsync(later, first, second);
        (waits!.Status, waits.Tried).ShouldBe((MessageStatus.Sending, 0));
        second.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_worker_that_died_is_taken_to_have_asked_the_provider_that_was_noted()
    {
        var (first, second) = (Provider("first", Accepted), Provider("second", Accepted));
        var (sent, _) = await SendAsync(Claimed(attempts: 1, history: Lines(("second", "unknown")), provider: "second"), first, second);
        sent!.Provider.ShouldBe("second");
        (sent, _) = await SendAsync(Claimed(attempts: 1, history: Lines((null, "unknown"))), first, second);
        sent!.Provider.ShouldBe("first");
    }

    [Fact]
    public async Task A_closed_provider_burns_no_attempt_and_the_next_is_asked_after_that_was_noted()
    {
        var (first, second) = (Provider("first", Accepted), Provider("second", Accepted));
        first.ClosedUntil = DateTimeOffset.UtcNow.AddSeconds(30);
        var (sent, notes) = await SendAsync(Claimed(), first, second);
        (sent!.Provider, sent.Tried).ShouldBe(("second", 1));
        notes.Single().Provider.ShouldBe("second");

        second.ClosedUntil = DateTimeOffset.UtcNow.AddSeconds(10);
        var (waits, _) = await SendAsync(Claimed(), first, second);
        (waits!.Status, waits.Tried, waits.History).ShouldBe((MessageStatus.Sending, 0, null));
        waits.WorkAt!.Value.ShouldBe(DateTimeOffset.UtcNow.AddSeconds(10), TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task A_claim_that_was_lost_while_it_was_noted_sends_nothing()
    {
        var (first, second) = (Provider("first", Accepted), Provider("second", Accepted));
        first.ClosedUntil = DateTimeOffset.UtcNow.AddSeconds(30);
        var process = _rig.Process(new LedgerProviders(first, second));
        (await process.Sender.SendAsync(Claimed(), _ => Task.FromResult(false), default, default)).ShouldBeNull();
        second.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_short_wait_for_the_rate_limit_is_waited_out_and_a_long_one_ends_the_claim()
    {
        var first = Provider("first", Accepted);
        first.Judge = (_, call) => call < 3
            ? (new SendResult(SendOutcome.NotTried, NotBefore: DateTimeOffset.UtcNow.AddMilliseconds(20)), false) : (Accepted, true);
        var (sent, _) = await SendAsync(Claimed(), first);
        (sent!.Status, sent.Tried).ShouldBe((MessageStatus.Sent, 1));

        first.Judge = (_, _) => (new SendResult(SendOutcome.NotTried, NotBefore: DateTimeOffset.UtcNow.AddSeconds(20)), false);
        var (waits, _) = await SendAsync(Claimed(), first);
        (waits!.Status, waits.Tried).ShouldBe((MessageStatus.Sending, 0));
        waits.WorkAt!.Value.ShouldBe(DateTimeOffset.UtcNow.AddSeconds(20), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Retry_After_is_respected()
    {
        var first = Provider("first", Busy with { NotBefore = DateTimeOffset.UtcNow.AddMinutes(2) });
        var (waits, _) = await SendAsync(Claimed(), first);
        waits!.WorkAt!.Value.ShouldBe(DateTimeOffset.UtcNow.AddMinutes(2), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task After_the_last_attempt_or_where_none_fits_before_the_deadline_it_is_dead_with_its_history()
    {
        var first = Provider("first", Busy);
        var (dead, _) = await SendAsync(Claimed(attempts: 7, history: Lines([.. Enumerable.Repeat<(string?, string)>(("first", "retry"), 7)]), provider: "first"), 8, first);
        (dead!.Status, dead.Tried, dead.WorkAt, dead.Error).ShouldBe((MessageStatus.Dead, 1, null, "answered 503"));
        AttemptLine.Read(dead.History).Single().Number.ShouldBe(8);

        var (late, _) = await SendAsync(
            Claimed(sendBy: DateTimeOffset.UtcNow.AddMinutes(1)), Provider("first", Busy with { NotBefore = DateTimeOffset.UtcNow.AddMinutes(10) }));
        late!.Status.ShouldBe(MessageStatus.Dead);
        var (refused, _) = await SendAsync(Claimed(), Provider("first", Rejected));
        (refused!.Status, refused.Tried).ShouldBe((MessageStatus.Dead, 1));
    }

    [Fact]
    public async Task A_replayed_message_has_its_attempts_anew_but_stays_with_a_provider_that_may_have_it()
    {
        var (first, second) = (Provider("first", Accepted), Provider("second", Accepted));
        var rejected = Claimed(attempts: 1, history: Lines(("first", "rejected")), provider: "first", before: 1);
        (await SendAsync(rejected, 1, first, second)).Completion!.Provider.ShouldBe("first");
        var unknown = Claimed(attempts: 1, history: Lines(("second", "unknown")), provider: "second", before: 1);
        (await SendAsync(unknown, 1, first, second)).Completion!.Provider.ShouldBe("second");
    }

    [Fact]
    public async Task What_is_not_wanted_any_more_is_not_sent()
    {
        var first = Provider("first", Accepted);
        var now = DateTimeOffset.UtcNow;
        (await SendAsync(Claimed(gone: true), first)).Completion.ShouldSatisfyAllConditions(
            c => c!.Status.ShouldBe(MessageStatus.Cancelled), c => c!.Error.ShouldNotBeNull());
        (await SendAsync(Claimed(paused: true), first)).Completion.ShouldSatisfyAllConditions(
            c => c!.Status.ShouldBe(MessageStatus.Sending), c => c!.WorkAt.ShouldNotBeNull(), c => c!.Tried.ShouldBe(0));
        (await SendAsync(Claimed(paused: true, sendBy: now.AddSeconds(-1)), first)).Completion!.Error.ShouldBe("too late (was paused)");
        (await SendAsync(Claimed(dueAt: now.AddDays(-1), sendBy: now.AddSeconds(-1)), first)).Completion.ShouldSatisfyAllConditions(
            c => c!.Status.ShouldBe(MessageStatus.Skipped), c => c!.Error.ShouldBe("too late"));
        (await SendAsync(Claimed(to: To with { Channels = "email", EmailSuppressed = true }), Mail())).Completion.ShouldSatisfyAllConditions(
            c => c!.Status.ShouldBe(MessageStatus.Skipped), c => c!.Error.ShouldBe("suppressed"));
        (await SendAsync(Claimed(to: To with { Channels = "email", Email = null }), Mail())).Completion!.Error.ShouldBe("no address for any channel");
        (await SendAsync(Claimed(to: To with { Channels = "email,sms", Email = null, PhoneSuppressed = true }), Mail())).Completion!.Error.ShouldBe("suppressed");
        first.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task Without_any_provider_for_its_channels_it_waits_for_an_operator()
    {
        var (waits, _) = await SendAsync(Claimed(to: To with { Channels = "sms" }), Provider("first", Accepted));
        (waits!.Status, waits.Tried, waits.Error).ShouldBe((MessageStatus.Sending, 0, "no provider is configured for its channels"));
    }

    [Fact]
    public async Task In_quiet_hours_it_waits_for_their_end()
    {
        var now = DateTimeOffset.UtcNow;
        await _rig.SettingsAsync(s => (s.QuietFrom, s.QuietUntil) = (Clock(now.AddMinutes(-30)), Clock(now.AddMinutes(30))));
        var (waits, _) = await SendAsync(Claimed(quiet: true, sendBy: now.AddHours(3)), Provider("first", Accepted));
        (waits!.Status, waits.Tried).ShouldBe((MessageStatus.Sending, 0));
        waits.WorkAt!.Value.ShouldBe(now.AddMinutes(30), TimeSpan.FromMinutes(1.1));
    }

    [Fact]
    public async Task A_provider_that_throws_leaves_the_outcome_unknown()
    {
        var first = Provider("first", Accepted);
        first.Judge = (_, _) => throw new InvalidOperationException("a bug");
        var (completion, _) = await SendAsync(Claimed(), first);
        (completion!.Status, completion.Uncertain, completion.Error).ShouldBe((MessageStatus.Sending, true, "failed with InvalidOperationException"));
    }

    [Fact]
    public async Task No_more_are_in_flight_at_a_provider_than_it_is_given()
    {
        var first = new LedgerProvider(_ledger) { Concurrency = 3, Delay = () => (TimeSpan.FromMilliseconds(20), default) };
        var process = _rig.Process(new LedgerProviders(first));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => await process.Sender.SendAsync(Claimed(), _ => Task.FromResult(true), default, default)));
        first.MostInFlight.ShouldBe(3);
    }

    private static readonly Addressee To = new("Ada", "Example", "ada@example.test", "+14155550100", "Etc/UTC", null, "", "--06-14", false, false);

    private static readonly Message Message = new()
    {
        Id = Guid.CreateVersion7(), RecipientId = Guid.CreateVersion7(), DueAt = DateTimeOffset.UtcNow.AddSeconds(-1).Cut(), SendBy = DateTimeOffset.UtcNow.AddHours(1),
    };

    private LedgerProvider Provider(string name, SendResult result) => new(_ledger, name) { Judge = (_, _) => (result, result.Outcome == SendOutcome.Accepted) };

    private static string Clock(DateTimeOffset at) => at.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    private LedgerProvider Mail() => new(_ledger, "mail", "email");

    private static string Lines(params (string? Provider, string Outcome)[] attempts) => string.Join('\n', attempts.Select((a, i) => AttemptLine.Write(
        new MessageAttempt(i + 1, a.Provider, "webhook", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, a.Outcome, null, null, null))));

    private ClaimedMessage Claimed(
        Addressee? to = null, int attempts = 0, string? history = null, string? provider = null, int before = 0, bool gone = false, bool paused = false, bool quiet = false,
        DateTimeOffset? dueAt = null, DateTimeOffset? sendBy = null) => new()
        {
            Id = Message.Id, BusinessId = _rig.BusinessId, RecipientId = Message.RecipientId, Occasion = Occasion.Birthday, LocalYear = 2026, LocalDate = "2026-06-14",
            PlannedZone = "Etc/UTC", DueAt = dueAt ?? Message.DueAt, SendBy = sendBy ?? Message.SendBy, Fence = 1, Attempts = attempts, AttemptsBefore = before,
            Uncertain = false, Synthetic = false, Provider = provider, History = history, Recipient = gone ? null : to ?? To, Paused = paused,
            QuietFrom = quiet ? "00:00" : null, QuietUntil = quiet ? "00:00" : null,
        };

    private Task<(Completion? Completion, List<Completion> Notes)> SendAsync(ClaimedMessage message, params IProvider[] providers) => SendAsync(message, 8, providers);

    private async Task<(Completion? Completion, List<Completion> Notes)> SendAsync(ClaimedMessage message, int maxAttempts, params IProvider[] providers)
    {
        var process = _rig.Process(new LedgerProviders(providers), o => o.MaxAttempts = maxAttempts);
        var notes = new List<Completion>();
        var completion = await process.Sender.SendAsync(message, note =>
        {
            notes.Add(note);
            return Task.FromResult(true);
        }, default, default);
        return (completion, notes);
    }
}

internal static class CompletionFacts
{
    internal static string? LastOutcome(this Completion completion) => AttemptLine.Read(completion.History) is [.., var last] ? last.Outcome : null;
}
