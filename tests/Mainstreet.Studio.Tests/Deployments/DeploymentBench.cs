using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Deployments;
using Mainstreet.Studio.Deployments.Credentials;
using Mainstreet.Studio.Projects;
using Mainstreet.Studio.Tests.Deployments.Doubles;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace Mainstreet.Studio.Tests.Deployments;

/// <summary>The three providers' doubles, and a host per engine that deploys to them without patience. Each test brings its own person and project.</summary>
public sealed class DeploymentBench : IAsyncLifetime
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<(Engine Engine, bool Hasty), (TestDatabase Database, StudioHost Host)> _hosts = [];

    internal VercelDouble Vercel { get; } = new();

    internal NetlifyDouble Netlify { get; } = new();

    internal RailwayDouble Railway { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Vercel.StartAsync();
        await Netlify.StartAsync();
        await Railway.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (database, host) in _hosts.Values)
        {
            await host.DisposeAsync();
            await database.DisposeAsync();
        }

        await Vercel.DisposeAsync();
        await Netlify.DisposeAsync();
        await Railway.DisposeAsync();
        _gate.Dispose();
    }

    /// <summary><c>Studio:Deployments:*</c> of a host that talks to the doubles: it asks again at once, and waits long for answers, since what it gives up and repeats is counted.</summary>
    internal string[] Settings => SettingsOf();

    /// <summary>The same with other patience.</summary>
    internal string[] SettingsOf(string callTimeout = "00:00:30", string buildPatience = "00:02:00") =>
    [
        $"Studio:Deployments:VercelUrl={Vercel.Address}", $"Studio:Deployments:NetlifyUrl={Netlify.Address}", $"Studio:Deployments:RailwayUrl={Railway.Address}",
        "Studio:Deployments:FirstPoll=00:00:00.005", "Studio:Deployments:LongestPoll=00:00:00.020", "Studio:Deployments:FirstRetry=00:00:00.005", "Studio:Deployments:LongestRetry=00:00:00.020",
        $"Studio:Deployments:CallTimeout={callTimeout}", "Studio:Deployments:Tries=4", "Studio:Deployments:LongestPause=00:00:03", "Studio:Deployments:UnknownPatience=00:00:00.200",
        $"Studio:Deployments:BuildPatience={buildPatience}", "Studio:Sites:Urls=http://127.0.0.1:0",
    ];

    internal ProviderDouble Of(DeployTarget target) => target switch
    {
        DeployTarget.Vercel => Vercel,
        DeployTarget.Netlify => Netlify,
        DeployTarget.Railway => Railway,
        _ => throw new ArgumentOutOfRangeException(nameof(target)),
    };

    /// <param name="engine">The database.</param>
    /// <param name="hasty">A host that gives up an answer after a second.</param>
    internal async Task<StudioHost> OnAsync(Engine engine, bool hasty = false)
    {
        await _gate.WaitAsync();
        try
        {
            if (!_hosts.TryGetValue((engine, hasty), out var made))
            {
                var database = await StudioHost.CreateDatabaseAsync(engine);
                _hosts[(engine, hasty)] = made = (database, await StudioHost.StartAsync(database, _ => { }, hasty ? SettingsOf(callTimeout: "00:00:01") : Settings));
            }

            return made.Host;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A person with a project and a token for one target.</summary>
    internal async Task<Publisher> NewAsync(Engine engine, DeployTarget target, bool hasty = false) => await NewAsync(await OnAsync(engine, hasty), target);

    internal async Task<Publisher> NewAsync(StudioHost host, DeployTarget target)
    {
        var id = Guid.CreateVersion7();
        var caller = new Caller(id, $"{id:N}@example.test", "Mina Halvorsen", false, [], [], FrozenDictionary<string, Permission>.Empty);
        var token = $"token-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10))}";
        if (target != DeployTarget.Local)
        {
            await host.WithAsync<CredentialSafe, int>(async safe =>
            {
                await using var db = host.Open();
                db.DeploymentCredentials.Add(new StoredCredentials { AccountId = id, Target = target, Secret = safe.Lock(id, target, token), CreatedAt = DateTimeOffset.UtcNow, UpdatedAt = DateTimeOffset.UtcNow, Version = 1 });
                return await db.SaveChangesAsync();
            });
        }

        return new Publisher(host, caller, Guid.CreateVersion7(), target, target == DeployTarget.Local ? null : Of(target).For(token), token);
    }

    internal static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>A person, their project, and what the provider has of it.</summary>
internal sealed class Publisher(StudioHost host, Caller caller, Guid projectId, DeployTarget target, Tenant? tenant, string token)
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal Caller Caller => caller;

    internal Guid ProjectId => projectId;

    internal Tenant Tenant => tenant!;

    internal string Token => token;

    internal Dictionary<string, string> Files { get; } = new()
    {
        ["index.html"] = "<!doctype html><title>Hello</title>", ["css/site.css"] = "body { margin: 0 }", ["js/app.js"] = "export {};", ["a b/ü%#.txt"] = "odd names are names",
    };

    internal Dictionary<string, string> Variables { get; } = [];

    /// <summary>Asks for a deployment of the files as they are.</summary>
    internal async Task<Outcome<DeploymentView>> AskAsync() => await host.WithAsync<DeploymentDesk, Outcome<DeploymentView>>(desk => desk.StartAsync(caller, Published(), target, Variables, new IdempotentCall(), CancellationToken.None));

    internal Task<Outcome<DeploymentView>> AskAgainAsync(Guid source) => host.WithAsync<DeploymentDesk, Outcome<DeploymentView>>(desk => desk.AgainAsync(caller, source, new IdempotentCall(), CancellationToken.None));

    /// <summary>Deploys and waits for the end.</summary>
    internal async Task<Deployment> DeployAsync() => await EndAsync((await AskAsync()).Value!.Id);

    internal async Task<Deployment> RollBackAsync(Guid source) => await EndAsync((await AskAgainAsync(source)).Value!.Id);

    internal async Task<Deployment> EndAsync(Guid id)
    {
        await host.UntilAsync(db => db.Deployments.AnyAsync(d => d.Id == id && !d.Active), $"deployment to {target} ends");
        return await host.ReadAsync(db => db.Deployments.AsNoTracking().SingleAsync(d => d.Id == id));
    }

    internal Task UntilAsync(Guid id, DeploymentStatus status) => host.UntilAsync(db => db.Deployments.AnyAsync(d => d.Id == id && d.Status == status), $"deployment is {status}");

    internal Task CancelAsync(Guid id) => host.WithAsync<IServiceScopeFactory, int>(async scopes =>
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        await ControlDeployment.Cancel(id, caller, services.GetRequiredService<Studio.Data.StudioDb>(), services.GetRequiredService<DeploymentDiary>(), TimeProvider.System, CancellationToken.None);
        return 0;
    });

    internal Task<List<string>> LogAsync(Guid id) => host.ReadAsync(db => db.DeploymentLog.AsNoTracking().Where(l => l.DeploymentId == id).OrderBy(l => l.Number).Select(l => l.Text).ToListAsync());

    private PublishedFiles Published() => PublishedFiles.Of(new ProjectSnapshot(
        projectId, "Corner Shop", 1, [.. Files.Select(f => new ProjectFile(f.Key, Encoding.UTF8.GetBytes(f.Value), DeploymentBench.Sha256(f.Value)))]));
}
