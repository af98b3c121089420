using System.Net;
using System.Text.Json;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Live;

[Trait("kind", "db")]
public sealed class LiveStreamTests
{
    private readonly TestAccounts _accounts = new();

    [Theory, EachEngine]
    public async Task A_stream_begins_with_its_state_and_resumes_all_topics_on_another_replica(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var first = await LiveHost.StartAsync(database, _accounts, ("PollMilliseconds", "50"));
        await using var second = await LiveHost.StartAsync(database, _accounts, ("PollMilliseconds", "50"));
        var ann = _accounts.Add("Ann", Roles.Agent);
        await first.AppendAsync("all", 2);
        string? resume;
        using (var http = first.Http(ann))
        await using (var stream = await LiveStreamClient.OpenAsync(http, ["all", "role:agent"]))
        {
            stream.MediaType.ShouldBe("text/event-stream");
            var state = await stream.NextAsync();
            state!.Event.ShouldBe("state");
            state.Data.ShouldBe("""{"all":{"recovered":true,"offset":2},"role:agent":{"recovered":true,"offset":0}}""");
            resume = stream.LastEventId;
            resume.ShouldBe("all=2;role:agent=0");
        }

        // Nothing was received before the drop, and it resumes all the same.
        await first.AppendAsync(LiveHost.Row("all role:agent", """{"n":1}""", "test.one"), LiveHost.Row("all", """{"n":2}""", "test.two"));
        using var there = second.Http(ann);
        await using var again = await LiveStreamClient.OpenAsync(there, ["all", "role:agent"], resume);
        (await again.NextAsync())!.Data.ShouldBe("""{"all":{"recovered":true,"offset":4},"role:agent":{"recovered":true,"offset":1}}""");
        again.LastEventId.ShouldBe("all=2;role:agent=0", "a drop here must replay again");
        var frames = new List<LiveFrame>();
        for (var n = 0; n < 3; n++) frames.Add((await again.NextAsync())!);
        frames.Select(f => f.Event).ShouldAllBe(e => e == "message");
        frames.Select(f => Read(f)).ShouldBe([("all", 3), ("all", 4), ("role:agent", 1)]);
        again.LastEventId.ShouldBe("all=4;role:agent=1");
        await first.AppendAsync(LiveHost.Row("role:agent"));
        Read((await again.NextAsync())!).ShouldBe(("role:agent", 2));
        again.LastEventId.ShouldBe("all=4;role:agent=2");
    }

    [Theory, EachEngine]
    public async Task What_cannot_be_resumed_is_said_topic_by_topic(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts, ("KeepPerTopic", "3"));
        await host.AppendAsync("all", 9);
        await host.AppendAsync("role:agent", 1);
        await host.TrimAsync();
        using var http = host.Http(_accounts.Add("Ann", Roles.Agent));
        foreach (var id in new[] { "all=2;role:agent=1", "all=99;role:agent=1", "nonsense;all=x;role:agent=1" })
        {
            await using var stream = await LiveStreamClient.OpenAsync(http, ["all", "role:agent"], id);
            (await stream.NextAsync())!.Data.ShouldBe("""{"all":{"recovered":false,"offset":9},"role:agent":{"recovered":true,"offset":1}}""");
            stream.LastEventId.ShouldBe("all=9;role:agent=1");
        }
    }

    [Theory, EachEngine]
    public async Task Refusals_are_problems(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts, ("MaxTopics", "2"));
        using var http = host.Http(_accounts.Add("Ann", Roles.Agent));
        await RefusedAsync(http, ["all", "role:admin"], HttpStatusCode.Forbidden, "topic_forbidden");
        await RefusedAsync(http, [], HttpStatusCode.BadRequest, "invalid_request");
        await RefusedAsync(http, ["all", "role:agent", "role:admin"], HttpStatusCode.BadRequest, "too_many_topics");
        using var nobody = host.Http(Guid.CreateVersion7());
        await RefusedAsync(nobody, ["all"], HttpStatusCode.Unauthorized, "unauthenticated");
        host.Connections.Count.ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task A_quiet_stream_has_a_heartbeat_and_a_revoked_caller_is_cut(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts, ("HeartbeatSeconds", "0.2"), ("RecheckSeconds", "0.1"));
        var ann = _accounts.Add("Ann", Roles.Agent);
        using var http = host.Http(ann);
        await using var stream = await LiveStreamClient.OpenAsync(http, ["all", "role:agent"]);
        await stream.NextAsync();
        (await stream.NextAsync())!.Event.ShouldBe("", "a comment");

        _accounts.Put(ann, "Ann", [Roles.Customer], []);
        (await NextEventAsync(stream)).ShouldSatisfyAllConditions(
            f => f!.Event.ShouldBe("unsubscribed"), f => f!.Data.ShouldBe("""{"topic":"role:agent","reason":"topic_forbidden"}"""));
        _accounts.Remove(ann);
        (await NextEventAsync(stream)).ShouldSatisfyAllConditions(
            f => f!.Event.ShouldBe("cut"), f => f!.Data.ShouldBe("""{"reason":"signed_out"}"""));
        (await stream.NextAsync()).ShouldBeNull();
    }

    [Theory, EachEngine]
    public async Task A_slow_reader_is_cut(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var host = await LiveHost.StartAsync(database, _accounts, ("QueueLength", "16"));
        using var http = host.Http(_accounts.Add("Ann"));
        await using var stream = await LiveStreamClient.OpenAsync(http, ["all"]);
        await stream.NextAsync();
        var payload = $$"""{"text":"{{new string('x', 100_000)}}"}""";
        for (var n = 0; n < 100 && host.Connections.Count > 0; n++)
            await host.AppendAsync([.. Enumerable.Range(0, 10).Select(_ => LiveHost.Row("all", payload))]);
        while (host.Connections.Count > 0) await Task.Delay(10, TestContext.Current.CancellationToken);
        var last = 0L;
        while (await stream.NextAsync() is { Event: "message" } frame) Read(frame).Offset.ShouldBe(++last);
        last.ShouldBeLessThan(1000);
    }

    private static async Task<LiveFrame?> NextEventAsync(LiveStreamClient stream)
    {
        LiveFrame? frame;
        do frame = await stream.NextAsync();
        while (frame is { Event: "" });
        return frame;
    }

    private static (string Topic, long Offset) Read(LiveFrame frame)
    {
        using var data = JsonDocument.Parse(frame.Data);
        return (data.RootElement.GetProperty("topic").GetString()!, data.RootElement.GetProperty("offset").GetInt64());
    }

    private static async Task RefusedAsync(HttpClient http, string[] topics, HttpStatusCode status, string code)
    {
        await using var stream = await LiveStreamClient.OpenAsync(http, topics);
        stream.Status.ShouldBe(status);
        stream.MediaType.ShouldBe("application/problem+json");
        (await stream.ReadBodyAsync()).ShouldContain($"\"code\":\"{code}\"");
    }
}
