using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Studio.Tests;
using Mainstreet.Testing;

using Xunit;

[assembly: AssemblyFixture(typeof(StudioApps))]

namespace Mainstreet.Studio.Tests;

/// <summary>One running program per engine for all tests that speak HTTP; each test brings its own people.</summary>
public sealed class StudioApps : IAsyncLifetime
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<Engine, TestApp> _apps = [];

    public async Task<TestApp> OnAsync(Engine engine)
    {
        await _gate.WaitAsync();
        try
        {
            if (!_apps.TryGetValue(engine, out var app)) _apps[engine] = app = await TestApp.StartAsync(engine);
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
        foreach (var app in _apps.Values) await app.DisposeAsync();
        _gate.Dispose();
    }
}

/// <summary>Short forms for tests.</summary>
internal static class Calls
{
    internal static Task<JsonElement> PostAsync(this TestUser user, string path, object body) => OkAsync(user.Http.PostAsJsonAsync(path, body), path);

    internal static Task<JsonElement> PutAsync(this TestUser user, string path, object body) => OkAsync(user.Http.PutAsJsonAsync(path, body), path);

    internal static Task<JsonElement> GetAsync(this TestUser user, string path) => OkAsync(user.Http.GetAsync(path), path);

    /// <summary>Sends a body as it stands, with further headers.</summary>
    internal static async Task<Answer> SendAsync(
        this TestUser user, HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await user.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return new Answer((int)answer.StatusCode, answer.Headers.ETag?.Tag, text.StartsWith('{') ? JsonSerializer.Deserialize<JsonElement>(text) : default);
    }

    internal static Task<Answer> SendJsonAsync(this TestUser user, HttpMethod method, string path, string json, params (string Name, string Value)[] headers) =>
        user.SendAsync(method, path, Text(json, "application/json"), headers);

    internal static HttpContent Text(string text, string mediaType) => Bytes(Encoding.UTF8.GetBytes(text), mediaType);

    internal static HttpContent Bytes(byte[] bytes, string mediaType) =>
        new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };

    private static async Task<JsonElement> OkAsync(Task<HttpResponseMessage> sent, string path)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, string? ETag, JsonElement Body)
{
    internal string? Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>The fields that a 400 complains about.</summary>
    internal IReadOnlyList<string> Fields => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("errors", out var errors)
        ? [.. errors.EnumerateObject().Select(e => e.Name)] : [];
}
