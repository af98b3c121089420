using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Live;
using Mainstreet.Foundation.Modules;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Tests.Live;

/// <summary>One replica of the live channel on a real port: Foundation's services, accounts of the test's own.</summary>
internal sealed class LiveHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LiveHost(WebApplication app, TestAccounts accounts)
    {
        _app = app;
        Accounts = accounts;
        Address = new Uri(app.Urls.First());
    }

    public Uri Address { get; }

    public TestAccounts Accounts { get; }

    public IServiceProvider Services => _app.Services;

    public ILiveFeed Feed => Services.GetRequiredService<ILiveFeed>();

    public LiveConnections Connections => Services.GetRequiredService<LiveConnections>();

    public static async Task<LiveHost> StartAsync(TestDatabase database, TestAccounts accounts, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(database.Settings);
        builder.Configuration.AddInMemoryCollection([new("Roles", "web")]);
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Key == "Roles" ? s.Key : "Live:" + s.Key, s => (string?)s.Value));
        new ModuleBuilder(builder.Services, builder.Configuration, builder.Environment).AddFoundation(database.Data);
        builder.Services.AddSingleton<IAccountDirectory>(accounts);
        builder.Services.AddSingleton(accounts);
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, TestSignIn>("test", null);
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapLive();
        await app.StartAsync();
        return new LiveHost(app, accounts);
    }

    public Task<LiveClient> ConnectAsync(Guid account) => LiveClient.ConnectAsync(Address, account.ToString());

    public HttpClient Http(Guid account)
    {
        var http = new HttpClient { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", account.ToString());
        return http;
    }

    public Task AppendAsync(params OutboxRow[] rows) => Feed.AppendAsync(rows, CancellationToken.None);

    /// <summary>Appends so many events, one call each, with payloads {"n": 1}, {"n": 2}, …</summary>
    public async Task AppendAsync(string topic, int count)
    {
        for (var n = 1; n <= count; n++) await AppendAsync(Row(topic, $$"""{"n":{{n}}}"""));
    }

    public static OutboxRow Row(string topics, string payload = "{}", string type = "test.happened") => new()
    {
        EventId = Guid.CreateVersion7(),
        Kind = OutboxKind.Live,
        Module = "test",
        Key = "test",
        Name = type,
        Payload = payload,
        Topics = topics,
        At = TimeProvider.System.GetUtcNow(),
    };

    public Task TrimAsync()
    {
        var scope = Services.CreateScope();
        return scope.ServiceProvider.GetRequiredService<LiveRetention>().RunAsync(CancellationToken.None).ContinueWith(
            done => { scope.Dispose(); return done; }, TaskScheduler.Default).Unwrap();
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>Accounts whose token is their id.</summary>
internal sealed class TestAccounts : IAccountDirectory
{
    private static readonly FrozenDictionary<string, Permission> Permissions =
        LivePermissions.All.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);

    private readonly ConcurrentDictionary<Guid, Caller> _callers = new();

    public Guid Add(string name, params string[] roles) => Put(Guid.CreateVersion7(), name, roles, []);

    public Guid Put(Guid id, string name, string[] roles, Membership[] memberships)
    {
        _callers[id] = new Caller(id, $"{id:N}@test.test", name, synthetic: true, roles, memberships, Permissions);
        return id;
    }

    public void Remove(Guid id) => _callers.TryRemove(id, out _);

    public ValueTask<Caller?> FindAsync(Guid accountId, Guid? sessionId, CancellationToken cancel) =>
        ValueTask.FromResult(_callers.GetValueOrDefault(accountId));

    public Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IReadOnlyCollection<Guid> accountIds, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyDictionary<Guid, string>>(
            accountIds.Where(_callers.ContainsKey).ToDictionary(id => id, id => _callers[id].DisplayName));
}

internal sealed class TestSignIn(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TestAccounts accounts)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        var token = header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..] : Request.Query["access_token"].ToString();
        if (!Guid.TryParse(token, out var id) || await accounts.FindAsync(id, null, Context.RequestAborted) is not { } caller)
            return AuthenticateResult.NoResult();
        Context.Features.Set(caller);
        var identity = new ClaimsIdentity([new Claim("sub", id.ToString())], Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }
}
