using System.Net;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Deployments;

/// <summary>The whole program, publishing sites on a port of its own.</summary>
public sealed class SiteApps : IAsyncLifetime
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<Engine, TestApp> _apps = [];

    /// <summary>Without a redirect, a cookie or a word of its own.</summary>
    internal HttpClient Browser { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public async Task<TestApp> OnAsync(Engine engine)
    {
        await _gate.WaitAsync();
        try
        {
            if (!_apps.TryGetValue(engine, out var app))
            {
                _apps[engine] = app = await TestApp.StartAsync(engine, new Dictionary<string, string?>
                {
                    ["Studio:Sites:Urls"] = "http://127.0.0.1:0",
                    // Nobody answers there.
                    ["Studio:Deployments:VercelUrl"] = "http://127.0.0.1:1",
                });
            }

            return app;
        }
        finally
        {
            _gate.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        foreach (var app in _apps.Values) await app.DisposeAsync();
        _gate.Dispose();
    }

    /// <summary>Asks the sites' server for a page of a site's address; the name is told in the header, as a browser would.</summary>
    internal async Task<HttpResponseMessage> GetAsync(string site, string path, params (string Name, string Value)[] headers)
    {
        var address = new Uri(site);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{address.Port}{path}"));
        request.Headers.Host = address.Authority;
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Browser.SendAsync(request);
    }
}

/// <summary>Somebody with a site.</summary>
internal static class Publishing
{
    internal static async Task<Guid> ProjectAsync(this TestUser user, params (string Path, string Text)[] files)
    {
        var project = (await user.PostAsync("/v1/projects", new { name = "Corner Shop" })).GetProperty("id").GetGuid();
        foreach (var (path, text) in files) await user.WriteAsync(project, path, text);
        return project;
    }

    internal static async Task WriteAsync(this TestUser user, Guid project, string path, string text)
    {
        using var body = Calls.Text(text, "text/plain");
        var written = await user.SendAsync(HttpMethod.Put, $"/v1/projects/{project}/files/{path}", body);
        written.Status.ShouldBeInRange(200, 204, written.Code);
    }

    /// <summary>Publishes here and waits.</summary>
    internal static async Task<JsonElement> PublishAsync(this TestUser user, Guid project) =>
        await user.EndOfAsync((await user.PostAsync($"/v1/projects/{project}/deployments", new { target = "local" })).GetProperty("id").GetGuid());

    internal static async Task<JsonElement> EndOfAsync(this TestUser user, Guid deployment)
    {
        for (var look = 0; ; look++)
        {
            var now = await user.GetAsync($"/v1/deployments/{deployment}");
            if (now.GetProperty("endedAt").ValueKind != JsonValueKind.Null) return now;
            look.ShouldBeLessThan(1_000, now.ToString());
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    internal static string UrlOf(this JsonElement deployment) => deployment.GetProperty("url").GetString()!;

    internal static async Task<string> TextAsync(this Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync();
    }
}
