using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json.Nodes;

using Mainstreet.Access;
using Mainstreet.Careers.Applications;
using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Careers.Tasks;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Shouldly;

namespace Mainstreet.Careers.Tests;

/// <summary>One process of a deployment with this module and a test's own runners, postings, senders and clock in it.</summary>
internal sealed class CareersHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private bool _started;

    private CareersHost(WebApplication app) => _app = app;

    internal IServiceProvider Services => _app.Services;

    internal static Task<TestDatabase> CreateDatabaseAsync(Engine engine) => TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());

    /// <summary>Builds without starting; settings look like <c>Jobs:LongParallelism=4</c>.</summary>
    internal static CareersHost Build(TestDatabase database, Action<IServiceCollection> with, params string[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(database.Settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0", ["Logging:LogLevel:Default"] = "Error",
            ["Jobs:FirstRetry"] = "00:00:00.005", ["Jobs:LongestRetry"] = "00:00:00.020", ["Jobs:Poll"] = "00:00:00.050", ["Jobs:LongParallelism"] = "16",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => s.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], (string?)p[1])));
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        var module = new ModuleBuilder(builder.Services, builder.Configuration, builder.Environment);
        module.AddFoundation(new DataDirectory(database.Data.Root));
        foreach (var each in (IModule[])[new AccessModule(), new CareersModule()])
        {
            builder.Services.AddSingleton(each);
            each.AddServices(module);
        }

        with(builder.Services);
        return new CareersHost(builder.Build());
    }

    internal static async Task<CareersHost> StartAsync(TestDatabase database, Action<IServiceCollection> with, params string[] settings)
    {
        var host = Build(database, with, settings);
        await host.StartAsync();
        return host;
    }

    internal async Task StartAsync()
    {
        _started = true;
        await _app.StartAsync();
    }

    internal async Task StopAsync()
    {
        _started = false;
        await _app.StopAsync();
    }

    internal CareersDb Open() => Services.GetRequiredService<IDbContextFactory<CareersDb>>().CreateDbContext();

    /// <summary>Works with a service in a scope of its own.</summary>
    internal async Task<T> WithAsync<TService, T>(Func<TService, Task<T>> work) where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TService>());
    }

    internal async Task<T> ReadAsync<T>(Func<CareersDb, Task<T>> read)
    {
        await using var db = Open();
        return await read(db);
    }

    /// <summary>Looks again and again until it is so; fails after two minutes.</summary>
    internal async Task UntilAsync(Func<CareersDb, Task<bool>> holds, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await ReadAsync(holds))
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(2), what);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    internal static Caller NewCaller()
    {
        var id = Guid.CreateVersion7();
        return new Caller(id, $"{id:N}@example.test", "Mina Halvorsen", false, [], [], FrozenDictionary<string, Permission>.Empty);
    }

    internal async Task<Guid> StartTaskAsync(Caller caller, string type, TaskInputs.TaskInput? input = null)
    {
        var started = await WithAsync<TaskDesk, Outcome<TaskView>>(desk => desk.StartAsync(caller, type, input ?? new TaskInputs.TaskInput(), new IdempotentCall(), CancellationToken.None));
        started.Ok.ShouldBeTrue(started.Problem?.Code);
        return started.Value!.Id;
    }

    internal Task<CareerTask> TaskAsync(Guid id) => ReadAsync(db => db.Tasks.AsNoTracking().SingleAsync(t => t.Id == id));

    internal Task<JobApplication> ApplicationAsync(Guid id) => ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(a => a.Id == id));

    /// <summary>Gives the person a profile, and a résumé and a letter for the posting.</summary>
    internal async Task<(StoredDocument Resume, StoredDocument Letter)> EquipAsync(Caller caller, Guid jobId, PostingText posting)
    {
        await using (var db = Open())
        {
            if (!await db.Profiles.AnyAsync(p => p.AccountId == caller.Id))
            {
                var now = TimeProvider.System.Now();
                db.Profiles.Add(new CandidateProfile { AccountId = caller.Id, Document = Life.Json, CreatedAt = now, UpdatedAt = now, Version = 1 });
                await db.SaveChangesAsync();
            }
        }

        var resume = await WithAsync<WriteDocument, Outcome<StoredDocument>>(w => w.ForPostingAsync(DocumentKind.Resume, caller.Id, jobId, posting, null, CancellationToken.None));
        var letter = await WithAsync<WriteDocument, Outcome<StoredDocument>>(w => w.ForPostingAsync(DocumentKind.Letter, caller.Id, jobId, posting, null, CancellationToken.None));
        return (resume.Value!, letter.Value!);
    }

    internal async Task ChangeProfileAsync(Caller caller, Action<JsonObject> change)
    {
        await using var db = Open();
        var profile = await db.Profiles.SingleAsync(p => p.AccountId == caller.Id);
        var root = JsonNode.Parse(profile.Document)!.AsObject();
        change(root);
        profile.Document = root.ToJsonString();
        profile.Version++;
        await db.SaveChangesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_started) await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>A profile that is enough to write from.</summary>
    internal static class Life
    {
        internal const string Json = """
            {
              "basics": {"name": "Mina Halvorsen", "label": "Shop assistant", "email": "mina@example.org", "location": {"city": "Pune", "countryCode": "IN"}},
              "work": [
                {"name": "Harbour Foods", "position": "Assistant Shop Manager", "startDate": "2019-03", "endDate": "2022-02",
                 "highlights": ["Trained 12 staff in cash handling", "Managed stock control for 40 pallets"]}
              ],
              "skills": [{"name": "Baking"}, {"name": "Stock control"}]
            }
            """;
    }
}

