using System.Diagnostics;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Live;
using Mainstreet.Foundation.Modules;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Shouldly;

namespace Mainstreet.Foundation.Tests.Events;

/// <summary>One process of a deployment, without the web: its own pool, its own wake-ups, its own runners.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _started;

    private Replica(IHost host) => _host = host;

    internal IServiceProvider Services => _host.Services;

    internal Behaviour Behaviour => Services.GetRequiredService<Behaviour>();

    internal IWakeUps Wakes => Services.GetRequiredService<IWakeUps>();

    internal static async Task<TestDatabase> CreateDatabaseAsync(Engine engine)
    {
        var database = await TestDatabase.CreateAsync(engine);
        await StreetDb.CreateTablesAsync(database.Storage);
        return database;
    }

    /// <summary>Builds without starting; settings look like <c>Events:Parallelism=4</c>, the last of a name counts.</summary>
    internal static Replica Build(TestDatabase database, params string[] settings) => Build(_ => database.OpenStorage(), settings);

    internal static Replica Build(Func<IServiceProvider, Storage> storage, params string[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => s.Split('=', 2)).GroupBy(p => p[0], p => p[1]).Select(p => KeyValuePair.Create(p.Key, (string?)p.Last())));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(storage);
        builder.Services.AddSingleton<Behaviour>();
        builder.Services.AddSingleton<RecordingFeed>();
        builder.Services.AddSingleton<ILiveFeed>(p => p.GetRequiredService<RecordingFeed>());
        builder.Services.AddEvents(builder.Configuration).AddJobs(builder.Configuration);
        new ModuleBuilder(builder.Services, builder.Configuration, builder.Environment)
            .AddDb<FoundationDb>().AddDb<StreetDb>()
            .AddEventHandler<Counted, CountedHandler>().AddEventHandler<Counted, SecondCountedHandler>()
            .AddJob<StreetJob>("street.job")
            .AddLongJob<StreetLongJob>("street.long")
            .AddMessageJob<StreetMessage>("street.message")
            .AddRecurringJob<StreetRound>("street.round", TimeSpan.FromHours(1));
        return new Replica(builder.Build());
    }

    internal static async Task<Replica> StartAsync(TestDatabase database, params string[] settings)
    {
        var replica = Build(database, settings);
        await replica.StartAsync();
        return replica;
    }

    internal async Task StartAsync()
    {
        _started = true;
        await _host.StartAsync();
    }

    internal async Task StopAsync()
    {
        _started = false;
        await _host.StopAsync();
    }

    /// <summary>Works on a context of the street and saves.</summary>
    internal async Task SaveAsync(Action<StreetDb> work)
    {
        await using var db = Open();
        work(db);
        await db.SaveChangesAsync();
    }

    internal StreetDb Open() => Services.GetRequiredService<IDbContextFactory<StreetDb>>().CreateDbContext();

    internal async Task<List<Effect>> EffectsAsync(string source)
    {
        await using var db = Open();
        return await db.Effects.AsNoTracking().Where(e => e.Source == source).OrderBy(e => e.Id).ToListAsync();
    }

    /// <summary>Looks again and again until it is so; fails after half a minute.</summary>
    internal async Task UntilAsync(Func<StreetDb, Task<bool>> holds, string what)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            await using var db = Open();
            if (await holds(db)) return;
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(2), what);
            await Task.Delay(10);
        }
    }

    internal Task UntilOutboxIsEmptyAsync() => UntilAsync(async db => !await db.Outbox.AnyAsync(), "the outbox is empty");

    internal Task UntilJobsAreDoneAsync() => UntilAsync(async db => !await db.Jobs.AnyAsync(j => !j.Dead), "the jobs are done");

    public async ValueTask DisposeAsync()
    {
        if (_started) await _host.StopAsync();
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else _host.Dispose();
    }
}

/// <summary>A feed that keeps what it was given in memory and empties the outbox.</summary>
internal sealed class RecordingFeed(IDbContextFactory<FoundationDb> contexts) : ILiveFeed
{
    internal List<OutboxRow> Appended { get; } = [];

    internal int Calls { get; private set; }

    internal Predicate<OutboxRow> Refuse { get; set; } = _ => false;

    public async Task AppendAsync(IReadOnlyList<OutboxRow> rows, CancellationToken cancel)
    {
        Calls++;
        if (rows.Any(r => Refuse(r))) throw new InvalidOperationException("Refused.");
        var ids = rows.Select(r => r.Id).ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.InTransactionAsync(async token =>
        {
            var deleted = await db.Outbox.Where(o => ids.Contains(o.Id)).ExecuteDeleteAsync(token);
            // Before the commit: whoever sees the outbox empty finds them here. Once, should the transaction be tried again.
            Appended.AddRange(rows.ExceptBy(Appended.Select(a => a.Id), r => r.Id).ToArray());
            return deleted;
        }, cancel);
    }
}
