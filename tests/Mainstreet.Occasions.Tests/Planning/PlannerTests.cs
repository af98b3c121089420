using Mainstreet.Foundation.Data;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Settings;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Planning;

[Trait("kind", "db")]
public sealed class PlannerTests
{
    [Theory, EachEngine]
    public async Task The_day_is_planned_once_however_often_it_runs(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = PlanHost.Build(database, "2026-05-16T00:00:00Z");
        var due = host.Person("1990-05-16");
        var both = host.Person("1990-05-17", "America/New_York", anniversary: "--05-16");
        // Nine on Kiritimati is the evening before in UTC.
        var east = host.Person("--05-18", "Pacific/Kiritimati");
        var later = host.Person("1990-05-18");
        var past = host.Person("1990-05-15");
        await host.StoreAsync(due, both, east, later, past);

        var first = await host.Planner.RunAsync(CancellationToken.None);
        first.Planned.ShouldBe(2);
        first.Until.ShouldBe(host.Clock.Now.AddHours(36));
        (await host.Planner.RunAsync(CancellationToken.None)).Planned.ShouldBe(0);
        var messages = await host.MessagesAsync();
        messages.Select(m => (m.RecipientId, m.Occasion, m.LocalYear, m.LocalDate)).ShouldBe(
        [
            (due.Id, Occasion.Birthday, 2026, "2026-05-16"), (both.Id, Occasion.Anniversary, 2026, "2026-05-16"),
        ], ignoreOrder: true);

        host.Clock.Now = host.Clock.Now.AddDays(1);
        (await host.Planner.RunAsync(CancellationToken.None)).Planned.ShouldBe(3);
        (await host.MessagesAsync()).Count.ShouldBe(5);
        var state = await host.StateAsync();
        state.CompleteUntil.ShouldBe(state.PlannedUntil);
    }

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task Two_hosts_at_once_plan_each_message_once(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var one = PlanHost.Build(database, "2026-05-16T00:00:00Z");
        await using var other = PlanHost.Build(database, "2026-05-16T00:00:00Z");
        await one.StoreAsync(Enumerable.Range(0, 5_000).Select(i => one.Person(i % 2 == 0 ? "1990-05-16" : "--05-17", anniversary: "2001-05-16")));

        var reports = await Task.WhenAll(
            Task.Run(() => one.Planner.RunAsync(CancellationToken.None)), Task.Run(() => other.Planner.RunAsync(CancellationToken.None)),
            Task.Run(() => one.Planner.RunAsync(CancellationToken.None)));
        reports.Sum(r => r.Planned).ShouldBe(10_000);
        var messages = await one.MessagesAsync();
        messages.Count.ShouldBe(10_000);
        messages.DistinctBy(m => (m.RecipientId, m.Occasion, m.LocalYear)).Count().ShouldBe(10_000);
    }

    [Theory, EachEngine]
    public async Task A_planner_that_died_leaves_a_window_that_the_next_one_goes_through(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = PlanHost.Build(database, "2026-05-16T00:00:00Z");
        await host.StoreAsync(Enumerable.Range(0, 10).Select(_ => host.Person("1990-05-16")));
        using (var killed = new CancellationTokenSource())
        {
            // Raised, then cut off before it read anybody.
            await using var db = host.Open();
            await db.PlanStates.ExecuteUpdateAsync(s => s.SetProperty(p => p.PlannedUntil, host.Clock.Now.AddHours(36)));
            await killed.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => host.Planner.RunAsync(killed.Token));
        }

