using System.Net;
using System.Net.Http.Headers;
using System.Text;

using Mainstreet.Foundation.Proving;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Proving;

[Trait("kind", "unit")]
public sealed class ProofClientTests
{
    private static readonly Uri[] Replicas = [new("http://one.test"), new("http://two.test")];
    private readonly History _history = new();
    private readonly ProofRun _run = new(Replicas, 1, TimeProvider.System);

    [Fact]
    public async Task A_lost_connection_is_unknown_and_tried_at_the_next_replica()
    {
        var answers = new Script(_ => throw new HttpRequestException(HttpRequestError.ConnectionError), _ => Json(200, """{"status":"accepted","version":4}"""));
        var answer = await SendAsync(answers, new ProofCall("accept", HttpMethod.Post, "/x") { Keep = ["status", "version"] });

        answer.Status.ShouldBe(200);
        answer.Retried.ShouldBeTrue();
        answers.Hosts.ShouldBe(["one.test", "two.test"]);
        var (first, second) = (_history.Snapshot()[0], _history.Snapshot()[1]);
        first.IsUnknown.ShouldBeTrue();
        first.Status.ShouldBe(0);
        first.Call.ShouldBe(second.Call);
        second.Fact("status").ShouldBe("accepted");
        second.Fact("version").ShouldBe("4");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task A_5xx_is_tried_again_and_stays_on_the_record(int status)
    {
        var answer = await SendAsync(new Script(_ => Json(status, """{"code":"x"}""", retryAfter: 0), _ => Json(200, "{}")), new ProofCall("accept", HttpMethod.Post, "/x"));
        answer.Status.ShouldBe(200);
        _history.Snapshot().Select(o => o.Status).ShouldBe([status, 200]);
        _history.Snapshot()[0].RetryAfter.ShouldBe(0);
    }

    [Fact]
    public async Task A_409_in_progress_is_unknown_and_waited_for()
    {
        var answer = await SendAsync(new Script(_ => Json(409, """{"code":"in_progress"}"""), _ => Json(201, "{}")), new ProofCall("create", HttpMethod.Post, "/x") { Once = true });
        answer.Status.ShouldBe(201);
        _history.Snapshot()[0].IsUnknown.ShouldBeTrue();
    }

    [Fact]
    public async Task A_429_waits_as_told_and_is_no_unknown_outcome()
    {
        var before = TimeProvider.System.GetTimestamp();
        var answer = await SendAsync(new Script(_ => Json(429, "{}", retryAfter: 1), _ => Json(200, "{}")), new ProofCall("get", HttpMethod.Get, "/x"));
        answer.Status.ShouldBe(200);
        TimeProvider.System.GetElapsedTime(before).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(900));
        _history.Snapshot()[0].IsThrottled.ShouldBeTrue();
        _history.Snapshot()[0].IsUnknown.ShouldBeFalse();
    }

    [Fact]
    public async Task A_refusal_of_an_overloaded_server_is_known_to_have_done_nothing_and_asked_again()
    {
        var answer = await SendAsync(new Script(_ => Json(503, """{"code":"overloaded"}""", retryAfter: 1), _ => Json(200, "{}")), new ProofCall("get", HttpMethod.Get, "/x"));
        answer.Status.ShouldBe(200);
        _history.Snapshot()[0].IsThrottled.ShouldBeTrue();
        _history.Snapshot()[0].IsUnknown.ShouldBeFalse();
    }

    [Fact]
    public async Task Other_refusals_are_answers()
    {
        var answer = await SendAsync(new Script(_ => Json(409, """{"code":"ticket_already_taken"}""")), new ProofCall("accept", HttpMethod.Post, "/x"));
        (answer.Status, answer.Code, answer.Ok).ShouldBe((409, "ticket_already_taken", false));
        Should.Throw<ProofException>(() => answer.Require()).Message.ShouldContain("ticket_already_taken");
    }

    [Fact]
    public async Task All_attempts_of_a_call_that_acts_once_carry_one_key()
    {
        var script = new Script(_ => throw new IOException(), _ => Json(200, "{}"));
        await SendAsync(script, new ProofCall("cancel", HttpMethod.Post, "/x") { Once = true });
        script.Keys.Count.ShouldBe(2);
        script.Keys.Distinct().ShouldHaveSingleItem().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task When_patience_ends_the_outcome_stays_unknown()
    {
        using var client = new ProofClient(_run, _history, new Script(_ => throw new IOException())) { Patience = TimeSpan.FromSeconds(2) };
        var answer = await client.SendAsync(new ProofCall("accept", HttpMethod.Post, "/x"), TestContext.Current.CancellationToken);
        answer.Status.ShouldBe(0);
        _history.Snapshot().Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task A_record_reads_back_as_it_was_written()
    {
        await SendAsync(new Script(_ => Json(503, "{}", retryAfter: 1), _ => Json(200, """{"status":"accepted"}""")), new ProofCall("accept", HttpMethod.Post, "/x") { Key = "k", Keep = ["status"] });
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7()}.jsonl");
        try
        {
            await History.WriteAsync(_history.Snapshot(), path, TestContext.Current.CancellationToken);
            var read = (await History.ReadAsync(path, TestContext.Current.CancellationToken)).Snapshot();
            read.Select(o => o.ToString()).ShouldBe(_history.Snapshot().Select(o => o.ToString()));
            read[0].RetryAfter.ShouldBe(1);
            read[1].Fact("status").ShouldBe("accepted");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task<ProofAnswer> SendAsync(Script script, ProofCall call)
    {
        using var client = new ProofClient(_run, _history, script);
        return await client.SendAsync(call, TestContext.Current.CancellationToken);
    }

    private static HttpResponseMessage Json(int status, string body, int? retryAfter = null)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (retryAfter is { } seconds) response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
        return response;
    }

    /// <summary>Answers in order; the last answer for ever.</summary>
    private sealed class Script(params Func<HttpRequestMessage, HttpResponseMessage>[] answers) : HttpMessageHandler
    {
        private int _next;

        internal List<string> Hosts { get; } = [];

        internal List<string> Keys { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Hosts.Add(request.RequestUri!.Host);
            if (request.Headers.TryGetValues("Idempotency-Key", out var keys)) Keys.AddRange(keys);
            return Task.FromResult(answers[Math.Min(_next++, answers.Length - 1)](request));
        }
    }
}
