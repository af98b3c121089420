using System.Collections.Concurrent;
using System.Diagnostics;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Leases;
using Mainstreet.Foundation.Time;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Events;

[Trait("kind", "db")]
public class OutboxRelayTests
{
    /// <summary>Settings of what carries the events; none for the relay alone.</summary>
    protected virtual string[] Carrier => [];

    private string[] Quick => ["Events:FirstRetry=00:00:00.005", "Events:LongestRetry=00:00:00.020", "Events:Poll=00:00:00.020", .. Carrier];

    [Theory, EachEngine]
    public async Task Each_key_keeps_its_order_and_loses_nothing_while_handlers_fail(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, Quick);
        var tries = new ConcurrentDictionary<(string, int), int>();
        replica.Behaviour.OnEvent = (_, key, number) =>
            number % 7 == 0 && tries.AddOrUpdate((key, number), 1, (_, n) => n + 1) <= 2
                ? throw new InvalidOperationException("Not yet.") : Task.CompletedTask;
        await replica.StartAsync();
        for (var number = 1; number <= 20; number++)
        {
            var n = number;
            await replica.SaveAsync(db =>
            {
                foreach (var key in Enumerable.Range(0, 20)) db.Publish($"k{key}", new Counted($"k{key}", n));
            });
        }

        await replica.UntilOutboxIsEmptyAsync();

