using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Tests.Observability;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Outbound;

/// <summary>When a provider is left alone, and when it is asked again.</summary>
[Trait("kind", "unit")]
public sealed class CircuitTests
{
    [Fact]
    public async Task The_breaker_opens_soon_after_an_outage_spares_attempts_and_closes_when_the_provider_is_back()
    {
        var port = 0;
        Senders senders;
        await using (var partner = await Partner.StartAsync(200))
        {
            port = partner.Url.Port;
            senders = new Senders(new ProviderOptions { Url = partner.Url.ToString(), Breaker = new() { BreakSeconds = 10 } });
            for (var i = 0; i < 200; i++) (await senders.SendAsync()).Outcome.ShouldBe(SendOutcome.Accepted);
        }

        using var disposed = senders;
        var outage = Stopwatch.StartNew();
        while (senders.First.ClosedUntil is null)
        {
            var result = await senders.SendAsync();
            if (result.Outcome != SendOutcome.NotTried) result.Outcome.ShouldBe(SendOutcome.Retry);
        }

        // A second, and what a busy machine adds.
        outage.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        senders.Circuit.Position.ShouldBe(CircuitPosition.Open);
        var calls = senders.Circuit.Calls;
        for (var i = 0; i < 1_000; i++)
        {
            var result = await senders.SendAsync();
            result.Outcome.ShouldBe(SendOutcome.NotTried);
            result.Error.ShouldBe("the breaker is open");
            result.NotBefore.ShouldNotBeNull().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(10.1));
        }

        senders.Circuit.Calls.ShouldBe(calls);

