using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Access.Tokens;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Web;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Shouldly;

namespace Mainstreet.Access.Tests;

/// <summary>One replica with Access alone, behind the middleware of the real host, without sockets.</summary>
internal sealed class AccessHost : IAsyncDisposable
{
    internal const string Password = "Correct-Horse-7";

    private readonly WebApplication _app;

    private AccessHost(WebApplication app) => _app = app;

    internal IServiceProvider Services => _app.Services;

    internal static MigrationSource[] Sources { get; } =
        [new("foundation", typeof(FoundationDb).Assembly), new("access", typeof(AccessModule).Assembly)];

    internal static Task<TestDatabase> DatabaseAsync(Engine engine) => TestDatabase.CreateAsync(engine, Sources);

    internal static async Task<AccessHost> StartAsync(
        TestDatabase database, AdjustableClock? clock = null, string environment = "Development", params (string Key, string Value)[] settings) =>
        await StartAsync(database, clock, environment, null, settings);

    /// <summary>The same with services that stand for the world outside.</summary>
    internal static async Task<AccessHost> StartAsync(
        TestDatabase database, AdjustableClock? clock, string environment, Action<IServiceCollection>? with, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(database.Settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Access:PasswordIterations"] = "10000" });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value));
        builder.Services.AddAntiforgery();
        var module = new ModuleBuilder(builder.Services, builder.Configuration, builder.Environment);
        module.AddFoundation(database.Data);
        if (clock is not null) builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        var access = new AccessModule();
        builder.Services.AddSingleton<IModule>(access);
        access.AddServices(module);
        with?.Invoke(builder.Services);

        var app = builder.Build();
        app.Use((context, next) =>
        {
            if (IPAddress.TryParse(context.Request.Headers["X-Test-Address"], out var address)) context.Connection.RemoteIpAddress = address;
            return next(context);
        });
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseSecurityHeaders();
        app.UseSecureCookies();
        app.UseRouting();
        app.UseAuthentication();
        app.UseCookieAntiforgery();
        app.UseAuthorization();
        app.UseAntiforgery();
        access.MapRoutes(app);
        app.MapGet("/test/antiforgery", (HttpContext context, IAntiforgery antiforgery) => antiforgery.GetAndStoreTokens(context).RequestToken);
        app.MapGet("/test/page", () => "page").RequireAuthorization();
        await app.StartAsync();
        return new AccessHost(app);
    }

    internal HttpClient Client(string? token = null, string? address = null, string agent = "tests/1")
    {
        var client = new HttpClient(new CookieJar(_app.GetTestServer().CreateHandler())) { BaseAddress = new Uri(_app.Environment.IsDevelopment() ? "http://localhost" : "https://localhost") };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (address is not null) client.DefaultRequestHeaders.Add("X-Test-Address", address);
        client.DefaultRequestHeaders.UserAgent.ParseAdd(agent);
        return client;
    }

    /// <summary>Registers an account of a fresh e-mail and signs it in.</summary>
    internal async Task<SignedIn> EnterAsync(string? email = null, string role = "customer", bool synthetic = false)
    {
        email ??= $"{Guid.CreateVersion7():N}@example.test";
        using var client = Client();
        var registered = await client.PostAsJsonAsync("/v1/auth/register", new { email, password = Password, displayName = "Pat Doe", role, synthetic });
        registered.StatusCode.ShouldBe(HttpStatusCode.Created);
        return await LoginAsync(email);
    }

    internal async Task<SignedIn> LoginAsync(string email, string password = Password)
    {
        using var client = Client();
        var answer = await client.PostAsJsonAsync("/v1/auth/login", new { email, password });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return SignedIn.Of(email, await answer.JsonAsync());
    }

    /// <summary>What the trail says of an account, in order.</summary>
    internal async Task<List<string>> AuditAsync(Guid accountId)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContextAsync();
        return await db.Audit.AsNoTracking().Where(a => a.Stream == $"account:{accountId}").OrderBy(a => a.Seq).Select(a => a.Action).ToListAsync();
    }

    /// <summary>Waits until no message to an account's owner is to be written any more.</summary>
    internal async Task WrittenAsync()
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContextAsync();
        var since = Stopwatch.StartNew();
        while (await db.Set<JobRow>().AnyAsync(j => j.Kind == AccountMail.Kind))
        {
            since.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(2), "the messages are not written");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class CookieJar(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private readonly CookieContainer _cookies = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_cookies.GetCookieHeader(request.RequestUri!) is { Length: > 0 } header) request.Headers.Add("Cookie", header);
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.TryGetValues("Set-Cookie", out var set))
            {
                foreach (var cookie in set) _cookies.SetCookies(request.RequestUri!, cookie);
            }

            return response;
        }
    }
}

internal sealed record SignedIn(Guid Id, string Email, string AccessToken, string RefreshToken)
{
    internal static SignedIn Of(string email, JsonElement json) => new(
        json.GetProperty("account").GetProperty("id").GetGuid(), email,
        json.GetProperty("accessToken").GetString()!, json.GetProperty("refreshToken").GetString()!);
}

internal static class Answers
{
    internal static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

    /// <summary>Posts a form as a page would, with its antiforgery field.</summary>
    internal static async Task<HttpResponseMessage> PostFormAsync(this HttpClient client, string path, params (string Key, string Value)[] fields)
    {
        var token = await client.GetStringAsync("/test/antiforgery");
        var form = fields.Append(("__RequestVerificationToken", token.Trim('"'))).Select(f => KeyValuePair.Create(f.Item1, f.Item2));
        return await client.PostAsync(path, new FormUrlEncodedContent(form));
    }

    /// <summary>Asserts a problem of this status and code, complete in form.</summary>
    internal static async Task<JsonElement> ShouldBeProblemAsync(this HttpResponseMessage answer, int status, string code)
    {
        var body = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(status, body);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var json = JsonDocument.Parse(body).RootElement;
        json.GetProperty("code").GetString().ShouldBe(code);
        json.GetProperty("status").GetInt32().ShouldBe(status);
        json.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
        return json;
    }
}
