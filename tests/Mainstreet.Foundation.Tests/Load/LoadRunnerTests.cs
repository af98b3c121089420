using System.Text.Json;

using Mainstreet.Foundation.Load;
using Mainstreet.Foundation.Proving;

using Microsoft.AspNetCore.Http;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Load;

/// <summary>Runs against a real server whose delays and refusals are known.</summary>
[Trait("kind", "unit")]
public sealed class LoadRunnerTests
{
    private static readonly string[] NoThreshold = ["errors<101"];

    [Fact]
    public async Task Every_request_is_counted_once_by_what_became_of_it_and_only_2xx_are_good()
    {
        await using var server = await KnownServer.StartAsync(async (number, context) =>
        {
            context.Response.StatusCode = (number % 10) switch { 1 => 503, 2 => 404, 3 => 302, _ => 200 };
            await context.Response.WriteAsync("body");
        });
        var result = await RunAsync(server, new LoadPhase("one", 200, TimeSpan.FromSeconds(1.5)));
        var all = result.Phases[0].Tally.All;
        all.Sent.ShouldBe(server.Asked);
        all.Sent.ShouldBe(new LoadPlan("x", [], TimeSpan.FromSeconds(1)).Starts(result.Phases[0].Phase, SeededAfter(7)).Count());
        var expected = Enumerable.Range(1, server.Asked).GroupBy(n => (n % 10) switch { 1 => "503", 2 => "404", 3 => "302", _ => "200" }).ToDictionary(g => g.Key, g => g.Count());
        all.ByOutcome.ShouldBe(expected, ignoreOrder: true);
        all.Ok.ShouldBe(expected["200"]);
        all.Latency.Count.ShouldBe(expected["200"]);
        all.Refusal.Count.ShouldBe(expected["503"]);
        result.Phases[0].Tally.OverTime.Sum(s => s.Sent).ShouldBe(all.Sent);
        result.Phases[0].Tally.Goodput.ShouldBeLessThanOrEqualTo(all.Ok / 1.5);
    }

    [Fact]
    public async Task A_delay_of_the_server_is_in_every_latency_of_those_it_delays()
    {
        await using var server = await KnownServer.StartAsync(async (number, _) =>
        {
            if (number % 4 == 0) await Task.Delay(TimeSpan.FromMilliseconds(120), TimeProvider.System);
        });
        var result = await RunAsync(server, new LoadPhase("one", 100, TimeSpan.FromSeconds(2)));
        // A quarter waited 120 ms: the 80th percentile is one of them, whatever else the machine does. A timer may fire a little early.
        result.Phases[0].Tally.All.Latency.At(0.80).ShouldBeGreaterThanOrEqualTo(110_000);
        result.Phases[0].Tally.All.Failed.ShouldBe(0);
    }

