using System.Collections.Concurrent;

using Mainstreet.Foundation.Observability;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Observability;

[Trait("kind", "unit")]
public sealed class RequestObservationTests
{
    [Theory]
    [InlineData("abc-1.2_Z", true)]
    [InlineData("", false)]
    [InlineData("has space", false)]
    [InlineData("quote\"", false)]
    [InlineData("ümlaut", false)]
    [InlineData("line\nbreak", false)]
    public void Only_sane_ids_are_kept(string id, bool sane)
    {
        RequestObservation.IsSane(id).ShouldBe(sane);
        RequestObservation.IsSane(new string('a', 64)).ShouldBeTrue();
        RequestObservation.IsSane(new string('a', 65)).ShouldBeFalse();
    }

    [Fact]
    public async Task The_id_comes_back_on_success_and_on_failure_and_is_in_every_log_line()
    {
        var log = new Recorder();
        await using var app = await StartAsync(log, 60_000);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        foreach (var path in new[] { "/fine", "/boom" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("X-Request-Id", "mine.1");
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            answer.Headers.GetValues("X-Request-Id").ShouldHaveSingleItem().ShouldBe("mine.1");
        }

        using var made = await http.GetAsync("/fine", TestContext.Current.CancellationToken);
        made.Headers.GetValues("X-Request-Id").ShouldHaveSingleItem().Length.ShouldBe(32);
        log.Lines.Where(l => l.Message == "inside").Select(l => l.RequestId).ShouldContain("mine.1");
    }

    [Fact]
    public async Task A_slow_request_is_logged_with_its_route_and_no_ids()
    {
        var log = new Recorder();
        await using var app = await StartAsync(log, 1);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        await http.GetAsync("/slow/secret-id", TestContext.Current.CancellationToken);
        await http.GetAsync("/stream/secret-id", TestContext.Current.CancellationToken);
        var line = log.Lines.Where(l => l.Id == 1122).ShouldHaveSingleItem();
        line.Message.ShouldStartWith("Slow request: GET /slow/{id} answered 200 after ");
        line.Message.ShouldNotContain("secret-id");
    }

    private static async Task<WebApplication> StartAsync(Recorder log, int slowMilliseconds)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<RequestOptions>(o => o.SlowMilliseconds = slowMilliseconds);
        builder.Services.AddProblemDetails();
        var app = builder.Build();
        app.UseRequestObservation();
        app.UseExceptionHandler();
        app.UseRouting();
        app.MapGet("/fine", (ILoggerFactory logs) =>
        {
#pragma warning disable CA1848, CA2254 // One line in a test.
            logs.CreateLogger("Test").LogInformation("inside");
#pragma warning restore CA1848, CA2254
        });
        app.MapGet("/boom", string () => throw new InvalidOperationException("boom"));
        app.MapGet("/slow/{id}", async (string id, CancellationToken cancel) =>
        {
            await Task.Delay(50, cancel);
            return id.Length;
        });
        app.MapGet("/stream/{id}", async (string id, HttpContext context, CancellationToken cancel) =>
        {
            context.Response.ContentType = "text/event-stream";
            await Task.Delay(50, cancel);
            await context.Response.WriteAsync($": {id.Length}\n\n", cancel);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private sealed record Line(int Id, string Message, string? RequestId);

    private sealed class Recorder : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        internal ConcurrentQueue<Line> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Writer(this);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose()
        {
        }

        private sealed class Writer(Recorder owner) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => owner._scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                string? id = null;
                owner._scopes.ForEachScope((scope, _) =>
                {
                    if (scope is not IEnumerable<KeyValuePair<string, object?>> pairs) return;
                    foreach (var (key, value) in pairs)
                    {
                        if (key == "RequestId") id = value?.ToString();
                    }
                }, state);
                owner.Lines.Enqueue(new Line(eventId.Id, formatter(state, exception), id));
            }
        }
    }
}