        foreach (var source in (string[])["first", "second"])
        {
            var effects = await replica.EffectsAsync(source);
            effects.Count.ShouldBe(400);
            foreach (var group in effects.GroupBy(e => e.Key))
                group.Select(e => e.Number).ShouldBe(Enumerable.Range(1, 20), $"{source} {group.Key}");
        }
    }

    [Theory, EachEngine]
    public async Task A_second_delivery_has_no_second_effect(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, Quick);
        await replica.SaveAsync(db => db.Publish("k", new Counted("k", 1)));
        OutboxRow row;
        await using (var db = replica.Open()) row = await db.Outbox.AsNoTracking().SingleAsync(TestContext.Current.CancellationToken);
        await replica.StartAsync();
        await replica.UntilOutboxIsEmptyAsync();

        row.Id = 0;
        await replica.SaveAsync(db => db.Outbox.Add(row));
        replica.Wakes.Raise(Wakes.Outbox);
        await replica.UntilOutboxIsEmptyAsync();

        (await replica.EffectsAsync("first")).Count.ShouldBe(1);
    }

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task Two_relays_without_a_lease_still_do_each_event_once_and_in_order(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var one = Replica.Build(database, Quick);
        await using var other = Replica.Build(database, Quick);
        for (var number = 1; number <= 20; number++)
        {
            var n = number;
            await one.SaveAsync(db =>
            {
                foreach (var key in Enumerable.Range(0, 10)) db.Publish($"k{key}", new Counted($"k{key}", n));
            });
        }

        using var stop = new CancellationTokenSource();
        var relays = new[] { one, other }.Select(r => r.Services.GetRequiredService<EventRelay>().RunAsync(stop.Token)).ToArray();
        await one.UntilOutboxIsEmptyAsync();
        await stop.CancelAsync();
        foreach (var relay in relays) await Should.ThrowAsync<OperationCanceledException>(relay);

        var effects = await one.EffectsAsync("first");
        effects.Count.ShouldBe(200);
        foreach (var group in effects.GroupBy(e => e.Key)) group.Select(e => e.Number).ShouldBe(Enumerable.Range(1, 20));
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task A_smaller_id_that_is_committed_later_is_delivered(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = await Replica.StartAsync(database, Quick);
        await using var slow = replica.Open();
        await using var transaction = await slow.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        slow.Publish("slow", new Counted("slow", 1));
        await slow.SaveChangesAsync(TestContext.Current.CancellationToken);

        await replica.SaveAsync(db => db.Publish("quick", new Counted("quick", 1)));
        await replica.UntilAsync(db => db.Effects.AnyAsync(e => e.Key == "quick"), "the later id is delivered");
        await replica.UntilOutboxIsEmptyAsync();
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        await replica.UntilAsync(db => db.Effects.AnyAsync(e => e.Key == "slow"), "the smaller id is delivered");
    }

    [Theory, EachEngine]
    public async Task A_smaller_id_that_appears_later_is_delivered(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = await Replica.StartAsync(database, Quick);
        await replica.SaveAsync(db =>
        {
            db.Publish("k", new Counted("k", 2));
            db.Outbox.Local.Single().Id = 1000;
        });
        await replica.UntilOutboxIsEmptyAsync();
        await replica.SaveAsync(db =>
        {
            db.Publish("k", new Counted("k", 1));
            db.Outbox.Local.Single().Id = 5;
        });
        await replica.UntilOutboxIsEmptyAsync();
        (await replica.EffectsAsync("first")).Select(e => e.Number).ShouldBe([2, 1]);
    }

    [Theory, EachEngine]
    public async Task An_event_refused_too_often_is_kept_as_dead_and_its_key_goes_on(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, [.. Quick, "Events:MaxAttempts=3"]);
        replica.Behaviour.OnEvent = (_, _, number) => number == 2 ? throw new InvalidOperationException("Never.") : Task.CompletedTask;
        await replica.SaveAsync(db =>
        {
            foreach (var number in Enumerable.Range(1, 3)) db.Publish("k", new Counted("k", number));
        });
        await replica.StartAsync();
        await replica.UntilOutboxIsEmptyAsync();

        (await replica.EffectsAsync("first")).Select(e => e.Number).ShouldBe([1, 3]);
        await using var db = replica.Services.GetRequiredService<IDbContextFactory<FoundationDb>>().CreateDbContext();
        var dead = await db.DeadEvents.SingleAsync(TestContext.Current.CancellationToken);
        dead.Name.ShouldBe("street.counted");
        dead.LastError.ShouldBe("InvalidOperationException: Never.");
    }

    [Theory, EachEngine]
    public async Task A_failing_key_waits_alone(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, ["Events:FirstRetry=00:10:00", "Events:LongestRetry=00:10:00", .. Carrier]);
        replica.Behaviour.OnEvent = (_, key, _) => key == "bad" ? throw new InvalidOperationException("No.") : Task.CompletedTask;
        await replica.StartAsync();
        await replica.SaveAsync(db =>
        {
            db.Publish("bad", new Counted("bad", 1));
            db.Publish("bad", new Counted("bad", 2));
            db.Publish("good", new Counted("good", 1));
        });
        await replica.UntilAsync(async db => await db.Outbox.CountAsync() == 2, "only the bad key is left");
        await replica.SaveAsync(db => db.Publish("bad", new Counted("bad", 3)));
        await replica.SaveAsync(db => db.Publish("good", new Counted("good", 2)));
        await replica.UntilAsync(async db => await db.Outbox.CountAsync() == 3, "the good key goes on");

        await using var context = replica.Open();
        var rows = await context.Outbox.AsNoTracking().OrderBy(o => o.Id).ToListAsync(TestContext.Current.CancellationToken);
        rows.Select(r => r.Attempts).ShouldBe([1, 0, 0]);
        rows[0].NotBefore.ShouldNotBeNull();
        rows[0].LastError.ShouldBe("InvalidOperationException: No.");
        (await replica.EffectsAsync("first")).Select(e => e.Key).ShouldBe(["good", "good"]);
    }

    [Theory, EachEngine, Trait("kind", "recovery")]
    public async Task A_relay_that_stops_hands_over_at_once(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        string[] settings = [.. Quick, "Events:LeaseTime=00:10:00"];
        await using var first = await Replica.StartAsync(database, settings);
        await using var second = await Replica.StartAsync(database, settings);
        await first.SaveAsync(db => db.Publish("k", new Counted("k", 1)));
        await first.UntilOutboxIsEmptyAsync();
        await first.StopAsync();
        await second.SaveAsync(db => db.Publish("k", new Counted("k", 2)));
        await second.UntilOutboxIsEmptyAsync();
        (await second.EffectsAsync("first")).Select(e => e.Number).ShouldBe([1, 2]);
    }

    [Theory, EachEngine, Trait("kind", "recovery")]
    public async Task A_relay_that_died_is_replaced_when_its_lease_ends(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var dying = Replica.Build(database);
        var lease = await dying.Services.GetRequiredService<LeaseHolder>()
            .TryAcquireAsync(OutboxRelay.LeaseName, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        lease.ShouldNotBeNull();
        await using var replica = await Replica.StartAsync(database, Quick);
        await replica.SaveAsync(db => db.Publish("k", new Counted("k", 1)));
        await replica.UntilOutboxIsEmptyAsync();
        (await replica.EffectsAsync("first")).Count.ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task Notifications_are_appended_in_batches_and_a_bad_one_does_not_hold_up_the_rest(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, [.. Quick, "Events:MaxAttempts=2"]);
        var feed = replica.Services.GetRequiredService<RecordingFeed>();
        feed.Refuse = row => row.Name == "bad";
        await replica.SaveAsync(db =>
        {
            for (var n = 0; n < 100; n++) db.Notify($"k{n % 5}", "good", new { n }, "all");
        });
        await replica.StartAsync();
        await replica.UntilOutboxIsEmptyAsync();
        feed.Calls.ShouldBe(1);
        feed.Appended.Select(r => r.Id).ShouldBeInOrder();

        await replica.SaveAsync(db =>
        {
            db.Notify("a", "bad", new { }, "all");
            db.Notify("a", "good", new { }, "all");
            db.Notify("b", "good", new { }, "all");
        });
        await replica.UntilOutboxIsEmptyAsync();
        feed.Appended.Count.ShouldBe(102);
    }

    [Theory, EachEngine]
    public async Task A_handler_continues_the_trace_of_the_publisher(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = await Replica.StartAsync(database, Quick);
        var heard = new ConcurrentBag<ActivityTraceId>();
        replica.Behaviour.OnEvent = (_, _, _) =>
        {
            if (Activity.Current is { } current) heard.Add(current.TraceId);
            return Task.CompletedTask;
        };
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Mainstreet.Foundation",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        using var publisher = new Activity("publisher").SetIdFormat(ActivityIdFormat.W3C).Start();
        await replica.SaveAsync(db => db.Publish("k", new Counted("k", 1)));
        await replica.UntilOutboxIsEmptyAsync();
        heard.ShouldBe([publisher.TraceId]);
    }

    [Theory, EachEngine]
    public async Task Old_inbox_rows_are_forgotten(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, "Events:InboxKeep=10:00:00");
        await using var db = replica.Open();
        var now = TimeProvider.System.Now();
        foreach (var age in (int[])[1, 9, 11])
            await Inbox.EnterAsync(db, $"c{age}", TimeProvider.System.NewId(), now.AddHours(-age), TestContext.Current.CancellationToken);
        (await replica.Services.GetRequiredService<RecurringRunner>()
            .RunNowAsync("foundation.inbox-pruning", TestContext.Current.CancellationToken)).ShouldBeTrue();
        await using var connection = await database.Storage.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT consumer FROM {database.Storage.Table("foundation", "inbox")}";
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var left = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) left.Add(reader.GetString(0));
        left.Order().ShouldBe(["c1", "c9"]);
    }
}