        await using var back = await Partner.StartAsync(async context =>
        {
            // Time for others to try while the probe is under way.
            await Task.Delay(2_000, context.RequestAborted);
        }, port);
        await UntilAsync(() => senders.First.ClosedUntil is null);
        var asked = DateTimeOffset.UtcNow;
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => senders.SendAsync()));
        results.Count(r => r.Outcome == SendOutcome.Accepted).ShouldBe(1, "one probe");
        results.Where(r => r.Outcome == SendOutcome.NotTried).ShouldAllBe(r => r.NotBefore > asked.AddSeconds(-1));
        senders.Circuit.Position.ShouldBe(CircuitPosition.Closed);
        (await senders.SendAsync()).Outcome.ShouldBe(SendOutcome.Accepted);
        senders.Log.Lines.Where(l => l.Id is 1400 or 1401).Select(l => l.Id).ShouldBe([1400, 1401]);
    }

    [Fact]
    public async Task Breaks_double_up_to_the_longest_while_probes_fail()
    {
        using var senders = new Senders(new ProviderOptions
        {
            Url = $"http://127.0.0.1:{ClosedPort.Number}", Breaker = new() { MinimumCalls = 2, BreakSeconds = 0.1, LongestBreakSeconds = 0.3 },
        });
        var seconds = new List<double>();
        while (seconds.Count < 4)
        {
            await senders.SendAsync();
            seconds = [.. senders.Log.Lines.Where(l => l.Id == 1400).Select(l => double.Parse(l.Text.Split(" for ")[1].Split(' ')[0], CultureInfo.InvariantCulture))];
        }

        seconds.ShouldBe([0.1, 0.2, 0.3, 0.3]);
    }

    [Fact]
    public async Task Rejections_and_429_do_not_open_it()
    {
        var status = 400;
        await using var partner = await Partner.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            if (status == 429) context.Response.Headers.RetryAfter = "0";
            return Task.CompletedTask;
        });
        using var senders = new Senders(new ProviderOptions { Url = partner.Url.ToString() });
        for (var i = 0; i < 50; i++)
        {
            status = i % 2 == 0 ? 400 : 429;
            (await senders.SendAsync()).Outcome.ShouldBe(i % 2 == 0 ? SendOutcome.Rejected : SendOutcome.Retry);
        }

        senders.Circuit.Calls.ShouldBe((0, 50));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Retry_After_closes_the_provider_until_then(int status)
    {
        var busy = true;
        await using var partner = await Partner.StartAsync(context =>
        {
            if (!busy) return Task.CompletedTask;
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = status == 429 ? "5" : DateTimeOffset.UtcNow.AddSeconds(6).ToString("r", CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        using var senders = new Senders(new ProviderOptions { Url = partner.Url.ToString() });
        var asked = await senders.SendAsync();
        asked.Outcome.ShouldBe(SendOutcome.Retry);
        var until = asked.NotBefore.ShouldNotBeNull();
        senders.First.ClosedUntil.ShouldNotBeNull().ShouldBe(until, TimeSpan.FromMilliseconds(50));
        busy = false;
        var spared = await senders.SendAsync();
        spared.Outcome.ShouldBe(SendOutcome.NotTried);
        spared.Error.ShouldBe("the provider asked for a pause");
        spared.NotBefore.ShouldNotBeNull().ShouldBe(until, TimeSpan.FromMilliseconds(50));
        await UntilAsync(() => senders.First.ClosedUntil is null);
        DateTimeOffset.UtcNow.ShouldBeGreaterThan(until.AddMilliseconds(-50));
        (await senders.SendAsync()).Outcome.ShouldBe(SendOutcome.Accepted);
        partner.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Beyond_the_rate_nothing_is_tried_and_nothing_waits()
    {
        await using var partner = await Partner.StartAsync(200);
        using var senders = new Senders(new ProviderOptions { Url = partner.Url.ToString(), RatePerSecond = 5 });
        var (accepted, spared) = (0, 0);
        var took = Stopwatch.StartNew();
        while (took.Elapsed < TimeSpan.FromSeconds(2))
        {
            var result = await senders.SendAsync();
            if (result.Outcome == SendOutcome.Accepted)
            {
                accepted++;
                continue;
            }

            result.Outcome.ShouldBe(SendOutcome.NotTried);
            result.Error.ShouldBe("the rate limit is used up");
            result.NotBefore.ShouldNotBeNull().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddSeconds(-1));
            spared++;
            await Task.Delay(5);
        }

        accepted.ShouldBeInRange(1, 5 * ((int)took.Elapsed.TotalSeconds + 1) + 5, "5 a second, and the first sip");
        spared.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_probe_that_the_caller_gave_up_does_not_close_it()
    {
        var circuit = new Circuit("test", new BreakerOptions { MinimumCalls = 2, BreakSeconds = 0.1 }, TimeProvider.System, NullLogger.Instance);
        for (var i = 0; i < 2; i++)
            await circuit.RunAsync((_, _) => new(new Attempt(new SendResult(SendOutcome.Unknown), Failed: true)), 0, CancellationToken.None);
        circuit.Position.ShouldBe(CircuitPosition.Open);
        await UntilAsync(() => circuit.ClosedUntil is null);
        await Should.ThrowAsync<OperationCanceledException>(async () =>
            await circuit.RunAsync((_, _) => throw new OperationCanceledException(), 0, CancellationToken.None));
        circuit.Position.ShouldBe(CircuitPosition.Open);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_keeps_nothing_closed()
    {
        var clock = new SettableClock();
        var circuit = new Circuit("test", new BreakerOptions { MinimumCalls = 2, BreakSeconds = 3 }, clock, NullLogger.Instance);
        for (var i = 0; i < 2; i++)
            await circuit.RunAsync((_, _) => new(new Attempt(new SendResult(SendOutcome.Unknown), Failed: true)), 0, CancellationToken.None);
        clock.Offset = TimeSpan.FromHours(-1);
        circuit.ClosedUntil.ShouldNotBeNull().ShouldBe(clock.GetUtcNow(), TimeSpan.FromSeconds(3.1));
        var took = Stopwatch.StartNew();
        await UntilAsync(() => circuit.ClosedUntil is null);
        took.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        (await circuit.RunAsync((_, _) => new(new Attempt(new SendResult(SendOutcome.Accepted))), 0, CancellationToken.None)).Result.Outcome.ShouldBe(SendOutcome.Accepted);
        circuit.Position.ShouldBe(CircuitPosition.Closed);
    }

    [Fact]
    public async Task Metrics_and_health_tell_the_state_from_the_start()
    {
        await using var partner = await Partner.StartAsync(200);
        using var senders = new Senders(
            new ProviderOptions { Url = partner.Url.ToString() }, new ProviderOptions { Url = $"http://127.0.0.1:{ClosedPort.Number}", Name = "spare", Breaker = new() { WindowSeconds = 60, BreakSeconds = 60 } });
        using var registry = new MetricsRegistry(Options.Create(new MetricsOptions()), senders.Services.GetRequiredService<IMeterFactory>(), [], NullLogger<MetricsRegistry>.Instance);
        await registry.StartAsync(CancellationToken.None);
        double Value(string name, string service, string? outcome = null) => PrometheusText.Parse(registry.Write())[name].Samples
            .Single(s => s.Labels["service"] == service && (outcome is null || s.Labels["outcome"] == outcome)).Value;

        Value("circuit_breaker_state", "test/webhook1").ShouldBe(0);
        Value("circuit_breaker_failures_total", "test/spare").ShouldBe(0);
        Value("mainstreet_outbound_requests_total", "test/spare", "rejected").ShouldBe(0);
        var health = new ProvidersHealth(senders.Metrics);
        (await health.CheckAsync(CancellationToken.None)).State.ShouldBe(HealthState.Up);

        await senders.SendAsync();
        while (senders.Providers.Find("spare")!.ClosedUntil is null) await senders.Providers.Find("spare")!.SendAsync(Senders.Message(), CancellationToken.None);
        await senders.Providers.Find("spare")!.SendAsync(Senders.Message(), CancellationToken.None);
        Value("circuit_breaker_state", "test/webhook1").ShouldBe(0);
        Value("circuit_breaker_state", "test/spare").ShouldBe(1);
        Value("circuit_breaker_successes_total", "test/webhook1").ShouldBe(1);
        Value("circuit_breaker_failures_total", "test/spare").ShouldBe(5);
        Value("mainstreet_outbound_requests_total", "test/webhook1", "accepted").ShouldBe(1);
        Value("mainstreet_outbound_requests_total", "test/spare", "retry").ShouldBe(5);
        Value("mainstreet_outbound_requests_total", "test/spare", "not_tried").ShouldBe(1);
        Value("mainstreet_outbound_in_flight", "test/spare").ShouldBe(0);
        PrometheusText.Parse(registry.Write())["mainstreet_outbound_duration_seconds"].Samples.ShouldContain(s => s.Name.EndsWith("_count", StringComparison.Ordinal) && s.Value == 1);
        var degraded = await health.CheckAsync(CancellationToken.None);
        degraded.State.ShouldBe(HealthState.Degraded);
        degraded.Message.ShouldBe("test/spare: the breaker is open, last failure: cannot connect (ConnectionRefused)");
        JsonSerializer.Serialize(degraded.Figures).ShouldContain("\"breaker\":\"open\"");
    }

    private static async Task UntilAsync(Func<bool> so)
    {
        var took = Stopwatch.StartNew();
        while (!so())
        {
            took.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            await Task.Delay(5);
        }
    }

    private sealed class SettableClock : TimeProvider
    {
        internal TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
    }
}
