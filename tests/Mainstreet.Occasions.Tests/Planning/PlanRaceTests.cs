
using Mainstreet.Foundation.Data;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Recipients;
using Mainstreet.Occasions.Time;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Planning;

/// <summary>The planner against everybody who changes something meanwhile.</summary>
[Trait("kind", "race")]
public sealed class PlanRaceTests
{
    private static readonly string[] SomeZones = ["Europe/London", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata", "Etc/GMT+12", "Pacific/Auckland"];

    [Theory, EachEngine]
    public async Task Of_a_thousand_racing_changes_the_last_one_holds_with_one_message(Engine engine)
    {
        await using var database = await PlanHost.CreateDatabaseAsync(engine);
        await using var host = PlanHost.Build(database, "2026-05-16T00:00:00Z");
        await using var other = PlanHost.Build(database, "2026-05-16T00:00:00Z");
        await host.Planner.RunAsync(CancellationToken.None);
        var person = await host.AddAsync(host.Person("1990-05-16"));
        string[] days = ["1990-05-17", "--05-17", "1990-05-18", "1990-11-01"];
        // As many at a time as the two hosts have connections.
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_000), new ParallelOptions { MaxDegreeOfParallelism = 36 }, async (i, _) =>
            await (i % 2 == 0 ? host : other).ChangeAsync(person.Id, p =>
            {
                p.TimeZone = SomeZones[i % SomeZones.Length];
                p.Birthday = days[i / 7 % days.Length];
            }));
        // The last one is a change to a day inside the horizon, so that there is something to hold.
        (await host.PeopleAsync()).Single().Version.ShouldBe(1_001);
        await AssertTrueAsync(host);
        await host.ChangeAsync(person.Id, p => (p.TimeZone, p.Birthday) = ("Europe/London", "1990-05-17"));
        (await host.MessagesAsync()).ShouldHaveSingleItem().DueAt.ShouldBe(Mainstreet.Occasions.Tests.Time.OccurrencesTests.Instant("2026-05-17T08:00:00Z"));
    }

    [Theory, EachEngine]
    public async Task No_one_is_lost_and_nothing_is_stale_while_plans_and_changes_race(Engine engine)
    {
        foreach (var seed in TestSeeds.Of(usual: 6, sweep: 50))
        {
            await using var database = await PlanHost.CreateDatabaseAsync(engine);
            await using var host = PlanHost.Build(database, "2026-05-16T00:00:00Z");
            await using var other = PlanHost.Build(database, "2026-05-16T00:00:00Z");
            await RaceAsync(host, other, seed);
            await AssertTrueAsync(host, $"seed {seed}");
        }
    }

    private static async Task RaceAsync(PlanHost host, PlanHost other, int seed)
    {
        var random = new Random(seed);
        await host.StoreAsync(Enumerable.Range(0, 60).Select(_ => host.Person(Day(random), SomeZones[random.Next(SomeZones.Length)])));
        var ids = (await host.PeopleAsync()).Select(p => p.Id).ToArray();
        using var start = new ManualResetEventSlim();
        var writers = Enumerable.Range(0, 6).Select(w => Task.Run(async () =>
        {
            var own = new Random(seed * 100 + w);
            start.Wait();
            for (var i = 0; i < 25; i++)
            {
                var here = own.Next(2) == 0 ? host : other;
                var id = ids[own.Next(ids.Length)];
                switch (own.Next(12))
                {
                    case 0:
                        await here.AddAsync(here.Person(Day(own), SomeZones[own.Next(SomeZones.Length)]));
                        break;
                    case 1:
                        await here.DeleteAsync(id);
                        break;
                    case 2:
                        var sendAt = own.Next(2) == 0 ? "09:00" : "11:30";
                        await here.RuleAsync(PlanHost.Business, s => s.SendAt = sendAt);
                        break;
                    case 3:
                        await here.ChangeAsync(id, p => p.FirstName = "Grace", replan: false);
                        break;
                    default:
                        var (day, zone) = (Day(own), SomeZones[own.Next(SomeZones.Length)]);
                        await here.ChangeAsync(id, p => (p.Birthday, p.TimeZone) = (day, zone));
                        break;
                }
            }
        }));
        var planners = new[] { host, other }.Select(h => Task.Run(async () =>
        {
            start.Wait();
            for (var run = 0; run < 6; run++)
            {
                await h.Planner.RunAsync(CancellationToken.None);
                h.Clock.Now = h.Clock.Now.AddMinutes(45);
            }
        }));
        var all = Task.WhenAll(writers.Concat(planners).ToList());
        start.Set();
        await all;
    }

    // Days just inside the horizon, just outside it, and far away; none of them due before the clocks stop.
    private static string Day(Random random) => random.Next(6) switch
    {
        0 => "1990-11-01",
        1 => "1990-05-19",
        2 => "--05-18",
        3 => "1990-05-18",
        _ => "1990-05-17",
    };

    /// <summary>Everybody due before the horizon has one message that says so; there is no other that waits.</summary>
    private static async Task AssertTrueAsync(PlanHost host, string? hint = null)
    {
        var state = await host.StateAsync();
        await using var db = host.Open();
        var settings = db.Settings.SingleOrDefault();
        var policy = SendPolicy.Of(settings, new OccasionsOptions());
        var people = await host.PeopleAsync();
        var waiting = (await host.MessagesAsync()).Where(m => m.Status == MessageStatus.Scheduled).ToList();
        var expected = people.SelectMany(p => Expect(p, policy, state, host.Clock.Now)).OrderBy(e => e.DueAt).ThenBy(e => e.Id);
        waiting.Select(m => (Id: m.RecipientId, m.DueAt, m.LocalDate, m.TimeZone)).OrderBy(m => m.DueAt).ThenBy(m => m.Id).ShouldBe(expected, hint);
    }

    private static IEnumerable<(Guid Id, DateTimeOffset DueAt, string LocalDate, string TimeZone)> Expect(
        Recipient person, SendPolicy policy, PlanState state, DateTimeOffset now)
    {
        var occurrence = Occurrences.Of(OccasionDate.Parse(person.Birthday)!.Value, Zones.Find(person.TimeZone)!, policy, 2026)!.Value;
        if (occurrence.DueAt >= now && occurrence.DueAt < state.PlannedUntil)
            yield return (person.Id, occurrence.DueAt, PlannedRow.TextOf(occurrence.Date), person.TimeZone);
    }
}
