using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

using Mainstreet.Foundation.Outbound;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Outbound;

[Trait("kind", "unit")]
public sealed class OutboundPipelineTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<OutboundMetrics>().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task An_answer_comes_back_whole()
    {
        await using var partner = await Partner.StartAsync(200, new string('x', 200_000));
        using var pipeline = Make(partner);
        var answer = await pipeline.SendAsync(Post, repeatable: false, CancellationToken.None);
        answer.ShouldSatisfyAllConditions(a => a.Ok.ShouldBeTrue(), a => a.StatusCode.ShouldBe(200), a => a.Attempts.ShouldBe(1), a => a.Body.Length.ShouldBe(200_000));
        partner.Requests.TryDequeue(out var asked).ShouldBeTrue();
        asked!.Path.ShouldBe("/v1/charges");
        Encoding.UTF8.GetString(asked.Body).ShouldBe("{\"amount\":1}");
        asked.Headers.ContentType.ToString().ShouldBe("application/json");
        asked.Headers.ContentLength.ShouldBe(12);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_no_answer()
    {
        await using var partner = await Partner.StartAsync(200, new string('x', 5_000));
        using var pipeline = Make(partner, o => o.MaxAnswerBytes = 4_096);
        (await pipeline.SendAsync(Post, repeatable: false, CancellationToken.None)).Outcome.ShouldBe(SendOutcome.Unknown);
    }

    [Fact]
    public async Task A_refusal_is_not_repeated_and_keeps_its_body()
    {
        await using var partner = await Partner.StartAsync(402, """{"code":"card_declined"}""");
        using var pipeline = Make(partner);
        var answer = await pipeline.SendAsync(Post, repeatable: true, CancellationToken.None);
        answer.ShouldSatisfyAllConditions(
            a => a.Outcome.ShouldBe(SendOutcome.Rejected), a => a.Error.ShouldBe("answered 402 (code card_declined)"), a => a.Attempts.ShouldBe(1),
            a => Encoding.UTF8.GetString(a.Body.Span).ShouldBe("""{"code":"card_declined"}"""));
    }

    [Theory]
    [InlineData(503, false, 3, SendOutcome.Accepted)]
    [InlineData(500, true, 3, SendOutcome.Accepted)]
    [InlineData(500, false, 1, SendOutcome.Unknown)]
    public async Task What_failed_is_repeated_only_when_that_does_no_harm(int status, bool repeatable, int attempts, SendOutcome outcome)
    {
        var calls = 0;
        await using var partner = await Partner.StartAsync(context =>
        {
            context.Response.StatusCode = ++calls < 3 ? status : 200;
            return Task.CompletedTask;
        });
        using var pipeline = Make(partner);
        var answer = await pipeline.SendAsync(Post, repeatable, CancellationToken.None);
        answer.Outcome.ShouldBe(outcome);
        answer.Attempts.ShouldBe(attempts);
        calls.ShouldBe(attempts);
    }

    [Fact]
    public async Task After_an_unknown_attempt_the_call_stays_unknown_unless_one_succeeds_or_is_refused()
    {
        var calls = 0;
        await using var partner = await Partner.StartAsync(context =>
        {
            context.Response.StatusCode = ++calls == 1 ? 500 : 503;
            return Task.CompletedTask;
        });
        using var pipeline = Make(partner);
        var answer = await pipeline.SendAsync(Post, repeatable: true, CancellationToken.None);
        (answer.Outcome, answer.StatusCode, answer.Attempts).ShouldBe((SendOutcome.Unknown, 503, 4));
    }

    [Fact]
    public async Task Retry_After_is_kept_and_a_wait_beyond_the_deadline_is_not_begun()
    {
        var times = new List<long>();
        await using var partner = await Partner.StartAsync(context =>
        {
            lock (times) times.Add(Stopwatch.GetTimestamp());
            context.Response.StatusCode = times.Count == 1 ? 429 : 503;
            context.Response.Headers.RetryAfter = times.Count == 1 ? "1" : "60";
            return Task.CompletedTask;
        });
        using var pipeline = Make(partner);
        var took = Stopwatch.StartNew();
        var answer = await pipeline.SendAsync(Post, repeatable: true, CancellationToken.None);
        (answer.Outcome, answer.Attempts).ShouldBe((SendOutcome.Retry, 2));
        answer.NotBefore.ShouldNotBeNull().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddSeconds(50));
        Stopwatch.GetElapsedTime(times[0], times[1]).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.95));
        took.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        pipeline.ClosedUntil.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_deadline_bounds_all_attempts_together()
    {
        await using var partner = await Partner.StartAsync(context => Task.Delay(-1, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        using var pipeline = Make(partner, o => (o.TimeoutSeconds, o.DeadlineSeconds, o.Attempts) = (1, 6, 100));
        var took = Stopwatch.StartNew();
        var answer = await pipeline.SendAsync(Post, repeatable: true, CancellationToken.None);
        answer.Outcome.ShouldBe(SendOutcome.Unknown);
        answer.Attempts.ShouldBeInRange(2, 7);
        took.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task While_the_breaker_is_open_the_call_fails_at_once()
    {
        await using var partner = await Partner.StartAsync(503);
        using var pipeline = Make(partner, o => o.Breaker = new() { MinimumCalls = 2, WindowSeconds = 60, BreakSeconds = 30 });
        (await pipeline.SendAsync(Post, repeatable: true, CancellationToken.None)).Attempts.ShouldBe(2);
        var answer = await pipeline.SendAsync(Post, repeatable: true, CancellationToken.None);
        (answer.Outcome, answer.Attempts, answer.Error).ShouldBe((SendOutcome.NotTried, 0, "the breaker is open"));
        partner.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_refused_connection_without_a_body_can_be_tried_again()
    {
        using var pipeline = Make(null, o => o.Url = $"http://127.0.0.1:{ClosedPort.Number}");
        (await pipeline.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "/"), repeatable: false, CancellationToken.None)).Outcome.ShouldBe(SendOutcome.Retry);
    }

    private static HttpRequestMessage Post() => new(HttpMethod.Post, "/v1/charges")
    {
        Content = new StringContent("{\"amount\":1}", new MediaTypeHeaderValue("application/json")),
    };

    private OutboundPipeline Make(Partner? partner, Action<OutboundOptions>? change = null)
    {
        var options = new OutboundOptions { Url = partner?.Url.ToString(), FirstRetryMilliseconds = 10, LongestRetryMilliseconds = 50, DeadlineSeconds = 10 };
        change?.Invoke(options);
        return new OutboundPipeline("test/partner", options, _services.GetRequiredService<OutboundMetrics>(), TimeProvider.System, NullLoggerFactory.Instance);
    }
}
