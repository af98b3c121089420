using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Settings;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Delivery;

[Trait("kind", "db")]
public sealed class DueMessagesTests
{
    [Theory, EachEngine]
    public async Task Due_messages_are_queued_once_and_the_rest_stays(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var now = rig.Office.Clock.Now();
        await rig.AddAsync(3);
        await rig.AddAsync(1, (_, _, m) => m.DueAt = now + TimeSpan.FromMinutes(1));

        (await rig.Office.Due.EnqueueAsync(default)).ShouldBe(3);
        (await rig.Office.Due.EnqueueAsync(default)).ShouldBe(0);

        var rows = await rig.ReadAsync();
        rows.Count(m => m.Status == MessageStatus.Queued && m.WorkAt <= rig.Office.Clock.Now()).ShouldBe(3);
        rows.Count(m => m.Status == MessageStatus.Scheduled && m.WorkAt == null).ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task Two_replicas_at_once_queue_each_message_once(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        await rig.AddAsync(300);
        var replicas = Enumerable.Range(0, 4).Select(_ => rig.Process(new LedgerProviders())).ToArray();

        var queued = await Task.WhenAll(replicas.Select(r => Task.Run(() => r.Due.EnqueueAsync(default))));

        queued.Sum().ShouldBe(300);
        (await rig.ReadAsync()).ShouldAllBe(m => m.Status == MessageStatus.Queued);
    }

    [Theory, EachEngine]
    public async Task What_is_paused_is_held_and_goes_when_it_is_resumed(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        await rig.AddAsync(2, (i, r, m) => (r.Paused, m.Occasion) = (i == 0, i == 0 ? Occasion.Birthday : Occasion.Anniversary));
        await rig.SettingsAsync(s => s.AnniversaryPaused = true);

        (await rig.Office.Due.EnqueueAsync(default)).ShouldBe(0);
        (await rig.ReadAsync()).ShouldAllBe(m => m.Status == MessageStatus.Scheduled);
        await rig.WithAsync(async db =>
        {
            foreach (var recipient in db.Recipients) recipient.Paused = false;
            foreach (var settings in db.Settings) settings.AnniversaryPaused = false;
            return await db.SaveChangesAsync();
        });

        (await rig.Office.Due.EnqueueAsync(default)).ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task Paused_beyond_its_deadline_a_message_is_skipped_and_says_why(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var now = rig.Office.Clock.Now();
        await rig.AddAsync(1, (_, r, m) => (r.Paused, m.DueAt, m.SendBy) = (true, now - TimeSpan.FromHours(13), now - TimeSpan.FromHours(1)));

        var report = await rig.Office.Due.RecoverAsync(default);

        report.ShouldBe(new Occasions.Delivery.RecoveryReport(0, 1));
        var row = (await rig.ReadAsync()).Single();
        (row.Status, row.LastError).ShouldBe((MessageStatus.Skipped, "too late (was paused)"));
    }

    /// <summary>A hundred messages; in the long run a hundred thousand.</summary>
    [Theory, EachEngine]
    public async Task A_day_down_each_policy_does_what_it_says(Engine engine)
    {
        await DayDownAsync(engine, 34);
        if (TestSeeds.Sweeping) await DayDownAsync(engine, 33_334);
    }

    private static async Task DayDownAsync(Engine engine, int each)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var due = new DateTimeOffset(2026, 6, 14, 9, 0, 0, TimeSpan.Zero);
        var businesses = Enum.GetValues<MisfirePolicy>().ToDictionary(p => p, _ => Guid.CreateVersion7());
        await rig.WithAsync(async db =>
        {
            foreach (var (policy, id) in businesses)
            {
                var settings = BusinessSettings.Default(id, new OccasionsOptions());
                (settings.Misfire, settings.LateLimitMinutes) = (policy, 36 * 60);
                db.Settings.Add(settings);
            }

            return await db.SaveChangesAsync();
        });
        foreach (var (policy, id) in businesses)
        {
            await rig.AddAsync(each, (_, r, m) =>
            {
                (r.BusinessId, m.BusinessId, m.DueAt) = (id, id, due);
                m.SendBy = due + (policy == MisfirePolicy.SendLate ? TimeSpan.FromHours(36) : TimeSpan.FromMinutes(15));
            });
        }

        // Two replicas recover at once, and again.
        var ledger = new Ledger();
        var replicas = Enumerable.Range(0, 2).Select(_ => rig.Process(new LedgerProviders(new LedgerProvider(ledger)), o => (o.BatchSize, o.MaxHeld) = (1_000, 4_000))).ToList();
        rig.Office.Clock.Move(due + TimeSpan.FromHours(25) - TimeProvider.System.GetUtcNow());
        foreach (var replica in replicas) replica.Clock.Move(rig.Office.Clock.Now() - TimeProvider.System.GetUtcNow());
        var reports = await Task.WhenAll(replicas.Select(r => r.Due.RecoverAsync(default)));
        var again = await rig.Office.Due.RecoverAsync(default);

        (reports.Sum(r => r.Recovered), reports.Sum(r => r.Skipped)).ShouldBe((2 * each, each));
        (again.Recovered, again.Skipped).ShouldBe((0, 0));
        var rows = (await rig.ReadAsync()).ToLookup(m => m.BusinessId);
        rows[businesses[MisfirePolicy.SendLate]].ShouldAllBe(m => m.Status == MessageStatus.Queued && m.Reason == "late" && m.DueAt == due);
        rows[businesses[MisfirePolicy.Skip]].ShouldAllBe(m => m.Status == MessageStatus.Skipped && m.LastError == "too late");
        rows[businesses[MisfirePolicy.NextWindow]].ShouldAllBe(m => m.Status == MessageStatus.Scheduled && m.Reason == "nextWindow" && m.DueAt == due.AddDays(2));

        // What was recovered goes out, once; what waits for its next window goes then, once; what was skipped never.
        foreach (var replica in replicas) replica.Run();
        await SentAsync(rig, each);
        ledger.Effects.Count.ShouldBe(each);
        foreach (var process in replicas.Append(rig.Office)) process.Clock.Move(due.AddDays(2).AddMinutes(1) - TimeProvider.System.GetUtcNow());
        await Task.WhenAll(replicas.Select(r => r.Due.EnqueueAsync(default)));
        await SentAsync(rig, 2 * each);
        ledger.Effects.Count.ShouldBe(2 * each);
        ledger.Effects.Values.ShouldAllBe(e => e.Count == 1);
    }

    private static async Task SentAsync(DeliveryRig rig, int count)
    {
        var deadline = Environment.TickCount64 + 300_000;
        while (await rig.WithAsync(db => db.Messages.CountAsync(m => m.Status == MessageStatus.Sent)) is var sent && sent != count)
        {
            if (sent > count || Environment.TickCount64 > deadline) throw new TimeoutException($"{sent} of {count} messages are sent.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    [Theory, EachEngine]
    public async Task Recovery_makes_findable_what_no_poll_would_find(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        await rig.AddAsync(2, (i, _, m) => (m.Status, m.InFlight) = (i == 0 ? MessageStatus.Queued : MessageStatus.Sending, i == 1));

        (await rig.Office.Due.RecoverAsync(default)).Recovered.ShouldBe(2);

        (await rig.Office.Claims.ClaimAsync(rig.Office.Clock.Now(), 10, TimeSpan.FromMinutes(1), default)).Count.ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task The_backlog_counts_what_waits_and_since_when(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var now = rig.Office.Clock.Now();
        await rig.AddAsync(4, (i, _, m) => (m.Status, m.WorkAt, m.InFlight) = i switch
        {
            0 => (MessageStatus.Queued, (DateTimeOffset?)(now - TimeSpan.FromSeconds(30)), false),
            1 => (MessageStatus.Sending, now + TimeSpan.FromSeconds(30), false),
            2 => (MessageStatus.Sending, now + TimeSpan.FromSeconds(30), true),
            _ => (MessageStatus.Dead, null, false),
        });

        (await rig.Office.Rows.BacklogAsync(now, default)).ShouldBe(new Occasions.Delivery.Backlog(2, 1, now - TimeSpan.FromSeconds(30), 1));
    }
}
