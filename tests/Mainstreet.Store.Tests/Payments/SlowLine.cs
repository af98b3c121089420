using System.Net.Http.Headers;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Store.Tests.Payments;

/// <summary>Hands requests that change something on to a provider after a while of its own for each path, and the rest at once.</summary>
internal sealed class SlowLine : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();

    private SlowLine(WebApplication app) => _app = app;

    /// <summary>Where the provider is.</summary>
    internal Uri To { get; set; } = new("http://127.0.0.1:9");

    internal string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    internal static async Task<SlowLine> StartAsync(Func<string, TimeSpan> wait)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var line = new SlowLine(builder.Build());
        line._app.Run(context => line.HandOnAsync(context, wait));
        await line._app.StartAsync();
        return line;
    }

    private async Task HandOnAsync(HttpContext context, Func<string, TimeSpan> wait)
    {
        var cancel = context.RequestAborted;
        if (!HttpMethods.IsGet(context.Request.Method)) await Task.Delay(wait(context.Request.Path), TimeProvider.System, cancel);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"{To.AbsoluteUri}{context.Request.Path}{context.Request.QueryString}");
        request.Headers.TryAddWithoutValidation("Authorization", context.Request.Headers.Authorization.ToString());
        if (context.Request.ContentType is { } type)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        using var answer = await _http.SendAsync(request, cancel);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(context.Response.Body, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }
}
