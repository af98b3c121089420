using System.Collections.Concurrent;

using Mainstreet.Foundation.Broker;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Tests.Events;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Broker;

/// <summary>The broker is away, dies and comes back; events go on, once each and in order.</summary>
[Trait("kind", "recovery")]
public sealed class BrokerOutageTests
{
    private static readonly string[] Quick = ["Events:FirstRetry=00:00:00.005", "Events:LongestRetry=00:00:00.050", "Events:Poll=00:00:00.050"];

    [Theory, EachEngine(Engine.Postgres)]
    public async Task Two_replicas_share_the_events_and_keep_each_keys_order(Engine engine)
    {
        Assert.SkipWhen(TestBroker.WhyNot is not null, TestBroker.WhyNot ?? "");
        await using var broker = TestBroker.Create();
        await using var database = await Replica.CreateDatabaseAsync(engine);
        string[] settings = [.. Quick, "Events:BatchSize=50", .. SettingsOf(broker)];
        await using var one = Replica.Build(database, settings);
        await using var other = Replica.Build(database, settings);
        var handled = new ConcurrentDictionary<Replica, int>();
        var tries = new ConcurrentDictionary<(string, int), int>();
        foreach (var replica in (Replica[])[one, other])
        {
            replica.Behaviour.OnEvent = (_, key, number) =>
            {
                handled.AddOrUpdate(replica, 1, (_, n) => n + 1);
                return number % 9 == 0 && tries.AddOrUpdate((key, number), 1, (_, n) => n + 1) <= 2
                    ? throw new InvalidOperationException("Not yet.") : Task.CompletedTask;
            };
            await replica.StartAsync();
        }

        await QueueHost.UntilAsync(() => Queues(one).Connected && Queues(other).Connected, "both are connected");
        await PublishAsync(one, 1, 20);
        await PublishAsync(other, 21, 20);
        await one.UntilOutboxIsEmptyAsync();

        // How much each takes is the machine's affair, and the first may be done with them all before the other looks.
        var published = 40;
        for (; handled.Count < 2 && published < 2_000; published += 40)
        {
            await PublishAsync(one, published + 1, 40);
            await one.UntilOutboxIsEmptyAsync();
        }

        await CheckAsync(one, published);
        handled.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_absent_broker_stops_nothing_is_used_when_it_comes_and_not_waited_for_when_it_hangs()
    {
        SkipWithoutNode();
        await using var node = await BrokerProcess.CreateAsync();
        await using var broker = TestBroker.On(node);
        await using var database = await Replica.CreateDatabaseAsync(Engine.Postgres);
        await using var replica = await Replica.StartAsync(database, [.. Quick, .. SettingsOf(broker), "Broker:ConfirmTimeout=00:00:01", "Broker:Heartbeat=00:00:05"]);
        await PublishAsync(replica, 1, 5);
        await replica.UntilOutboxIsEmptyAsync();
        Queues(replica).Enabled.ShouldBeTrue();
        Queues(replica).Connected.ShouldBeFalse();
        await Should.ThrowAsync<BrokerException>(() => Queues(replica).PublishAsync("events", [new byte[] { 1 }], CancellationToken.None));
        (await new BrokerHealth(Queues(replica)).CheckAsync(CancellationToken.None)).State.ShouldBe(HealthState.Degraded);

        await node.StartAsync();
        await QueueHost.UntilAsync(() => Queues(replica).Connected, "connected");
        await PublishAsync(replica, 6, 5);
        await replica.UntilOutboxIsEmptyAsync();
        await CheckAsync(replica, 10);
        // The broker answers before the consumer is back, and in its first second slowly.
        await QueueHost.UntilAsync(
            async () => await new BrokerHealth(Queues(replica)).CheckAsync(CancellationToken.None) is { State: HealthState.Up } health && Equals(health.Figures!["eventsConsumers"], 1), "healthy, with one consumer");

        // Worse than away: connected, and no answer.
        await node.PauseAsync();
        await PublishAsync(replica, 11, 5);
        await replica.UntilOutboxIsEmptyAsync();
        await node.ResumeAsync();
        await CheckAsync(replica, 15);
    }

    [Fact]
    public async Task A_broker_killed_and_stopped_under_load_loses_and_doubles_nothing()
    {
        SkipWithoutNode();
        await using var node = await BrokerProcess.StartNewAsync();
        await using var broker = TestBroker.On(node);
        await using var database = await Replica.CreateDatabaseAsync(Engine.Postgres);
        string[] settings = [.. Quick, "Events:BatchSize=50", "Events:BrokerPatience=00:00:05", .. SettingsOf(broker)];
        await using var one = await Replica.StartAsync(database, settings);
        await using var other = await Replica.StartAsync(database, settings);
        await QueueHost.UntilAsync(() => Queues(one).Connected && Queues(other).Connected, "both are connected");
        using var stop = new CancellationTokenSource();
        var last = 0;
        var load = LoadAsync();

        await GrownAsync(10);
        // RabbitMQ 3.10 writes down which log belongs to a new queue half a second later; killed before, it never finds the log again.
        await Task.Delay(TimeSpan.FromSeconds(3));
        await node.KillAsync();
        // Goes on while there is no broker.
        await GrownAsync(10);
        await DrainedAsync(last);
        await node.StartAsync();
        await QueueHost.UntilAsync(() => Queues(one).Connected && Queues(other).Connected, "both are back");
        await GrownAsync(10);
        await node.StopAsync();
        await GrownAsync(5);
        await node.StartAsync();
        await QueueHost.UntilAsync(() => Queues(one).Connected && Queues(other).Connected, "both are back again");
        await GrownAsync(10);
        await stop.CancelAsync();
        await load;
        await one.UntilOutboxIsEmptyAsync();

        await CheckAsync(one, last);
        await using var db = one.Services.GetRequiredService<IDbContextFactory<FoundationDb>>().CreateDbContext();
        (await db.DeadEvents.CountAsync()).ShouldBe(0);

        async Task LoadAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                await PublishAsync(last % 2 == 0 ? one : other, last + 1, 1);
                last++;
                await Task.Delay(50);
            }
        }

