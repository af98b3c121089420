using System.Net.WebSockets;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Live;

[Trait("kind", "db")]
public sealed class LiveHubTests
{
    private readonly TestAccounts _accounts = new();

    [Theory, EachEngine]
    public async Task A_subscriber_receives_what_happens_from_now_on(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts);
        var ann = _accounts.Add("Ann");
        await host.AppendAsync("all", 3);
        await using var client = await host.ConnectAsync(ann);

        var subscribed = await client.SubscribeAsync("all");
        subscribed.ShouldBe(new LiveSubscribed("all", true, 3, subscribed.Events));
        subscribed.Events.ShouldBeEmpty();
        await host.AppendAsync(LiveHost.Row("all", """{"name":"Zoë","list":[1]}""", "ticket.accepted"));

        var received = await client.NextAsync();
        (received.Topic, received.Offset, received.Type).ShouldBe(("all", 4, "ticket.accepted"));
        received.Data.GetProperty("name").GetString().ShouldBe("Zoë");
        (await client.InvokeAsync("Ping")).GetProperty("at").GetDateTimeOffset().ShouldBe(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(1));

        await client.InvokeAsync("Unsubscribe", "all");
        await host.AppendAsync("all", 1);
        (await client.SubscribeAsync("all", 5)).Events.ShouldBeEmpty();
        await host.AppendAsync("all", 1);
        (await client.NextAsync()).Offset.ShouldBe(6);
    }

    [Theory, EachEngine]
    public async Task What_a_transaction_notifies_reaches_sockets_on_another_replica_after_the_commit(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var worker = await LiveHost.StartAsync(database, _accounts, ("Roles", "worker"));
        await using var web = await LiveHost.StartAsync(database, _accounts);
        await using var client = await web.ConnectAsync(_accounts.Add("Ann"));
        await client.SubscribeAsync("all");
        await using var scope = web.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FoundationDb>();
        for (var n = 1; n <= 20; n++)
        {
            db.Notify("ticket:1", "ticket.counted", new { Number = n }, "all", "role:agent");
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        (await client.TakeAsync(20)).Select(e => (e.Offset, e.Data.GetProperty("number").GetInt32()))
            .ShouldBe(Enumerable.Range(1, 20).Select(n => ((long)n, n)));
    }

    [Theory, EachEngine]
    public async Task A_reconnect_to_another_replica_resumes_without_gap(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var first = await LiveHost.StartAsync(database, _accounts, ("PollMilliseconds", "50"));
        await using var second = await LiveHost.StartAsync(database, _accounts, ("PollMilliseconds", "50"));
        var ann = _accounts.Add("Ann");
        var seen = new List<long>();
        await using (var client = await first.ConnectAsync(ann))
        {
            await client.SubscribeAsync("all");
            await second.AppendAsync("all", 3);
            seen.AddRange((await client.TakeAsync(3)).Select(e => e.Offset));
            client.Abort();
        }

        await first.AppendAsync("all", 4);
        await using var again = await second.ConnectAsync(ann);
        var subscribed = await again.SubscribeAsync("all", seen[^1]);
        subscribed.Recovered.ShouldBeTrue();
        subscribed.Offset.ShouldBe(7);
        await first.AppendAsync("all", 2);
        seen.AddRange((await again.TakeAsync(6)).Select(e => e.Offset));
        seen.ShouldBe([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }

    [Theory, EachEngine]
    public async Task A_feed_that_no_longer_reaches_back_says_so_and_goes_on_from_now(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts, ("KeepPerTopic", "5"), ("ReplayLimit", "8"));
        await using var client = await host.ConnectAsync(_accounts.Add("Ann"));
        await host.AppendAsync("all", 20);

        (await client.SubscribeAsync("all", 11)).ShouldSatisfyAllConditions(
            s => s.Recovered.ShouldBeFalse("more than the limit"), s => s.Offset.ShouldBe(20), s => s.Events.ShouldBeEmpty());
        (await client.SubscribeAsync("all", 12)).Events.Count.ShouldBe(8);
        await host.TrimAsync();
        (await client.SubscribeAsync("all", 14)).Recovered.ShouldBeFalse("trimmed");
        (await client.SubscribeAsync("all", 99)).ShouldSatisfyAllConditions(
            s => s.Recovered.ShouldBeFalse("an offset from the future"), s => s.Offset.ShouldBe(20));
        (await client.SubscribeAsync("all", -1)).Recovered.ShouldBeFalse();
        await client.TakeAsync(8);
        await host.AppendAsync("all", 1);
        (await client.NextAsync()).Offset.ShouldBe(21, "subscribing again leaves one subscription");
        await host.AppendAsync("all", 1);
        (await client.NextAsync()).Offset.ShouldBe(22);
    }

    [Theory, EachEngine]
    public async Task Topics_are_open_to_those_they_are_for(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts, ("MaxTopics", "4"));
        var business = Guid.CreateVersion7();
        var ann = _accounts.Put(Guid.CreateVersion7(), "Ann", [Roles.Customer], [new Membership(business, Roles.Agent)]);
        var bob = _accounts.Add("Bob", Roles.Admin);
        await using var client = await host.ConnectAsync(ann);

        foreach (var topic in new[] { $"user:{bob}", "user:", "role:admin", $"business:{bob}", "business:x", "ticket:1", "all:x", "", "all user", "all;x", "ALL" })
            (await Should.ThrowAsync<LiveHubException>(() => client.SubscribeAsync(topic))).Message.ShouldEndWith("topic_forbidden");
        (await Should.ThrowAsync<LiveHubException>(() => client.InvokeAsync("Presence", "role:admin"))).Message.ShouldEndWith("topic_forbidden");
        foreach (var topic in new[] { $"user:{ann}", "role:agent", $"business:{business}", "all" }) await client.SubscribeAsync(topic);
        (await Should.ThrowAsync<LiveHubException>(() => client.SubscribeAsync("role:customer"))).Message.ShouldEndWith("too_many_topics");
        await client.SubscribeAsync("all");

        await using var admin = await host.ConnectAsync(bob);
        await admin.SubscribeAsync($"business:{business}");
        await Should.ThrowAsync<WebSocketException>(() => LiveClient.ConnectAsync(host.Address, null));
        await Should.ThrowAsync<WebSocketException>(() => host.ConnectAsync(Guid.CreateVersion7()));
    }

    [Theory, EachEngine]
    public async Task A_revoked_caller_is_cut_and_a_lost_role_takes_its_topic_away(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts, ("RecheckSeconds", "0.1"));
        var ann = _accounts.Add("Ann", Roles.Agent);
        await using var client = await host.ConnectAsync(ann);
        await client.SubscribeAsync("role:agent");
        await client.SubscribeAsync("all");

        _accounts.Put(ann, "Ann", [Roles.Customer], []);
        var (target, argument) = await client.Notices.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        target.ShouldBe("unsubscribed");
        argument.GetProperty("topic").GetString().ShouldBe("role:agent");
        await host.AppendAsync(LiveHost.Row("role:agent all"));
        (await client.NextAsync()).Topic.ShouldBe("all");

        _accounts.Remove(ann);
        (await client.Closed.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).ShouldBe("signed_out");
    }

    [Theory, EachEngine]
    public async Task A_slow_reader_is_cut_and_others_are_not(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts, ("QueueLength", "64"));
        await using var stuck = await LiveClient.ConnectAsync(host.Address, _accounts.Add("Stuck").ToString());
        await using var healthy = await host.ConnectAsync(_accounts.Add("Healthy"));
        await stuck.SubscribeAsync("all");
        await healthy.SubscribeAsync("all");
        stuck.StopReading();

        // More than the sockets' buffers hold, so that the queue fills.
        var payload = $$"""{"text":"{{new string('x', 100_000)}}"}""";
        var total = 0;
        while (host.Connections.Count == 2 && total < 1000)
        {
            await host.AppendAsync([.. Enumerable.Range(0, 10).Select(_ => LiveHost.Row("all", payload))]);
            total += 10;
        }

        while (host.Connections.Count == 2) await Task.Delay(10, TestContext.Current.CancellationToken);
        healthy.Closed.IsCompleted.ShouldBeFalse();
        (await healthy.TakeAsync(total)).Select(e => e.Offset).ShouldBe(Enumerable.Range(1, total).Select(n => (long)n));
        stuck.ResumeReading();
        await stuck.Closed.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        using var http = host.Http(_accounts.Add("Admin", Roles.Admin));
        var stats = await http.GetStringAsync("/v1/live/stats", TestContext.Current.CancellationToken);
        stats.ShouldContain("\"cut\":1");
        stats.ShouldContain("\"connections\":1");
    }
}
