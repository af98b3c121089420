using System.Text.Json;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Live;
using Mainstreet.Foundation.Web;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Live;

[Trait("kind", "db")]
public sealed class LivePresenceTests
{
    private readonly TestAccounts _accounts = new();

    [Theory, EachEngine]
    public async Task Everybody_on_any_replica_is_counted_once_until_the_link_is_cut(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var first = await LiveHost.StartAsync(database, _accounts);
        await using var second = await LiveHost.StartAsync(database, _accounts);
        var (ann, bob) = (_accounts.Add("Ann"), _accounts.Add("Bob"));
        await using var annHere = await first.ConnectAsync(ann);
        await using var annThere = await second.ConnectAsync(ann);
        await using var bobThere = await second.ConnectAsync(bob);
        foreach (var client in new[] { annHere, annThere, bobThere }) await client.SubscribeAsync("all");

        await UntilAsync(first, ann, view => view.Count == 2 && view.Accounts.Select(a => a.DisplayName).Order().SequenceEqual(["Ann", "Bob"]));
        (await second.Services.GetRequiredService<LivePresence>().ViewAsync("all", TestContext.Current.CancellationToken)).Count.ShouldBe(2);
        (await annHere.InvokeAsync("Presence", "all")).GetProperty("count").GetInt32().ShouldBe(2);

        bobThere.Abort();
        await UntilAsync(first, ann, view => view.Count == 1 && view.Accounts[0].Id == ann);
        using var admin = first.Http(_accounts.Add("Admin", Roles.Admin));
        await UntilAsync(async () =>
        {
            var stats = JsonSerializer.Deserialize<LiveStats.Response>(await admin.GetStringAsync("/v1/live/stats"), Json.Wire)!;
            return stats is { Connections: 2, Subscriptions: 2, Topics: 1 } && stats.Replicas.Select(r => r.Connections).SequenceEqual([1, 1]);
        });
        using var other = first.Http(ann);
        (await other.GetAsync("/v1/live/stats", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
        (await other.GetAsync("/v1/live/presence?topic=role:admin", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
    }

    [Theory, EachEngine]
    public async Task The_presence_of_a_killed_replica_disappears_by_itself(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts);
        await using var scope = host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FoundationDb>();
        var (ann, bob) = (_accounts.Add("Ann"), _accounts.Add("Bob"));
        // What a killed replica leaves behind.
        db.Add(new LiveReplicaRow { Id = "killed", Connections = 1, Subscriptions = 1, ExpiresAt = TimeProvider.System.GetUtcNow().AddHours(1) });
        db.Add(new LivePresenceRow { ConnectionId = "c", Topic = "all", AccountId = bob, ReplicaId = "killed" });
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);

        await UntilAsync(host, ann, view => view.Count == 1 && view.Accounts[0].Id == bob);
        await db.InTransactionAsync(
            cancel => db.Set<LiveReplicaRow>().Where(r => r.Id == "killed")
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.ExpiresAt, TimeProvider.System.GetUtcNow().AddSeconds(-1)), cancel),
            TestContext.Current.CancellationToken);
        await UntilAsync(host, ann, view => view.Count == 0);
        await host.TrimAsync();
        (await db.Set<LivePresenceRow>().CountAsync(TestContext.Current.CancellationToken)).ShouldBe(1, "it may only have stood still");
    }

    private static Task UntilAsync(LiveHost host, Guid account, Func<LivePresenceView, bool> holds) => UntilAsync(async () =>
    {
        using var http = host.Http(account);
        return holds(JsonSerializer.Deserialize<LivePresenceView>(await http.GetStringAsync("/v1/live/presence?topic=all"), Json.Wire)!);
    });

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!await holds()) await Task.Delay(20, patience.Token);
    }
}
