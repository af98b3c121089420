using System.Diagnostics;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Live;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Live;

[Trait("kind", "db")]
public sealed class LiveFeedTests(ITestOutputHelper output)
{
    [Theory, EachEngine]
    public async Task Offsets_have_no_gap_under_concurrent_appends_and_a_reader_of_ids_misses_nothing(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, new TestAccounts());
        var history = host.Services.GetRequiredService<LiveHistory>();
        const int writers = 6, batches = 15, rows = 10;
        var seen = new List<LiveEvent>();
        var writing = Task.WhenAll(Enumerable.Range(0, writers).Select(w => Task.Run(async () =>
        {
            for (var b = 0; b < batches; b++)
            {
                // Each writer names the topics in another order, as nothing in production prevents.
                var topics = w % 2 == 0 ? "all role:agent user:a" : "user:a role:agent all";
                await host.AppendAsync([.. Enumerable.Range(0, rows).Select(n => LiveHost.Row(topics, $$"""{"w":{{w}},"n":{{b * rows + n}}}"""))]);
            }
        })));
        while (true)
        {
            var finished = writing.IsCompleted;
            var next = await history.AfterAsync(seen.Count == 0 ? 0 : seen[^1].Id, 100, TestContext.Current.CancellationToken);
            seen.AddRange(next);
            if (finished && next.Count == 0) break;
        }

        await writing;
        seen.Count.ShouldBe(3 * writers * batches * rows);
        foreach (var topic in seen.GroupBy(e => e.Topic))
        {
            topic.Select(e => e.Offset).ShouldBe(Enumerable.Range(1, writers * batches * rows).Select(n => (long)n));
            foreach (var writer in topic.GroupBy(e => e.Message.Data.Split(',')[0]))
                writer.Select(e => int.Parse(e.Message.Data.Split(':')[2].TrimEnd('}'), null)).ShouldBe(Enumerable.Range(0, batches * rows));
        }
    }

    [Theory, EachEngine]
    public async Task Appending_a_row_again_changes_nothing_and_its_outbox_row_is_gone(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, new TestAccounts());
        await using var scope = host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FoundationDb>();
        db.Notify("k", "a", new { n = 1 }, "all", "user:a");
        db.Notify("k", "b", new { n = 2 }, "all");
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        var rows = await db.Outbox.AsNoTracking().OrderBy(o => o.Id).ToListAsync(TestContext.Current.CancellationToken);

        await host.AppendAsync([.. rows]);
        await host.AppendAsync([.. rows]);
        await host.AppendAsync([rows[1], rows[1], LiveHost.Row("all", type: "c")]);

        (await db.Outbox.CountAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
        var feed = await host.Services.GetRequiredService<LiveHistory>().AfterAsync(0, 100, TestContext.Current.CancellationToken);
        feed.Select(e => (e.Topic, e.Offset, e.Message.Type)).ShouldBe([("all", 1, "a"), ("user:a", 1, "a"), ("all", 2, "b"), ("all", 3, "c")], ignoreOrder: true);
        (await host.Services.GetRequiredService<LiveHistory>().PositionsAsync(["all", "user:a", "none"], TestContext.Current.CancellationToken))
            .ShouldBe(new Dictionary<string, long> { ["all"] = 3, ["user:a"] = 1 }, ignoreOrder: true);
    }

    [Theory, EachEngine]
    public async Task A_trimmed_feed_keeps_the_newest_and_knows_where_it_begins(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, new TestAccounts(), ("KeepPerTopic", "5"), ("RetentionHours", "1"));
        var history = host.Services.GetRequiredService<LiveHistory>();
        await host.AppendAsync("all", 12);
        var old = LiveHost.Row("role:agent");
        await host.AppendAsync(
            new OutboxRow { EventId = old.EventId, Kind = old.Kind, Module = "t", Key = "t", Name = "old", Payload = "{}", Topics = "role:agent", At = old.At.AddHours(-2) });
        await host.TrimAsync();

        (await history.AfterAsync(0, 100, TestContext.Current.CancellationToken)).Select(e => e.Offset).ShouldBe([8, 9, 10, 11, 12]);
        (await history.ReplayAsync("all", 7, TestContext.Current.CancellationToken)).Events.Count.ShouldBe(5);
        (await history.ReplayAsync("all", 6, TestContext.Current.CancellationToken)).Recovered.ShouldBeFalse();
        (await history.ReplayAsync("role:agent", 0, TestContext.Current.CancellationToken)).ShouldBe(new LiveReplay(false, 1, []));
        await host.AppendAsync("role:agent", 1);
        (await history.ReplayAsync("role:agent", 1, TestContext.Current.CancellationToken)).Events.Single().Offset.ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task A_big_batch_is_appended_whole(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, new TestAccounts());
        for (var round = 0; round < 4; round++)
        {
            var rows = Enumerable.Range(0, 500).Select(n => LiveHost.Row($"all role:agent user:{n % 50}")).ToArray();
            var started = Stopwatch.GetTimestamp();
            await host.AppendAsync(rows);
            output.WriteLine($"{engine}: 500 rows, 3 topics each: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
        }

        (await host.Services.GetRequiredService<LiveHistory>().PositionsAsync(["all", "user:7"], TestContext.Current.CancellationToken))
            .ShouldBe(new Dictionary<string, long> { ["all"] = 2000, ["user:7"] = 40 }, ignoreOrder: true);
    }
}