/// <summary>Postings by their ids.</summary>
internal sealed class FixedPostings : IApplyTargets, IPostingTexts
{
    internal Dictionary<Guid, ApplyTarget> Known { get; } = [];

    internal Guid Add(string description = "Write to jobs@corner.example. Requirements:\n- 2+ years of stock control", params string[] sources)
    {
        var id = Guid.CreateVersion7();
        Known[id] = new ApplyTarget(new PostingText($"Stock Clerk {Known.Count}", "Corner House", "Pune, IN", description), "https://corner.example/jobs", sources);
        return id;
    }

    public Task<ApplyTarget?> FindAsync(Guid jobId, CancellationToken cancel) => Task.FromResult(Known.GetValueOrDefault(jobId));

    async Task<PostingText?> IPostingTexts.FindAsync(Guid jobId, CancellationToken cancel) => (await FindAsync(jobId, cancel))?.Text;
}

/// <summary>The senders of this module, scripted: each message is asked what becomes of it.</summary>
internal sealed class ScriptedSender(string name = "mail", string channel = "email", bool honoursKeys = false) : IProvider, IProviders
{
    private readonly List<OutboundMessage> _asked = [];

    /// <summary>What an attempt comes to, by the number of attempts before it.</summary>
    internal Func<int, OutboundMessage, Task<SendResult>> Script { get; set; } = (_, _) => Task.FromResult(new SendResult(SendOutcome.Accepted, Reference: "r1"));

    /// <summary>Every attempt.</summary>
    internal IReadOnlyList<OutboundMessage> Asked
    {
        get { lock (_asked) return [.. _asked]; }
    }

    public string Name => name;

    public string Channel => channel;

    public bool HonoursKeys => honoursKeys;

    public int Concurrency => 10;

    public DateTimeOffset? ClosedUntil => null;

    public IReadOnlyList<IProvider> All => [this];

    public IReadOnlyList<IProvider> For(string wanted) => wanted == channel ? [this] : [];

    public IProvider? Find(string wanted) => wanted == name ? this : null;

    public Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel)
    {
        int before;
        lock (_asked)
        {
            before = _asked.Count;
            _asked.Add(message);
        }

        return Script(before, message);
    }
}
