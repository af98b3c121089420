using System.Diagnostics;
using System.Globalization;

using Mainstreet.Careers;
using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Jobs.Intake;
using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Npgsql;

namespace Mainstreet.Benchmarks.Careers;

/// <summary>
/// Times taking postings in and searching them with all facets as the route runs it: words, filters, counts, one page with its postings. Arguments:
/// <c>--postings 100000 --searches 2000 --clients 1 --engines postgres,sqlite</c>. PostgreSQL is the server that MAINSTREET_TEST_POSTGRES names (a
/// database is made and dropped).
/// </summary>
internal static class JobsRun
{
    private const string Database = "mainstreet_bench_jobs";

    internal static async Task<int> RunAsync(string[] args)
    {
        string Argument(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
        int Number(string name, string otherwise) => int.Parse(Argument(name, otherwise), CultureInfo.InvariantCulture);
        var (postings, searches, clients) = (Number("--postings", "100000"), Number("--searches", "2000"), Number("--clients", "1"));
        Console.WriteLine("| engine | postings | kind | searches | p50 ms | p95 ms | p99 ms | found, mean |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var engine in Argument("--engines", "postgres,sqlite").Split(','))
        {
            if (engine == "sqlite") await OnSqliteAsync(postings, searches, clients);
            else await OnPostgresAsync(postings, searches, clients);
        }

        return 0;
    }

    private static async Task OnSqliteAsync(int postings, int searches, int clients)
    {
        var folder = Directory.CreateTempSubdirectory("mainstreet-bench-").FullName;
        try
        {
            await MeasureAsync(new DatabaseOptions { Provider = "sqlite", ConnectionString = $"Data Source={Path.Combine(folder, "bench.db")}" }, folder, postings, searches, clients);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OnPostgresAsync(int postings, int searches, int clients)
    {
        var server = Environment.GetEnvironmentVariable("MAINSTREET_TEST_POSTGRES");
        if (string.IsNullOrEmpty(server))
        {
            Console.WriteLine("(postgres left out: MAINSTREET_TEST_POSTGRES is not set)");
            return;
        }

        await using var admin = new NpgsqlConnection(server);
        await admin.OpenAsync();
        await ExecuteAsync(admin, $"DROP DATABASE IF EXISTS {Database} WITH (FORCE)");
        await ExecuteAsync(admin, $"CREATE DATABASE {Database}");
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(server) { Database = Database }.ConnectionString;
            await MeasureAsync(new DatabaseOptions { Provider = "postgres", ConnectionString = connection }, Path.GetTempPath(), postings, searches, clients);
        }
        finally
        {
            await ExecuteAsync(admin, $"DROP DATABASE {Database} WITH (FORCE)");
        }
    }

    private static async Task MeasureAsync(DatabaseOptions options, string folder, int postings, int searches, int clients)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new Storage(Options.Create(options), new DataDirectory(folder)));
        services.AddSingleton(Options.Create(new JobOptions()));
        services.AddPooledDbContextFactory<CareersDb>((provider, db) => provider.GetRequiredService<Storage>().Configure(db, provider));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<CareersDb>>().CreateDbContext());
        PostingServices.AddSearch(services);
        await using var built = services.BuildServiceProvider();
        var storage = built.GetRequiredService<Storage>();
        MigrationSource[] sources = [new("foundation", typeof(FoundationDb).Assembly), new CareersModule().Migrations];
        await new Migrator(storage, sources, TimeProvider.System, NullLogger<Migrator>.Instance).UpAsync(CancellationToken.None);
        var engine = storage.Engine == Engine.Postgres ? "PostgreSQL" : "SQLite";
        var crowd = new JobsCrowd();
        var tally = IntakeTally.None;
        var started = Stopwatch.GetTimestamp();
        foreach (var batch in crowd.Postings(postings).Chunk(PostingIntake.BatchSize))
        {
            await using var scope = built.CreateAsyncScope();
            var drafts = batch.Select(raw => PostingNormaliser.Read(raw, TimeProvider.System.Now()).Value!).ToList();
            tally = tally.Plus(await scope.ServiceProvider.GetRequiredService<PostingIntake>().TakeAsync(new AdvertOrigin("bench", "", Synthetic: false), drafts, CancellationToken.None));
        }

        var filling = Stopwatch.GetElapsedTime(started);
        if (storage.Engine == Engine.Postgres)
        {
            await using var connection = (NpgsqlConnection)await storage.OpenAsync(CancellationToken.None);
            await ExecuteAsync(connection, "VACUUM ANALYZE");
        }

        var (factory, mirror) = (built.GetRequiredService<IDbContextFactory<CareersDb>>(), built.GetRequiredService<JobMirror>());
        async Task<int> FindAsync(SearchJobs.Query query)
        {
            await using var db = await factory.CreateDbContextAsync();
            return (await SearchJobs.RunAsync(SearchJobs.PlanOf(query, synthetic: false, TimeProvider.System.Now()).Value!, db, mirror, CancellationToken.None)).Total;
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        started = Stopwatch.GetTimestamp();
        await FindAsync(new SearchJobs.Query());
        var first = Stopwatch.GetElapsedTime(started);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        await OnceAsync(FindAsync, [.. crowd.Searches(Math.Min(400, searches))], clients);
        Print(engine, postings, await OnceAsync(FindAsync, [.. crowd.Searches(searches)], clients));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"({engine}: {postings} adverts taken in in {filling.TotalSeconds:0.0} s, {postings / filling.TotalSeconds:0} a second: {tally.Created} postings, {tally.Merged} merged; {clients} at a time; first search {first.TotalSeconds:0.0} s, {kept / 1048576.0:0} MB kept)"));
    }

    private static async Task<List<(string Kind, double Milliseconds, int Found)>> OnceAsync(Func<SearchJobs.Query, Task<int>> find, List<(string Kind, SearchJobs.Query Query)> searches, int clients)
    {
        var times = new List<(string, double, int)>();
        await Parallel.ForEachAsync(searches, new ParallelOptions { MaxDegreeOfParallelism = clients }, async (search, _) =>
        {
            var started = Stopwatch.GetTimestamp();
            var found = await find(search.Query);
            var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            lock (times) times.Add((search.Kind, took, found));
        });
        return times;
    }

    private static void Print(string engine, int postings, List<(string Kind, double Milliseconds, int Found)> times)
    {
        foreach (var (kind, of) in times.GroupBy(t => t.Kind).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.ToList())).Append(("all", times)))
        {
            var sorted = of.Select(t => t.Milliseconds).Order().ToList();
            double At(double share) => sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {engine} | {postings} | {kind} | {of.Count} | {At(0.5):0.0} | {At(0.95):0.0} | {At(0.99):0.0} | {of.Average(t => t.Found):0} |"));
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }
}
