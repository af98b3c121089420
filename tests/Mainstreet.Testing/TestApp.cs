using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Foundation.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Testing;

/// <summary>The real program on a loopback port of its own and a database of its own: the same host as <c>mainstreet serve</c>.</summary>
public sealed class TestApp : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly bool _ownsDatabase;

    private TestApp(WebApplication host, TestDatabase database, bool ownsDatabase, Uri address)
    {
        Host = host;
        _database = database;
        _ownsDatabase = ownsDatabase;
        Address = address;
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address };
    }

    public WebApplication Host { get; }

    public Uri Address { get; }

    /// <summary>A client without credentials, cookies or redirects.</summary>
    public HttpClient Http { get; }

    public TestDatabase Database => _database;

    /// <summary>Has the list of all routes made, which takes seconds the first time and many on a busy machine: a walk that asks for it once must not take that for an outage.</summary>
    public async Task WarmAsync()
    {
        using var answer = await Http.GetAsync("/openapi/v1.json");
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Starts the program with all modules on a fresh, migrated database.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="settings">Further settings, for example <c>Trades:OfferSeconds</c>.</param>
    /// <param name="seed">Whether the demo street is seeded.</param>
    /// <param name="with">Services that stand for the world outside.</param>
    public static async Task<TestApp> StartAsync(Engine engine, IReadOnlyDictionary<string, string?>? settings = null, bool seed = false, Action<IServiceCollection>? with = null)
    {
        var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        return await StartAsync(database, true, settings, seed, with);
    }

    /// <summary>Starts another replica on the database of an app that runs already.</summary>
    public static Task<TestApp> StartReplicaAsync(TestApp other, IReadOnlyDictionary<string, string?>? settings = null) =>
        StartAsync(other._database, false, settings, false, null);

    private static async Task<TestApp> StartAsync(
        TestDatabase database, bool owns, IReadOnlyDictionary<string, string?>? settings, bool seed, Action<IServiceCollection>? with)
    {
        var all = new Dictionary<string, string?>(database.Settings)
        {
            ["urls"] = "http://127.0.0.1:0",
            ["environment"] = "Development",
            ["Data"] = database.Data.Root,
            ["Logging:LogLevel:Default"] = "Warning",
            ["Web:RequestsPerSecond"] = "100000",
            ["Web:Burst"] = "100000",
            ["Access:PasswordIterations"] = "10000",
            // Tests run beside each other on few cores: what one asks must not depend on how busy the others are.
            ["Overload:Enabled"] = "false",
            ["Studio:Assistant:WarmUp"] = "false",
            // The first look compiles what it runs.
            ["Health:TimeoutMilliseconds"] = "20000",
            ["Studio:Assistant:OfflineTimeout"] = "00:02:00",
        };
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>()) all[key] = value;
        var host = MainstreetHost.Build([.. all.Where(s => s.Value is not null).Select(s => $"--{s.Key}={s.Value}")], with);
        if (seed) await MainstreetHost.SeedAsync(host, CancellationToken.None);
        await host.StartAsync();
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new TestApp(host, database, owns, new Uri(address));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.StopAsync();
        await Host.DisposeAsync();
        if (_ownsDatabase) await _database.DisposeAsync();
    }
}

/// <summary>A signed-in person in a test.</summary>
public sealed class TestUser(HttpClient http, string accessToken, Guid id, string email)
{
    public const string Password = "Test-password-1";

    public Guid Id { get; } = id;

    public string Email { get; } = email;

    public string AccessToken { get; } = accessToken;

    public HttpClient Http { get; } = http;

    /// <summary>Registers and signs in somebody new.</summary>
    public static async Task<TestUser> RegisterAsync(TestApp app, string role = "customer", string? email = null)
    {
        email ??= $"{role}-{Guid.CreateVersion7():N}@example.test";
        var registered = await app.Http.PostAsJsonAsync("/v1/auth/register", new { email, password = Password, displayName = email.Split('@')[0], role });
        if (!registered.IsSuccessStatusCode)
            throw new InvalidOperationException($"Register answered {(int)registered.StatusCode}: {await registered.Content.ReadAsStringAsync()}");
        return await SignInAsync(app, email, Password);
    }

    public static async Task<TestUser> SignInAsync(TestApp app, string email, string password)
    {
        var answer = await app.Http.PostAsJsonAsync("/v1/auth/login", new { email, password });
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"Sign-in answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var token = body.GetProperty("accessToken").GetString()!;
        return new TestUser(For(app, token), token, body.GetProperty("account").GetProperty("id").GetGuid(), email);
    }

    /// <summary>The same person talking to another replica.</summary>
    public TestUser On(TestApp replica) => new(For(replica, AccessToken), AccessToken, Id, Email);

    private static HttpClient For(TestApp app, string token)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = app.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }
}