    [Fact]
    public async Task A_stall_shows_in_the_open_model_and_hides_in_a_closed_loop()
    {
        var open = await StalledAsync(closed: null);
        var closed = await StalledAsync(closed: 1);
        // 100 a second for 2 s, 1 s of it stalled: half would have come meanwhile and waited half a second on average.
        open.ShouldBeGreaterThan(0.15);
        // One connection meets the stall once among many quick answers.
        closed.ShouldBeLessThan(open / 3);

        static async Task<double> StalledAsync(int? closed)
        {
            var stalled = new TaskCompletionSource();
            await using var server = await KnownServer.StartAsync(async (number, _) =>
            {
                if (number == 20)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
                    stalled.SetResult();
                }
                else if (number > 20)
                {
                    await stalled.Task;
                }
            });
            var plan = new LoadPlan("steady", [new LoadPhase("one", 100, TimeSpan.FromSeconds(2))], closed is null ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(5)) { Closed = closed };
            var result = await RunAsync(server, plan, NoThreshold);
            var latency = result.Phases[0].Tally.All.Latency;
            return (double)latency.Filled().Where(f => f.Microseconds >= 250_000).Sum(f => f.Count) / latency.Count;
        }
    }

    [Theory]
    [InlineData("errors<0.1", 0)]
    [InlineData("errors>5", LoadResult.Missed)]
    [InlineData("goodput>100000", LoadResult.Missed)]
    [InlineData("p99<60000", 0)]
    [InlineData("p50<0.001", LoadResult.Missed)]
    public async Task Thresholds_decide_the_exit_code(string threshold, int exit)
    {
        await using var server = await KnownServer.StartAsync((_, _) => Task.CompletedTask);
        (await RunAsync(server, new LoadPlan("steady", [new LoadPhase("one", 100, TimeSpan.FromSeconds(0.5))], TimeSpan.FromSeconds(1)), [threshold])).ExitCode.ShouldBe(exit);
    }

    [Fact]
    public async Task A_server_that_refuses_everything_meets_no_threshold_on_latency()
    {
        await using var server = await KnownServer.StartAsync((_, context) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        (await RunAsync(server, new LoadPlan("steady", [new LoadPhase("one", 100, TimeSpan.FromSeconds(0.5))], TimeSpan.FromSeconds(1)), ["p95<200"])).ExitCode.ShouldBe(LoadResult.Missed);
    }

    [Fact]
    public async Task Warming_up_is_shown_and_held_to_nothing()
    {
        await using var server = await KnownServer.StartAsync((number, context) =>
        {
            if (number <= 3) context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        var plan = new LoadPlan("steady", [new LoadPhase("warm up", 100, TimeSpan.FromSeconds(0.5), Measured: false), new LoadPhase("one", 100, TimeSpan.FromSeconds(0.5))], TimeSpan.FromSeconds(1));
        var result = await RunAsync(server, plan, ["errors<0.1"]);
        result.Phases[0].Tally.All.Failed.ShouldBe(3);
        result.Thresholds.Select(t => t.Phase).ShouldBe(["one"]);
        result.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_is_not_there_cannot_be_loaded()
    {
        var gone = await KnownServer.StartAsync((_, _) => Task.CompletedTask);
        await gone.DisposeAsync();
        await Should.ThrowAsync<ProofException>(() => RunAsync(gone, new LoadPhase("one", 10, TimeSpan.FromSeconds(1))));
    }

    [Fact]
    public async Task The_page_escapes_what_it_shows_and_the_JSON_has_its_shape()
    {
        await using var server = await KnownServer.StartAsync((_, _) => Task.CompletedTask,
            "# TYPE x gauge\ndotnet_process_memory_working_set_bytes 1048576\ndotnet_process_cpu_time_seconds_total{cpu_mode=\"user\"} 3\ndotnet_process_cpu_time_seconds_total{cpu_mode=\"system\"} 1\ndb_connections_active 5\n");
        var plan = new LoadPlan("<script>", [new LoadPhase("\"><img src=x>", 100, TimeSpan.FromSeconds(0.5))], TimeSpan.FromSeconds(1));
        var result = await RunAsync(server, plan, ["p95<60000"], path: "/a?b=%3Cb%3E&c=<i>");
        var html = LoadHtml.Write(result);
        html.ShouldNotContain("<script");
        html.ShouldNotContain("<img");
        html.ShouldNotContain("<i>");
        html.ShouldContain("&lt;script&gt;");
        html.ShouldContain("<svg");
        html.ShouldContain("<polyline");

        using var json = JsonDocument.Parse(LoadJson.Write(result));
        var root = json.RootElement;
        root.GetProperty("scenario").GetString().ShouldBe("<script>");
        root.GetProperty("model").GetString().ShouldBe("open");
        root.GetProperty("met").GetBoolean().ShouldBeTrue();
        root.GetProperty("exitCode").GetInt32().ShouldBe(0);
        var phase = root.GetProperty("phases")[0];
        phase.GetProperty("requests").GetProperty("sent").GetInt32().ShouldBe(server.Asked);
        phase.GetProperty("requests").GetProperty("byOutcome").GetProperty("200").GetInt32().ShouldBe(server.Asked);
        foreach (var name in new[] { "p50", "p95", "p99", "max", "mean" }) phase.GetProperty("requests").GetProperty("latency").GetProperty(name).GetDouble().ShouldBeGreaterThan(0);
        phase.GetProperty("use").GetProperty("connectionsMost").GetDouble().ShouldBe(5);
        phase.GetProperty("use").GetProperty("memoryMost").GetDouble().ShouldBe(1_048_576);
        root.GetProperty("thresholds")[0].GetProperty("threshold").GetString().ShouldBe("p95<60000");
    }

    private static Task<LoadResult> RunAsync(KnownServer server, LoadPhase phase) => RunAsync(server, new LoadPlan("steady", [phase], TimeSpan.FromSeconds(1)), NoThreshold);

    private static Task<LoadResult> RunAsync(KnownServer server, LoadPlan plan, IReadOnlyList<string> thresholds, string path = "/") =>
        LoadRunner.RunAsync(new LoadRun([server.Address], plan, thresholds) { Seed = 7, Path = path }, [], TestContext.Current.CancellationToken);

    /// <summary>The generator draws an act after each start from the same source.</summary>
    private static Interleaved SeededAfter(int seed) => new(seed);

    private sealed class Interleaved(int seed) : Random
    {
        private readonly Random _inner = new(seed);
        private bool _first = true;

        public override double NextDouble()
        {
            if (!_first) _inner.Next(1);
            _first = false;
            return _inner.NextDouble();
        }
    }
}
