using System.Net;
using System.Text;

using Mainstreet.Foundation.Proving;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Proving;

[Trait("kind", "unit")]
public sealed class SmokeWalkTests
{
    private static readonly Uri[] One = [new("http://one.test")];

    [Fact]
    public async Task What_needs_a_failed_step_is_not_reached_and_the_rest_is_walked()
    {
        var steps = await WalkAsync(new SmokeSettings(), request => request.RequestUri!.AbsolutePath switch
        {
            "/made" => (404, "{}"),
            _ => (200, """{"name":"right"}"""),
        }, async walk =>
        {
            var made = await walk.GetAsync("made", SmokeWalk.Nobody, $"/made", a => a.Id());
            await walk.GetAsync("read by path", SmokeWalk.Nobody, $"/rows/{made}", a => a.Is("name", "right"));
            await walk.SendAsync("named in a body", HttpMethod.Post, $"/rows", SmokeWalk.Nobody, new { id = made }, 200, a => a.Is("name", "right"));
            await walk.GetAsync("needs it to have happened", SmokeWalk.Nobody, $"/rows", a => a.Is("name", "right"), made);
            var apart = await walk.GetAsync("independent", SmokeWalk.Nobody, $"/apart", a => a.Is("name", "right"));
            await walk.GetAsync("after it", SmokeWalk.Nobody, $"/apart", a => a.Is("name", "right"), apart);
        });
        steps.Select(s => (s.Name, s.Outcome)).ShouldBe(
        [
            ("made", SmokeOutcome.Failed), ("read by path", SmokeOutcome.NotReached), ("named in a body", SmokeOutcome.NotReached),
            ("needs it to have happened", SmokeOutcome.NotReached), ("independent", SmokeOutcome.Ok), ("after it", SmokeOutcome.Ok),
        ]);
        steps[0].Failure.ShouldBe("GET /made: the answer is 404, not 200");
        steps[1].Failure.ShouldBe("not reached: \"made\" did not succeed");
        steps[1].Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_value_taken_outside_of_steps_ends_the_walk_and_says_so()
    {
        var steps = await WalkAsync(new SmokeSettings(), _ => (404, "{}"), async walk =>
        {
            var made = await walk.GetAsync("made", SmokeWalk.Nobody, $"/made", a => a.Id());
            await walk.GetAsync($"named after {made.Value}", SmokeWalk.Nobody, $"/x", a => a.Is("name", "right"));
        });
        steps.Select(s => s.Outcome).ShouldBe([SmokeOutcome.Failed, SmokeOutcome.NotReached]);
        steps[1].Name.ShouldBe("the rest of the walk");
    }

    [Fact]
    public async Task Reading_only_nothing_but_reading_is_sent()
    {
        var sent = new List<HttpMethod>();
        var steps = await WalkAsync(new SmokeSettings { ReadOnly = true }, request =>
        {
            sent.Add(request.Method);
            return (200, """{"name":"right"}""");
        }, async walk =>
        {
            await walk.GetAsync("read", SmokeWalk.Nobody, $"/x", a => a.Is("name", "right"));
            foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete })
                await walk.SendAsync($"{method}", method, $"/x", SmokeWalk.Nobody, null, 200, a => a.Is("name", "right"));
        });
        sent.ShouldBe([HttpMethod.Get]);
        steps.Count(s => s.Outcome == SmokeOutcome.Failed).ShouldBe(4);
        steps[1].Failure!.ShouldContain("read-only");
    }

    [Fact]
    public async Task Without_a_token_what_needs_an_account_is_skipped_and_with_it_it_is_sent()
    {
        string? shown = null;
        (int, string) Answer(HttpRequestMessage request)
        {
            shown = request.Headers.Authorization?.Parameter;
            return (200, """{"name":"right"}""");
        }

        static async Task Walk(SmokeWalk walk)
        {
            var reader = await walk.ReaderAsync();
            await walk.GetAsync("mine", reader, $"/mine", a => a.Is("name", "right"));
        }

        (await WalkAsync(new SmokeSettings { ReadOnly = true }, Answer, Walk)).Select(s => (s.Outcome, s.Failure)).ShouldBe([(SmokeOutcome.Skipped, null)]);
        shown.ShouldBeNull();
        (await WalkAsync(new SmokeSettings { ReadOnly = true, Token = "lent" }, Answer, Walk)).Select(s => s.Outcome).ShouldBe([SmokeOutcome.Ok]);
        shown.ShouldBe("lent");
    }

    [Fact]
    public async Task A_limit_is_waited_for_and_a_broken_route_is_not_waited_for_long()
    {
        var asked = 0;
        var clock = new HurriedClock();
        var steps = await WalkAsync(new SmokeSettings(), request => request.RequestUri!.AbsolutePath == "/limited" && asked++ < 3 ? (429, "{}") : request.RequestUri.AbsolutePath == "/broken" ? (500, "{}") : (200, """{"name":"right"}"""), async walk =>
        {
            await walk.GetAsync("limited", SmokeWalk.Nobody, $"/limited", a => a.Is("name", "right"));
            await walk.GetAsync("broken", SmokeWalk.Nobody, $"/broken", a => a.Is("name", "right"));
        }, clock);
        steps.Select(s => s.Outcome).ShouldBe([SmokeOutcome.Ok, SmokeOutcome.Failed]);
        asked.ShouldBe(4);
    }

    [Fact]
    public async Task When_time_is_up_the_rest_is_not_reached()
    {
        using var end = new CancellationTokenSource();
        var steps = await WalkAsync(new SmokeSettings(), request =>
        {
            if (request.RequestUri!.AbsolutePath == "/second") end.Cancel();
            return (200, """{"name":"right"}""");
        }, async walk =>
        {
            foreach (var name in new[] { "first", "second", "third" }) await walk.GetAsync(name, SmokeWalk.Nobody, $"/{name}", a => a.Is("name", "right"));
        }, cancel: end.Token);
        steps[0].Outcome.ShouldBe(SmokeOutcome.Ok);
        steps[2].Outcome.ShouldBe(SmokeOutcome.NotReached);
        steps[2].Failure.ShouldBe("not reached: time is up");
    }

    private static async Task<IReadOnlyList<SmokeStep>> WalkAsync(
        SmokeSettings how, Func<HttpRequestMessage, (int Status, string Body)> answer, Func<SmokeWalk, Task> walk, TimeProvider? clock = null, CancellationToken cancel = default)
    {
        using var handler = new Answers(answer);
        return await SmokeRunner.WalkAsync(new Made(walk), new ProofRun(One, 1, clock ?? TimeProvider.System), how, handler, cancel);
    }

    private sealed class Made(Func<SmokeWalk, Task> walk) : ISmokePath
    {
        public string Name => "made";

        public bool ReadOnly => true;

        public Task WalkAsync(SmokeWalk into, CancellationToken cancel) => walk(into);
    }

    private sealed class Answers(Func<HttpRequestMessage, (int Status, string Body)> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var (status, body) = answer(request);
            return Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
        }
    }
}
