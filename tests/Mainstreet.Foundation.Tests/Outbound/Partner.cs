using System.Collections.Concurrent;
using System.Net;

using Mainstreet.Foundation.Outbound;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Tests.Outbound;

/// <summary>An outside service on a loopback port: answers as the test says and keeps what it was asked.</summary>
internal sealed class Partner : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Partner(WebApplication app) => _app = app;

    internal sealed record Asked(string Method, string Path, IHeaderDictionary Headers, byte[] Body);

    internal Uri Url { get; private set; } = null!;

    internal ConcurrentQueue<Asked> Requests { get; } = new();

    internal static async Task<Partner> StartAsync(Func<HttpContext, Task> answer, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        var partner = new Partner(app);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            partner.Requests.Enqueue(new Asked(context.Request.Method, context.Request.Path + context.Request.QueryString,
                new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value)), body.ToArray()));
            await answer(context);
        });
        await app.StartAsync();
        partner.Url = new Uri(app.Urls.First());
        return partner;
    }

    internal static Task<Partner> StartAsync(int status, string? body = null, params (string Name, string Value)[] headers) => StartAsync(async context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        if (body is not null) await context.Response.WriteAsync(body);
    });

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>Providers as a module gets them, with what they log and measure.</summary>
internal sealed class Senders : IDisposable
{
    private readonly ServiceProvider _services;

    internal Senders(params ProviderOptions[] options)
    {
        _services = new ServiceCollection().AddMetrics().AddSingleton<OutboundMetrics>()
            .AddLogging(l => l.SetMinimumLevel(LogLevel.Trace).AddProvider(Log)).BuildServiceProvider();
        Metrics = _services.GetRequiredService<OutboundMetrics>();
        var list = new ProviderList();
        list.AddRange(options);
        Providers = new Providers("Test:Providers", list, true, Metrics, TimeProvider.System, _services.GetRequiredService<ILoggerFactory>());
    }

    internal LogLines Log { get; } = new();

    internal OutboundMetrics Metrics { get; }

    internal Providers Providers { get; }

    internal IProvider First => Providers.All[0];

    internal Circuit Circuit => Metrics.Circuits.First();

    internal IServiceProvider Services => _services;

    internal static OutboundMessage Message(string key = "ms-1", string? to = null, string? subject = "Hello", string text = "Happy birthday") => new(key, to, subject, text);

    internal Task<SendResult> SendAsync(OutboundMessage? message = null) => First.SendAsync(message ?? Message(), CancellationToken.None);

    public void Dispose()
    {
        Providers.Dispose();
        _services.Dispose();
    }
}

internal sealed class LogLines : ILoggerProvider, ILogger
{
    internal ConcurrentQueue<(LogLevel Level, int Id, string Text)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, eventId.Id, formatter(state, exception) + exception));

    public void Dispose()
    {
    }
}
