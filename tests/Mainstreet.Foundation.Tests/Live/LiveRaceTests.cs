using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Live;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Live;

[Trait("kind", "race")]
public sealed class LiveRaceTests
{
    private readonly TestAccounts _accounts = new();

    [Theory, EachEngine]
    public async Task Whoever_subscribes_while_events_pour_in_gets_each_once_and_in_order(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts, ("KeepPerTopic", "100000"), ("ReplayLimit", "100000"), ("QueueLength", "4096"));
        var ann = _accounts.Add("Ann");
        using var stop = new CancellationTokenSource();
        var pouring = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await host.AppendAsync(LiveHost.Row("all"), LiveHost.Row("all"));
        })));

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            var last = 0L;
            for (var round = 0; round < 25; round++)
            {
                await using var client = await host.ConnectAsync(ann);
                (await client.SubscribeAsync("all", last)).Recovered.ShouldBeTrue();
                for (var n = 0; n < 20; n++) (await client.NextAsync()).Offset.ShouldBe(++last);
            }
        })));
        await stop.CancelAsync();
        await pouring;
    }

    [Theory, EachEngine]
    public async Task Subscribing_again_and_again_on_one_connection_gives_no_gap_and_no_double(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts, ("KeepPerTopic", "100000"), ("ReplayLimit", "100000"), ("QueueLength", "4096"));
        await using var client = await host.ConnectAsync(_accounts.Add("Ann"));
        using var stop = new CancellationTokenSource();
        var pouring = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await host.AppendAsync(LiveHost.Row("all"));
        }, TestContext.Current.CancellationToken);
        var last = 0L;
        for (var round = 0; round < 100; round++)
        {
            (await client.SubscribeAsync("all", last)).Recovered.ShouldBeTrue();
            for (var n = 0; n < 5; n++) (await client.NextAsync()).Offset.ShouldBe(++last);
            await client.InvokeAsync("Unsubscribe", "all");
            while (client.Events.TryRead(out var more)) more.Offset.ShouldBe(++last);
        }

        await stop.CancelAsync();
        await pouring;
    }

    [Theory, EachEngine]
    public async Task Fifty_connections_receive_every_notification(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts);
        var clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => host.ConnectAsync(_accounts.Add($"Client {n}"))));
        await Task.WhenAll(clients.Select(c => c.SubscribeAsync("all")));
        await host.AppendAsync([.. Enumerable.Range(0, 2000).Select(_ => LiveHost.Row("all"))]);
        await Task.WhenAll(clients.Select(async c =>
            (await c.TakeAsync(2000)).Select(e => e.Offset).ShouldBe(Enumerable.Range(1, 2000).Select(n => (long)n))));
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Theory, EachEngine]
    public async Task A_gap_on_an_open_subscription_is_filled_from_the_feed_or_ends_the_connection(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts, ("PollMilliseconds", "20"), ("PositionCheckSeconds", "0.1"), ("ReplayLimit", "5"));
        var history = host.Services.GetRequiredService<LiveHistory>();
        await using var client = await host.ConnectAsync(_accounts.Add("Ann"));
        await client.SubscribeAsync("all");
        var subscription = host.Connections.On("all").Single();

        // As if the pump had lost two events: rows that it never reads, because their ids are behind it.
        await AppendBehindAsync(host, database, 1, 2);
        (await client.TakeAsync(2)).Select(e => e.Offset).ShouldBe([1, 2]);
        await host.AppendAsync("all", 1);
        (await client.NextAsync()).Offset.ShouldBe(3);
        subscription.Offer((await history.ReplayAsync("all", 2, TestContext.Current.CancellationToken)).Events[0]);
        await AppendBehindAsync(host, database, 4, 12);
        (await client.Closed.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).ShouldBe("continuity_lost");
        client.Events.TryRead(out _).ShouldBeFalse();
    }

    private static async Task AppendBehindAsync(LiveHost host, TestDatabase database, int from, int to)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FoundationDb>();
        await db.InTransactionAsync(async cancel =>
        {
            var row = await db.Set<LiveTopicRow>().FindAsync(["all"], cancel);
            if (row is not null) db.Remove(row);
            await db.SaveChangesAsync(cancel);
            for (var n = from; n <= to; n++)
            {
                db.Add(new LiveEventRow { Id = -n, Topic = "all", Offset = n, Type = "lost", Payload = "{}", EventId = Guid.CreateVersion7(), At = TimeProvider.System.GetUtcNow() });
            }

            db.Add(new LiveTopicRow { Topic = "all", LastOffset = to, FirstOffset = 1 });
            await db.SaveChangesAsync(cancel);
        }, TestContext.Current.CancellationToken);
        database.Engine.ShouldBe(db.Engine);
    }
}
