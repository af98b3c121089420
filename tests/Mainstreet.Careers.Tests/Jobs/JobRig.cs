using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Jobs.Intake;
using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Tests.Jobs;

/// <summary>Taking in and searching on a database of its own, without the program around it; replicas share the database.</summary>
internal sealed class JobRig : IAsyncDisposable
{
    private readonly TestDatabase? _database;
    private readonly ServiceProvider _services;

    private JobRig(TestDatabase? database, Storage storage)
    {
        _database = database;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(storage);
        services.AddSingleton(Options.Create(new JobOptions()));
        services.AddSingleton<IWakeUps, NoWakeUps>();
        services.AddPooledDbContextFactory<CareersDb>((provider, options) => provider.GetRequiredService<Storage>().Configure(options, provider));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<CareersDb>>().CreateDbContext());
        PostingServices.AddSearch(services);
        _services = services.BuildServiceProvider();
    }

    internal JobMirror Mirror => _services.GetRequiredService<JobMirror>();

    internal static async Task<JobRig> StartAsync(Engine engine)
    {
        var database = await TestDatabase.CreateAsync(engine, new MigrationSource("foundation", typeof(FoundationDb).Assembly), new CareersModule().Migrations);
        return new JobRig(database, database.Storage);
    }

    internal JobRig Replica() => new(null, _database!.OpenStorage());

    internal async Task<T> InDbAsync<T>(Func<CareersDb, Task<T>> work)
    {
        await using var scope = _services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<CareersDb>());
    }

    internal async Task<IntakeTally> TakeAsync(string source, string board, IEnumerable<RawPosting> postings, bool synthetic = false)
    {
        var tally = IntakeTally.None;
        await using var scope = _services.CreateAsyncScope();
        var intake = scope.ServiceProvider.GetRequiredService<PostingIntake>();
        foreach (var batch in postings.Chunk(PostingIntake.BatchSize))
        {
            var drafts = batch.Select(raw => PostingNormaliser.Read(raw, TimeProvider.System.Now()).Value!).ToList();
            tally = tally.Plus(await intake.TakeAsync(new AdvertOrigin(source, board, synthetic), drafts, CancellationToken.None));
        }

        return tally;
    }

    internal async Task<int> CloseMissingAsync(string source, string board, DateTimeOffset began)
    {
        await using var scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<PostingIntake>().CloseMissingAsync(new AdvertOrigin(source, board, false), began, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
    }

    /// <summary>Nobody waits.</summary>
    private sealed class NoWakeUps : IWakeUps
    {
        public void Raise(Wakes wakes)
        {
        }

        public IWaiter Listen(Wakes wakes) => throw new NotSupportedException();
    }
}