        Task GrownAsync(int more)
        {
            var from = last;
            return QueueHost.UntilAsync(() => last >= from + more, "the load goes on");
        }

        Task DrainedAsync(int upTo) =>
            one.UntilAsync(async d => await d.Effects.CountAsync(e => e.Source == "first" && e.Number <= upTo) == upTo * Keys, "events go on without the broker");
    }

    private const int Keys = 10;

    private static IWorkQueues Queues(Replica replica) => replica.Services.GetRequiredService<IWorkQueues>();

    private static IEnumerable<string> SettingsOf(TestBroker broker) => broker.Settings.Select(s => $"{s.Key}={s.Value}");

    private static void SkipWithoutNode()
    {
        var why = BrokerProcess.WhyNot ?? TestDatabase.WhyNoPostgres;
        Assert.SkipWhen(why is not null && Environment.GetEnvironmentVariable("CI") is not "true", why ?? "");
    }

    private static async Task PublishAsync(Replica replica, int from, int count)
    {
        for (var number = from; number < from + count; number++)
        {
            var n = number;
            await replica.SaveAsync(db =>
            {
                for (var key = 0; key < Keys; key++) db.Publish($"k{key}", new Counted($"k{key}", n));
            });
        }
    }

    private static async Task CheckAsync(Replica replica, int perKey)
    {
        foreach (var source in (string[])["first", "second"])
        {
            var effects = await replica.EffectsAsync(source);
            foreach (var group in effects.GroupBy(e => e.Key)) group.Select(e => e.Number).ShouldBe(Enumerable.Range(1, perKey), $"{source} {group.Key}");
            effects.Count.ShouldBe(perKey * Keys);
        }
    }
}
