using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Messages;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Delivery;

/// <summary>Both engines keep the contract of <see cref="IClaims"/>.</summary>
[Trait("kind", "db")]
public sealed class ClaimsTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    [Theory, EachEngine]
    public async Task A_claim_takes_what_is_due_once_and_longest_due_first(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var now = rig.Office.Clock.Now();
        await rig.AddAsync(5, (i, _, m) => (m.Status, m.WorkAt) = (MessageStatus.Queued, now - TimeSpan.FromSeconds(10 - i)));
        await rig.AddAsync(1, (_, _, m) => (m.Status, m.WorkAt) = (MessageStatus.Queued, now + TimeSpan.FromMinutes(1)));
        await rig.AddAsync(1);
        var claims = rig.Office.Claims;

        var first = await claims.ClaimAsync(now, 3, Lease, default);
        var second = await claims.ClaimAsync(now, 10, Lease, default);
        var third = await claims.ClaimAsync(now, 10, Lease, default);

        first.Count.ShouldBe(3);
        first.Select(m => m.Recipient!.FirstName).Order().ShouldBe(["Ada0", "Ada1", "Ada2"]);
        second.Count.ShouldBe(2);
        third.ShouldBeEmpty();
        first.ShouldAllBe(m => m.Fence == 1 && m.Attempts == 0 && !m.Uncertain && m.History == null);
        var row = await rig.ReadAsync(first[0].Id);
        row.Status.ShouldBe(MessageStatus.Sending);
        row.InFlight.ShouldBeTrue();
        row.WorkAt.ShouldNotBeNull();
        row.WorkAt.Value.ShouldBe(DateTimeOffset.UtcNow + Lease, TimeSpan.FromSeconds(5));
    }

    [Theory, EachEngine]
    public async Task A_claim_tells_what_is_true_of_recipient_business_and_suppressions(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var now = rig.Office.Clock.Now();
        await rig.SettingsAsync(s => (s.BirthdayPaused, s.Channels, s.QuietFrom, s.QuietUntil) = (true, "email,sms", "22:00", "08:00"));
        var messages = await rig.AddAsync(3, (i, r, m) =>
        {
            (m.Status, m.WorkAt) = (MessageStatus.Queued, now);
            if (i == 0) r.Email = "ADA0@Example.test";
            if (i == 1) (m.Occasion, r.Anniversary) = (Occasion.Anniversary, "2020-06-14");
        });
        await rig.WithAsync(async db =>
        {
            db.Suppressions.Add(new() { BusinessId = rig.BusinessId, Channel = "email", Address = "ada0@example.test", Reason = "bounced", CreatedAt = now });
            db.Suppressions.Add(new() { BusinessId = Guid.CreateVersion7(), Channel = "sms", Address = "+14155550000", Reason = "manual", CreatedAt = now });
            db.Recipients.Remove(await db.Recipients.SingleAsync(r => r.Id == messages[2].RecipientId));
            return await db.SaveChangesAsync();
        });

        var claimed = (await rig.Office.Claims.ClaimAsync(now, 10, Lease, default)).ToDictionary(m => m.Id);

        var first = claimed[messages[0].Id];
        first.Paused.ShouldBeTrue();
        (first.Channels, first.QuietFrom, first.QuietUntil).ShouldBe(("email,sms", "22:00", "08:00"));
        first.Recipient.ShouldNotBeNull();
        (first.Recipient.EmailSuppressed, first.Recipient.PhoneSuppressed, first.Recipient.Date).ShouldBe((true, false, "--06-14"));
        (first.DueAt, first.SendBy, first.LocalDate).ShouldBe((messages[0].DueAt, messages[0].SendBy, "2026-06-14"));
        claimed[messages[1].Id].Paused.ShouldBeFalse();
        claimed[messages[1].Id].Recipient!.Date.ShouldBe("2020-06-14");
        claimed[messages[2].Id].Recipient.ShouldBeNull();
    }

    [Theory, EachEngine]
    public async Task An_abandoned_message_comes_again_with_an_attempt_of_unknown_outcome_and_the_old_fence_writes_nothing(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var now = rig.Office.Clock.Now();
        var id = (await rig.AddAsync(1, (_, _, m) => (m.Status, m.WorkAt) = (MessageStatus.Queued, now)))[0].Id;
        var claims = rig.Office.Claims;
        var first = (await claims.ClaimAsync(now, 1, TimeSpan.FromMilliseconds(1), default)).Single();
        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);

        var second = (await claims.ClaimAsync(rig.Office.Clock.Now(), 1, Lease, default)).Single();

        (second.Id, second.Fence, second.Attempts, second.Uncertain).ShouldBe((id, 2, 1, true));
        AttemptLine.Read(second.History).Single().Outcome.ShouldBe("unknown");
        (await claims.CompleteAsync([Sent(first)], default)).ShouldBeEmpty();
        (await claims.RenewAsync([first], Lease, default)).ShouldBeEmpty();
        (await rig.ReadAsync(id)).Status.ShouldBe(MessageStatus.Sending);
        (await claims.CompleteAsync([Sent(second)], default)).ShouldBe([id]);
        (await claims.CompleteAsync([Sent(second)], default)).ShouldBeEmpty();
        var row = await rig.ReadAsync(id);
        (row.Status, row.WorkAt, row.InFlight, row.Attempts, row.Uncertain).ShouldBe((MessageStatus.Sent, null, false, 2, true));
        row.SentAt.ShouldNotBeNull();
        AttemptLine.Read(row.History).Select(a => (a.Number, a.Outcome)).ShouldBe([(1, "unknown"), (2, "accepted")]);
    }

    [Theory, EachEngine]
    public async Task A_lease_ends_by_real_time_and_what_is_due_by_the_modules_clock(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var now = rig.Office.Clock.Now();
        var dayAhead = now + TimeSpan.FromHours(25);
        await rig.AddAsync(1, (_, _, m) => (m.Status, m.WorkAt) = (MessageStatus.Queued, now + TimeSpan.FromHours(24)));
        var claims = rig.Office.Claims;

        (await claims.ClaimAsync(now, 1, Lease, default)).ShouldBeEmpty();
        var held = (await claims.ClaimAsync(dayAhead, 1, Lease, default)).Single();
        (await claims.ClaimAsync(dayAhead + TimeSpan.FromHours(1), 1, Lease, default)).ShouldBeEmpty("a clock that jumps ends no lease");

        // Waits by the module's clock again, in the real past.
        await claims.CompleteAsync([new Completion { Id = held.Id, Fence = held.Fence, Status = MessageStatus.Sending, WorkAt = now - TimeSpan.FromDays(2) }], default);
        (await claims.ClaimAsync(now - TimeSpan.FromDays(3), 1, Lease, default)).ShouldBeEmpty();
        (await claims.ClaimAsync(now - TimeSpan.FromDays(1), 1, Lease, default)).Count.ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task A_renewed_claim_outlives_its_first_lease(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var now = rig.Office.Clock.Now();
        await rig.AddAsync(2, (_, _, m) => (m.Status, m.WorkAt) = (MessageStatus.Queued, now));
        var claims = rig.Office.Claims;
        var held = await claims.ClaimAsync(now, 2, TimeSpan.FromMilliseconds(300), default);

        (await claims.RenewAsync([held[0]], Lease, default)).ShouldBe([held[0].Id]);
        await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System);

        (await claims.ClaimAsync(rig.Office.Clock.Now(), 5, Lease, default)).Select(m => m.Id).ShouldBe([held[1].Id]);
    }

    [Theory, EachEngine]
    public async Task Named_messages_are_taken_when_queued_or_scheduled_and_due_whatever_the_polls_instant(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var now = rig.Office.Clock.Now();
        var messages = await rig.AddAsync(5, (i, _, m) => (m.Status, m.WorkAt, m.DueAt) = i switch
        {
            0 => (MessageStatus.Queued, (DateTimeOffset?)(now + TimeSpan.FromMinutes(2)), now),
            1 => (MessageStatus.Scheduled, null, now),
            2 => (MessageStatus.Scheduled, null, now + TimeSpan.FromMinutes(1)),
            3 => (MessageStatus.Cancelled, null, now),
            _ => (MessageStatus.Sending, now, now),
        });

        var taken = await rig.Office.Claims.ClaimAsync(now, [.. messages.Select(m => m.Id)], Lease, default);

        taken.Select(m => m.Id).Order().ShouldBe(messages.Take(2).Select(m => m.Id).Order());
        (await rig.Office.Claims.ClaimAsync(now, [.. messages.Select(m => m.Id)], Lease, default)).ShouldBeEmpty();
    }

    [Theory, EachEngine]
    public async Task What_is_noted_while_the_claim_goes_on_stands_when_the_worker_dies(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var now = rig.Office.Clock.Now();
        await rig.AddAsync(1, (_, _, m) => (m.Status, m.WorkAt) = (MessageStatus.Queued, now));
        var claims = rig.Office.Claims;
        var held = (await claims.ClaimAsync(now, 1, TimeSpan.FromSeconds(3), default)).Single();
        var line = AttemptLine.Write(new MessageAttempt(1, "first", "webhook", now, now, AttemptLine.Rejected, 400, "answered 400 \"no\"", null));

        (await claims.CompleteAsync([new Completion
        {
            Id = held.Id, Fence = held.Fence, Status = MessageStatus.Sending, Held = true, Tried = 1, History = line, Provider = "second", Channel = "webhook",
        }], default)).Count.ShouldBe(1);
        (await claims.ClaimAsync(now, 1, Lease, default)).ShouldBeEmpty();
        await Task.Delay(TimeSpan.FromSeconds(3.1), TimeProvider.System);
        var next = (await claims.ClaimAsync(rig.Office.Clock.Now(), 1, Lease, default)).Single();

        (next.Attempts, next.Provider).ShouldBe((2, "second"));
        AttemptLine.Read(next.History).Select(a => (a.Provider, a.Outcome)).ShouldBe([("first", "rejected"), ("second", "unknown")]);
    }

    [Theory, EachEngine]
    public async Task Many_workers_at_once_never_share_a_message(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var now = rig.Office.Clock.Now();
        await rig.AddAsync(400, (_, _, m) => (m.Status, m.WorkAt) = (MessageStatus.Queued, now));
        using var barrier = new Barrier(8);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var process = rig.Process(new LedgerProviders());
            barrier.SignalAndWait();
            var mine = new List<ClaimedMessage>();
            IReadOnlyList<ClaimedMessage> some;
            while ((some = await process.Claims.ClaimAsync(now, 17, Lease, default)).Count > 0) mine.AddRange(some);
            return mine;
        })));

        var ids = taken.SelectMany(t => t).Select(m => m.Id).ToList();
        ids.Count.ShouldBe(400);
        ids.Distinct().Count().ShouldBe(400);
    }

    private static Completion Sent(ClaimedMessage message) => new()
    {
        Id = message.Id, Fence = message.Fence, Status = MessageStatus.Sent, Tried = 1, Channel = "webhook", Provider = "first", Reference = "ref", SentAt = DateTimeOffset.UtcNow.Cut(),
        History = AttemptLine.Write(new MessageAttempt(
            message.Attempts + 1, "first", "webhook", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, AttemptLine.Accepted, 200, null, "ref")),
    };
}
