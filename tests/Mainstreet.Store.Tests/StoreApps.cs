using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Store.Data;
using Mainstreet.Store.Tests;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

[assembly: AssemblyFixture(typeof(StoreApps))]

namespace Mainstreet.Store.Tests;

/// <summary>One running program per engine for all tests that speak HTTP; each test brings its own people and business.</summary>
public sealed class StoreApps : IAsyncLifetime
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

/// <summary>A grocery with its owner and a customer, made over HTTP.</summary>
internal sealed record Grocery(TestApp App, TestUser Owner, Guid BusinessId, Guid ShopId)
{
    internal static async Task<Grocery> OpenAsync(TestApp app)
    {
        var owner = await TestUser.RegisterAsync(app);
        var business = (await owner.PostAsync("/v1/businesses", new { name = $"Grocery {Guid.CreateVersion7():N}" })).GetProperty("id").GetGuid();
        var shop = await owner.PostAsync("/v1/shops", Address());
        return new Grocery(app, owner, business, shop.GetProperty("id").GetGuid());
    }

    internal static object Address(string name = "Corner") => new
    {
        name, line1 = "12 Lamp Lane", city = "Bengaluru", postalCode = "560038", gstin = "29ABCDE1234F1Z5", lat = 12.97, lon = 77.64,
        deliveryFee = new { amount = 2_900, currency = "INR" }, freeDeliveryFrom = new { amount = 49_900, currency = "INR" },
    };

    /// <summary>Adds a product; price in paise.</summary>
    internal Task<JsonElement> AddAsync(
        string name, long price = 5_000, int onHand = 10, string category = "Staples", string brand = "Lamp Lane", string? description = null, string? sku = null) =>
        Owner.PostAsync("/v1/products", new
        {
            sku = sku ?? Guid.CreateVersion7().ToString("N"), name, category, brand, description, price = new { amount = price, currency = "INR" }, onHand,
        });

    /// <summary>Sends a CSV file.</summary>
    internal async Task<JsonElement> ImportAsync(string csv)
    {
        var answer = await Owner.SendAsync(HttpMethod.Post, "/v1/products/import", Calls.Text(csv, "text/csv"));
        return answer.Status == 200 ? answer.Body : throw new InvalidOperationException($"import answered {answer.Status}: {answer.Body}");
    }

    /// <summary>Searches this shop, without sign-in.</summary>
    internal async Task<JsonElement> SearchAsync(string query)
    {
        var answer = await App.Http.GetAsync($"/v1/products?businessId={BusinessId}&{query}");
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonSerializer.Deserialize<JsonElement>(text) : throw new InvalidOperationException($"{query}: {(int)answer.StatusCode} {text}");
    }

    /// <summary>The names that a search finds, in its order.</summary>
    internal async Task<string[]> NamesAsync(string query) =>
        [.. (await SearchAsync(query)).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()!)];

    /// <summary>Works on the module's own tables.</summary>
    internal async Task<T> InDbAsync<T>(Func<StoreDb, Task<T>> work)
    {
        await using var db = await App.Host.Services.GetRequiredService<IDbContextFactory<StoreDb>>().CreateDbContextAsync();
        return await work(db);
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
