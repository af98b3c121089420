using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Overload;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Overload;

/// <summary>The program with four places, all taken by requests whose bodies do not arrive.</summary>
public sealed class OverloadProtectionTests
{
    private const int Places = 4;

    private static readonly Dictionary<string, string?> FourPlaces = new()
    {
        ["Overload:Enabled"] = "true", ["Overload:LeastInFlight"] = "4", ["Overload:MostInFlight"] = "4", ["Overload:RetryAfterSeconds"] = "7",
    };

    [Theory, EachEngine(Engine.Sqlite)]
    [Trait("kind", "db")]
    public async Task A_full_server_refuses_at_once_says_when_to_come_back_and_still_answers_health(Engine engine)
    {
        // A held request sends nothing more: Kestrel would answer it with 408 after some five seconds, and give its place away.
        await using var app = await TestApp.StartAsync(engine, FourPlaces, with: s => s.Configure<KestrelServerOptions>(k => k.Limits.MinRequestBodyDataRate = null));
        var admission = app.Host.Services.GetRequiredService<Admission>();
        var held = new List<Socket>();
        try
        {
            for (var i = 0; i < Places; i++) held.Add(await HoldAsync(app.Address));
            await UntilAsync(() => admission.InFlight == Places);

            foreach (var path in new[] { "/v1/products", "/", "/v1/businesses" })
            {
                using var refused = await app.Http.GetAsync(path, TestContext.Current.CancellationToken);
                refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
                refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
                refused.Headers.Contains("X-Request-Id").ShouldBeTrue();
                refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
                var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
                problem.GetProperty("code").GetString().ShouldBe("overloaded");
                problem.GetProperty("status").GetInt32().ShouldBe(503);
                problem.GetProperty("type").GetString().ShouldBe("urn:mainstreet:problem:overloaded");
                problem.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
            }

            using (var head = await app.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"), TestContext.Current.CancellationToken)) head.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            using (var named = new HttpRequestMessage(HttpMethod.Post, "/v1/auth/login") { Content = new StringContent(new string(' ', 100_000)), Headers = { { "X-Request-Id", "mine-1" } } })
            using (var refused = await app.Http.SendAsync(named, TestContext.Current.CancellationToken))
            {
                refused.Headers.GetValues("X-Request-Id").ShouldHaveSingleItem().ShouldBe("mine-1");
                (await refused.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("traceId").GetString().ShouldBe("mine-1");
            }

            foreach (var path in new[] { "/health/live", "/health/ready", "/health" })
            {
                using var health = await app.Http.GetAsync(path, TestContext.Current.CancellationToken);
                health.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            }

            var metrics = await app.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
            Value(metrics, "mainstreet_overload_in_flight").ShouldBe(Places);
            Value(metrics, "mainstreet_overload_limit").ShouldBe(Places);
            Value(metrics, "mainstreet_overload_refused_total{mainstreet_overload_kind=\"read\"}").ShouldBe(2);
            Value(metrics, "mainstreet_overload_refused_total{mainstreet_overload_kind=\"page\"}").ShouldBe(2);
            Value(metrics, "mainstreet_overload_refused_total{mainstreet_overload_kind=\"write\"}").ShouldBe(1);
            // The host never hears of them; the objective of availability does.
            Value(metrics, "http_requests_total{method=\"GET\",route=\"unmatched\",status_code=\"503\"}").ShouldBe(3);
        }
        finally
        {
            // Cut off, not answered: their places come back all the same.
            foreach (var socket in held) socket.Close(0);
        }

        await UntilAsync(() => admission.InFlight == 0);
        using var after = await app.Http.GetAsync("/v1/businesses", TestContext.Current.CancellationToken);
        after.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory, EachEngine(Engine.Sqlite)]
    [Trait("kind", "db")]
    public async Task Switched_off_it_refuses_nobody(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, new Dictionary<string, string?>(FourPlaces) { ["Overload:Enabled"] = "false" });
        var held = new List<Socket>();
        try
        {
            for (var i = 0; i < 2 * Places; i++) held.Add(await HoldAsync(app.Address));
            using var answer = await app.Http.GetAsync("/v1/businesses", TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
        finally
        {
            foreach (var socket in held) socket.Close(0);
        }
    }

    [Theory]
    [Trait("kind", "unit")]
    [InlineData("GET", "/health/ready", null)]
    [InlineData("GET", "/metrics", null)]
    [InlineData("GET", "/live", null)]
    [InlineData("GET", "/v1/live/stream", null)]
    [InlineData("GET", "/healthy", "Page")]
    [InlineData("GET", "/v1/tickets", "Read")]
    [InlineData("HEAD", "/v1/tickets", "Read")]
    [InlineData("POST", "/v1/tickets", "Write")]
    [InlineData("DELETE", "/v1/tickets/1", "Write")]
    [InlineData("GET", "/trades", "Page")]
    [InlineData("POST", "/report", "Write")]
    public void Kinds_are_told_by_method_and_path(string method, string path, string? kind)
    {
        var urgency = OverloadProtection.UrgencyOf(new HttpRequestFeature { Method = method, Path = path });
        urgency?.ToString().ShouldBe(kind);
        (urgency is null).ShouldBe(kind is null);
    }

    [Fact]
    [Trait("kind", "unit")]
    public void A_place_is_given_back_once_however_often_it_is_left()
    {
        var admission = new Admission(new OverloadOptions());
        admission.TryEnter(Urgency.Read).ShouldBeTrue();
        admission.TryEnter(Urgency.Read).ShouldBeTrue();
        var permit = new Permit(admission, Urgency.Read, TimeProvider.System);
        permit.LeaveEarly();
        permit.Dispose();
        permit.Dispose();
        admission.InFlight.ShouldBe(1);
    }

    /// <summary>Begins a request and does not end it.</summary>
    private static async Task<Socket> HoldAsync(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /v1/auth/login HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{"));
        return socket;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (!holds()) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }

    private static double Value(string metrics, string series) =>
        double.Parse(metrics.Split('\n').Single(l => l.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..], CultureInfo.InvariantCulture);
}
