using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;
using Mainstreet.Trades.Tests.Flow;

using Xunit;

[assembly: AssemblyFixture(typeof(TradesApps))]

namespace Mainstreet.Trades.Tests.Flow;

/// <summary>One running program per engine for all tests that speak HTTP; each test brings its own people and business.</summary>
public sealed class TradesApps : IAsyncLifetime
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

/// <summary>A business with its owner, a tenant and some contractors, made over HTTP.</summary>
internal sealed record Street(TestApp App, TestUser Owner, Guid BusinessId, TestUser Tenant, IReadOnlyList<(TestUser User, Guid Id)> Contractors)
{
    internal const double Lat = 40.73;
    internal const double Lon = -73.99;

    internal static async Task<Street> MakeAsync(TestApp app, int contractors = 3, string trade = "plumbing")
    {
        var owner = await TestUser.RegisterAsync(app);
        var business = await owner.PostAsync("/v1/businesses", new { name = $"Street {Guid.CreateVersion7():N}" });
        var people = new List<(TestUser, Guid)>();
        // Nobody else's contractors come near: each street has a spot of its own on the map.
        for (var i = 0; i < contractors; i++)
        {
            var user = await TestUser.RegisterAsync(app, "contractor");
            var profile = await user.PutAsync("/v1/contractors/me", new { displayName = $"Firm {i}", trades = new[] { trade }, @base = new { lat = Lat + i * 0.001, lon = Lon } });
            people.Add((user, profile.GetProperty("contractorId").GetGuid()));
        }

        return new Street(app, owner, business.GetProperty("id").GetGuid(), await TestUser.RegisterAsync(app), people);
    }

    internal Task<JsonElement> ReportAsync(string title = "Sink leaks") => Tenant.PostAsync("/v1/tickets", new
    {
        title, description = "Water drips from the pipe under the kitchen sink.", location = new { lat = Lat, lon = Lon }, businessId = BusinessId,
    });

    /// <summary>A ticket offered to the street's contractors.</summary>
    internal async Task<Guid> OfferedAsync(int expiresInSeconds = 600, int? count = null)
    {
        var id = (await ReportAsync()).GetProperty("id").GetGuid();
        await Owner.PostAsync($"/v1/tickets/{id}/triage", new { category = "plumbing" });
        await Owner.PostAsync($"/v1/tickets/{id}/offers", new { contractorIds = Contractors.Take(count ?? Contractors.Count).Select(c => c.Id), expiresInSeconds });
        return id;
    }
}

/// <summary>Short forms for tests.</summary>
internal static class Calls
{
    internal static Task<JsonElement> PostAsync(this TestUser user, string path, object body) => OkAsync(user.Http.PostAsJsonAsync(path, body), path);

    internal static Task<JsonElement> PutAsync(this TestUser user, string path, object body) => OkAsync(user.Http.PutAsJsonAsync(path, body), path);

    internal static Task<JsonElement> GetAsync(this TestUser user, string path) => OkAsync(user.Http.GetAsync(path), path);

    /// <summary>Status and problem code (null when there is none).</summary>
    internal static async Task<(int Status, string? Code)> TryAsync(this TestUser user, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await user.Http.SendAsync(request);
        return ((int)answer.StatusCode, await CodeAsync(answer));
    }

    internal static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json") return null;
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return problem.GetProperty("code").GetString();
    }

    private static async Task<JsonElement> OkAsync(Task<HttpResponseMessage> sent, string path)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }
}