        (await host.MessagesAsync()).ShouldBeEmpty();
        (await host.Planner.IsBehindAsync(TimeSpan.Zero, CancellationToken.None)).ShouldBeTrue();
        (await host.Planner.RunAsync(CancellationToken.None)).Planned.ShouldBe(10);
        (await host.Planner.IsBehindAsync(TimeSpan.Zero, CancellationToken.None)).ShouldBeFalse();
    }

    [Theory, EachEngine]
    public async Task Nobody_planned_for_25_hours_and_each_policy_says_what_becomes_of_the_missed(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = PlanHost.Build(database, "2026-05-16T00:00:00Z", o => o.PlanHours = 25);
        var businesses = Enum.GetValues<MisfirePolicy>().ToDictionary(p => p, _ => Guid.CreateVersion7());
        foreach (var (policy, business) in businesses) await host.RuleAsync(business, s => (s.Misfire, s.LateLimitMinutes) = (policy, 26 * 60));
        await host.Planner.RunAsync(CancellationToken.None);
        // All are due on the 17th at 08:00 UTC, seven hours behind the horizon; nothing runs until the 18th at 09:00.
        foreach (var business in businesses.Values) await host.StoreAsync(Enumerable.Range(0, 100).Select(_ => host.Person("1990-05-17", business: business)));
        host.Clock.Now = Mainstreet.Occasions.Tests.Time.OccurrencesTests.Instant("2026-05-18T09:00:00Z");

        var report = await host.Planner.RunAsync(CancellationToken.None);
        (report.Planned, report.Skipped).ShouldBe((200, 100));
        (await host.Planner.RunAsync(CancellationToken.None)).Planned.ShouldBe(0);
        var due = Mainstreet.Occasions.Tests.Time.OccurrencesTests.Instant("2026-05-17T08:00:00Z");
        foreach (var message in await host.MessagesAsync())
        {
            var policy = businesses.Single(b => b.Value == message.BusinessId).Key;
            (message.Status, message.DueAt, message.Reason, message.LastError, message.LocalDate).ShouldBe(policy switch
            {
                MisfirePolicy.SendLate => (MessageStatus.Scheduled, due, "late", null, "2026-05-17"),
                MisfirePolicy.Skip => (MessageStatus.Skipped, due, null, "too late", "2026-05-17"),
                _ => (MessageStatus.Scheduled, due.AddDays(2), "nextWindow", null, "2026-05-17"),
            });
        }
    }

    [Theory, EachEngine]
    public async Task Later_than_its_limit_nothing_is_sent_late(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = PlanHost.Build(database, "2026-05-16T00:00:00Z");
        await host.StoreAsync(host.Person("1990-05-17"));
        host.Clock.Now = Mainstreet.Occasions.Tests.Time.OccurrencesTests.Instant("2026-05-17T20:00:01Z");
        (await host.Planner.RunAsync(CancellationToken.None)).Skipped.ShouldBe(1);
        (await host.MessagesAsync()).Single().LastError.ShouldBe("too late");
    }

    [Theory, EachEngine]
    public async Task Late_is_no_excuse_for_the_night(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = PlanHost.Build(database, "2026-05-16T00:00:00Z");
        await host.RuleAsync(PlanHost.Business, s => (s.QuietFrom, s.QuietUntil, s.LateLimitMinutes) = ("22:00", "07:30", 1440));
        await host.StoreAsync(host.Person("1990-05-17"));
        host.Clock.Now = Mainstreet.Occasions.Tests.Time.OccurrencesTests.Instant("2026-05-17T22:10:00Z");
        (await host.Planner.RunAsync(CancellationToken.None)).Planned.ShouldBe(1);
        var message = (await host.MessagesAsync()).Single();
        (message.DueAt, message.Reason).ShouldBe((Mainstreet.Occasions.Tests.Time.OccurrencesTests.Instant("2026-05-18T06:30:00Z"), "quietHours late"));
    }

    [Theory, EachEngine]
    public async Task A_first_run_misses_nobody_who_came_before_it_and_nothing_from_before_they_came(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = PlanHost.Build(database, "2026-05-14T10:00:00Z");
        await host.StoreAsync(host.Person("1990-05-13"), host.Person("1990-05-16"), host.Person("1990-05-17"));
        host.Clock.Now = Mainstreet.Occasions.Tests.Time.OccurrencesTests.Instant("2026-05-16T09:00:00Z");
        await host.Planner.RunAsync(CancellationToken.None);
        (await host.MessagesAsync()).Select(m => (m.LocalDate, m.Reason)).ShouldBe([("2026-05-16", "late"), ("2026-05-17", null)]);
    }

    [Theory, EachEngine]
    public async Task A_change_of_name_while_the_planner_reads_loses_nobody(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = PlanHost.Build(database, "2026-05-16T00:00:00Z");
        await using var other = PlanHost.Build(database, "2026-05-16T00:00:00Z");
        var people = Enumerable.Range(0, 6_000).Select(_ => host.Person("1990-05-16")).ToList();
        await host.StoreAsync(people);
        var running = Task.Run(() => host.Planner.RunAsync(CancellationToken.None));
        // Without a new plan, as for a change that moves no instant.
        for (var i = 0; !running.IsCompleted; i = (i + 997) % people.Count) await other.ChangeAsync(people[i].Id, p => p.FirstName = "Grace", replan: false);
        (await running).Planned.ShouldBe(6_000);
    }
}
