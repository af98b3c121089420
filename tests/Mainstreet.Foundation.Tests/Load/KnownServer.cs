using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Tests.Load;

/// <summary>A real Kestrel whose answers are the test's: it counts what came.</summary>
internal sealed class KnownServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _asked;

    private KnownServer(WebApplication app) => _app = app;

    /// <summary>Requests that came, without <c>/health</c> and <c>/metrics</c>.</summary>
    internal int Asked => Volatile.Read(ref _asked);

    internal Uri Address { get; private set; } = null!;

    /// <param name="answer">Answers the request with a number, 1 for the first.</param>
    /// <param name="metrics">Text of <c>/metrics</c>.</param>
    internal static async Task<KnownServer> StartAsync(Func<int, HttpContext, Task> answer, string metrics = "")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new KnownServer(app);
        app.Run(context => context.Request.Path.Value switch
        {
            "/health" => context.Response.WriteAsJsonAsync(new { status = "up" }),
            "/metrics" => context.Response.WriteAsync(metrics),
            _ => answer(Interlocked.Increment(ref server._asked), context),
        });
        await app.StartAsync();
        server.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
