using Mainstreet.Foundation.Data;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Settings;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Planning;

/// <summary>What a change does to the plan, sentence by sentence.</summary>
[Trait("kind", "db")]
public sealed class ReplannerTests
{
    [Theory, EachEngine]
    public async Task A_new_recipient_is_planned_up_to_the_common_horizon(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = await PlannedAsync(database);
        var tomorrow = await host.AddAsync(host.Person("1990-05-17"));
        var inThreeDays = await host.AddAsync(host.Person("1990-05-19"));
        (await host.MessagesAsync(tomorrow.Id)).Single().DueAt.ShouldBe(At("2026-05-17T08:00:00Z"));
        (await host.MessagesAsync(inThreeDays.Id)).ShouldBeEmpty();
        host.Clock.Now = At("2026-05-18T00:00:00Z");
        (await host.Planner.RunAsync(CancellationToken.None)).Planned.ShouldBe(1);
        (await host.MessagesAsync(inThreeDays.Id)).Count.ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task A_zone_changed_after_planning_moves_the_message_and_leaves_one(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = await PlannedAsync(database);
        var person = await host.AddAsync(host.Person("1990-05-17"));
        var before = (await host.MessagesAsync(person.Id)).Single();
        await host.ChangeAsync(person.Id, p => p.TimeZone = "Asia/Kolkata");
        var after = (await host.MessagesAsync(person.Id)).Single();
        after.Id.ShouldNotBe(before.Id);
        (after.DueAt, after.TimeZone, after.LocalDate).ShouldBe((At("2026-05-17T03:30:00Z"), "Asia/Kolkata", "2026-05-17"));
        // Nine in New York is past the horizon: the next daily run plans it.
        await host.ChangeAsync(person.Id, p => p.TimeZone = "America/New_York");
        (await host.MessagesAsync(person.Id)).ShouldBeEmpty();
        host.Clock.Now = At("2026-05-17T00:00:00Z");
        (await host.Planner.RunAsync(CancellationToken.None)).Planned.ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task A_change_that_moves_nothing_keeps_the_message(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = await PlannedAsync(database);
        var person = await host.AddAsync(host.Person("1990-05-17"));
        var before = (await host.MessagesAsync(person.Id)).Single();
        await host.ChangeAsync(person.Id, p => p.FirstName = "Grace");
        (await host.MessagesAsync(person.Id)).Single().Id.ShouldBe(before.Id);
    }

    [Theory, EachEngine]
    public async Task A_zone_in_which_the_day_is_over_is_a_misfire_and_not_a_loss(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = await PlannedAsync(database);
        var person = await host.AddAsync(host.Person("1990-05-16", "America/New_York"));
        host.Clock.Now = At("2026-05-16T12:00:00Z");
        // There it is 02:00 of the 17th, and nine on the 16th was 17 hours ago: past the limit of 12.
        await host.ChangeAsync(person.Id, p => p.TimeZone = "Pacific/Kiritimati");
        var message = (await host.MessagesAsync(person.Id)).Single();
        (message.Status, message.LastError, message.LocalDate).ShouldBe((MessageStatus.Skipped, "too late", "2026-05-16"));
    }

    [Theory, EachEngine]
    public async Task A_birthday_set_to_today_after_nine_goes_by_the_misfire_policy(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = await PlannedAsync(database);
        host.Clock.Now = At("2026-05-16T12:00:00Z");
        foreach (var policy in Enum.GetValues<MisfirePolicy>())
        {
            var business = Guid.CreateVersion7();
            await host.RuleAsync(business, s => s.Misfire = policy);
            var person = await host.AddAsync(host.Person("1990-08-01", business: business));
            await host.ChangeAsync(person.Id, p => p.Birthday = "1990-05-16");
            var message = (await host.MessagesAsync(person.Id)).Single();
            (message.Status, message.DueAt, message.Reason).ShouldBe(policy switch
            {
                MisfirePolicy.SendLate => (MessageStatus.Scheduled, At("2026-05-16T08:00:00Z"), "late"),
                MisfirePolicy.Skip => (MessageStatus.Skipped, At("2026-05-16T08:00:00Z"), null),
                _ => (MessageStatus.Scheduled, At("2026-05-17T08:00:00Z"), "nextWindow"),
            });
            // Corrected to a day to come: what was skipped unsent gives way, and one message remains.
            await host.ChangeAsync(person.Id, p => p.Birthday = "1990-05-17");
            var corrected = (await host.MessagesAsync(person.Id)).Single();
            (corrected.Status, corrected.DueAt, corrected.Reason).ShouldBe((MessageStatus.Scheduled, At("2026-05-17T08:00:00Z"), null));
        }
    }

    [Theory, EachEngine]
    public async Task A_birthday_set_to_a_day_gone_by_waits_for_next_year(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = await PlannedAsync(database);
        var person = await host.AddAsync(host.Person("1990-05-17"));
        await host.ChangeAsync(person.Id, p => p.Birthday = "1990-05-14");
        (await host.MessagesAsync(person.Id)).ShouldBeEmpty();
    }

    [Theory, EachEngine]
    public async Task A_message_that_was_begun_or_sent_uses_up_its_year(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = await PlannedAsync(database);
        foreach (var status in (MessageStatus[])[MessageStatus.Sending, MessageStatus.Sent, MessageStatus.Dead, MessageStatus.Cancelled])
        {
            var person = await host.AddAsync(host.Person("1990-05-16"));
            await using var db = host.Open();
            await db.Messages.Where(m => m.RecipientId == person.Id)
                .ExecuteUpdateAsync(s => s.SetProperty(m => m.Status, status).SetProperty(m => m.Attempts, 1).SetProperty(m => m.InFlight, status == MessageStatus.Sending));
            await host.ChangeAsync(person.Id, p => p.Birthday = "1990-05-17");
            var message = (await host.MessagesAsync(person.Id)).Single();
            (message.Status, message.LocalDate).ShouldBe((status, "2026-05-16"));
        }
    }

    [Theory, EachEngine]
    public async Task Queued_and_not_begun_it_is_still_replaced(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = await PlannedAsync(database);
        var person = await host.AddAsync(host.Person("1990-05-16"));
        await using var db = host.Open();
        await db.Messages.ExecuteUpdateAsync(s => s.SetProperty(m => m.Status, MessageStatus.Queued).SetProperty(m => m.WorkAt, host.Clock.Now));
        await host.ChangeAsync(person.Id, p => p.Birthday = "1990-05-17");
        var message = (await host.MessagesAsync(person.Id)).Single();
        (message.Status, message.LocalDate).ShouldBe((MessageStatus.Scheduled, "2026-05-17"));
    }

    [Theory, EachEngine]
    public async Task Deleting_a_recipient_cancels_what_is_not_in_a_workers_hands(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = await PlannedAsync(database);
        var person = await host.AddAsync(host.Person("1990-05-16", anniversary: "2000-05-17"));
        await using var db = host.Open();
        await db.Messages.Where(m => m.Occasion == Occasion.Birthday)
            .ExecuteUpdateAsync(s => s.SetProperty(m => m.Status, MessageStatus.Sending).SetProperty(m => m.InFlight, true));
        await host.DeleteAsync(person.Id);
        (await host.MessagesAsync(person.Id)).Select(m => (m.Occasion, m.Status)).ShouldBe(
            [(Occasion.Birthday, MessageStatus.Sending), (Occasion.Anniversary, MessageStatus.Cancelled)]);
        await host.Planner.RunAsync(CancellationToken.None);
        (await host.MessagesAsync(person.Id)).Count.ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task The_leap_day_is_kept_on_28_February_or_on_1_March(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = PlanHost.Build(database, "2027-02-27T12:00:00Z");
        await host.Planner.RunAsync(CancellationToken.None);
        var march = Guid.CreateVersion7();
        await host.RuleAsync(march, s => s.LeapDay = LeapDayRule.March1);
        var february = await host.AddAsync(host.Person("2000-02-29"));
        var first = await host.AddAsync(host.Person("--02-29", business: march));
        await host.StoreAsync(host.Person("2000-02-29", business: march));
        (await host.MessagesAsync(february.Id)).Single().LocalDate.ShouldBe("2027-02-28");
        (await host.MessagesAsync(first.Id)).ShouldBeEmpty();
        host.Clock.Now = host.Clock.Now.AddDays(1);
        (await host.Planner.RunAsync(CancellationToken.None)).Planned.ShouldBe(2);
        (await host.MessagesAsync()).Select(m => (m.LocalDate, m.Reason)).ShouldBe([("2027-02-28", "leapDay"), ("2027-03-01", "leapDay"), ("2027-03-01", "leapDay")]);
    }

    [Theory, EachEngine]
    public async Task The_day_that_Apia_never_had_is_kept_on_the_next(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = PlanHost.Build(database, "2011-12-29T18:00:00Z");
        await host.StoreAsync(host.Person("1990-12-30", "Pacific/Apia"), host.Person("1990-12-31", "Pacific/Apia"), host.Person("1990-12-29", "Pacific/Apia"));
        await host.Planner.RunAsync(CancellationToken.None);
        (await host.MessagesAsync()).Select(m => (m.LocalDate, m.DueAt, m.Reason)).ShouldBe(
        [
            ("2011-12-29", At("2011-12-29T19:00:00Z"), null), ("2011-12-31", At("2011-12-30T19:00:00Z"), "missingDay"), ("2011-12-31", At("2011-12-30T19:00:00Z"), null),
        ], ignoreOrder: true);
    }

    [Theory, EachEngine]
    public async Task New_rules_of_a_business_plan_its_unsent_messages_anew_and_nobody_elses(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = await PlannedAsync(database);
        var business = Guid.CreateVersion7();
        var people = Enumerable.Range(0, 50).Select(_ => host.Person("1990-05-17", business: business)).ToList();
        // At noon of the 17th the horizon is 12:00 UTC: eleven o'clock local is inside it, two in the afternoon is not.
        foreach (var person in people) await host.AddAsync(person);
        var other = await host.AddAsync(host.Person("1990-05-17"));
        await host.RuleAsync(business, s => s.SendAt = "11:00");
        (await host.MessagesAsync()).Where(m => m.BusinessId == business).Select(m => m.DueAt).Distinct().Single().ShouldBe(At("2026-05-17T10:00:00Z"));
        await host.RuleAsync(business, s => s.SendAt = "14:00");
        (await host.MessagesAsync()).ShouldHaveSingleItem().RecipientId.ShouldBe(other.Id);
        await host.RuleAsync(business, s => s.SendAt = "10:30");
        (await host.MessagesAsync()).Count(m => m.BusinessId == business && m.DueAt == At("2026-05-17T09:30:00Z")).ShouldBe(50);
    }

    [Theory, EachEngine]
    public async Task Outside_a_transaction_it_refuses(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = PlanHost.Build(database, "2026-05-16T00:00:00Z");
        await using var db = host.Open();
        await Should.ThrowAsync<InvalidOperationException>(() => host.Replanner.ReplanAsync(db, host.Person("1990-05-16"), CancellationToken.None));
    }

    private static async Task<PlanHost> PlannedAsync(TestDatabase database)
    {
        var host = PlanHost.Build(database, "2026-05-16T00:00:00Z");
        await host.Planner.RunAsync(CancellationToken.None);
        return host;
    }

    private static DateTimeOffset At(string text) => Mainstreet.Occasions.Tests.Time.OccurrencesTests.Instant(text);
}
