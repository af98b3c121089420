using System.Diagnostics;
using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Store;
using Mainstreet.Store.Data;
using Mainstreet.Store.Search;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Npgsql;

namespace Mainstreet.Benchmarks.Store;

/// <summary>
/// Times the product search with facets as the route runs it: words, corrections, counts, one page with its products. Arguments:
/// <c>--products 100000 --searches 2000 --clients 1 --brands 800 --engines postgres,sqlite --memory 300000</c>; 0 asks the database alone.
/// PostgreSQL is the server that MAINSTREET_TEST_POSTGRES names (a database is made and dropped).
/// </summary>
internal static class SearchBench
{
    private const string Database = "mainstreet_bench_search";

    public static async Task<int> RunAsync(string[] args)
    {
        string Argument(string name, string otherwise) =>
            Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
        int Number(string name, string otherwise) => int.Parse(Argument(name, otherwise), CultureInfo.InvariantCulture);
        var (products, searches, clients, brands) = (Number("--products", "100000"), Number("--searches", "2000"), Number("--clients", "1"), Number("--brands", "800"));
        var store = new StoreOptions { SearchInMemory = Number("--memory", "300000") };
        if (Argument("--json", "") is { Length: > 0 } json)
        {
            await (await SearchCrowd.ReadAsync(brands)).WriteAsync(json, products, searches);
            return 0;
        }

        Console.WriteLine("| engine | products | kind | searches | p50 ms | p95 ms | p99 ms | found, mean |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var engine in Argument("--engines", "postgres,sqlite").Split(','))
        {
            if (engine == "sqlite") await OnSqliteAsync(store, products, searches, clients, brands);
            else await OnPostgresAsync(store, products, searches, clients, brands);
        }

        return 0;
    }

    private static async Task OnSqliteAsync(StoreOptions store, int products, int searches, int clients, int brands)
    {
        var folder = Directory.CreateTempSubdirectory("mainstreet-bench-").FullName;
        try
        {
            await MeasureAsync(new DatabaseOptions { Provider = "sqlite", ConnectionString = $"Data Source={Path.Combine(folder, "bench.db")}" }, store, folder, products, searches, clients, brands);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OnPostgresAsync(StoreOptions store, int products, int searches, int clients, int brands)
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
            await MeasureAsync(new DatabaseOptions { Provider = "postgres", ConnectionString = connection }, store, Path.GetTempPath(), products, searches, clients, brands);
        }
        finally
        {
            await ExecuteAsync(admin, $"DROP DATABASE {Database} WITH (FORCE)");
        }
    }

    private static async Task MeasureAsync(DatabaseOptions options, StoreOptions store, string folder, int products, int searches, int clients, int brands)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new Storage(Options.Create(options), new DataDirectory(folder)));
        services.AddSingleton(Options.Create(new JobOptions()));
        services.AddSingleton(Options.Create(store));
        services.AddPooledDbContextFactory<StoreDb>((provider, db) => provider.GetRequiredService<Storage>().Configure(db, provider));
        SearchServices.AddSearch(services);
        await using var built = services.BuildServiceProvider();
        var storage = built.GetRequiredService<Storage>();
        MigrationSource[] sources = [new("foundation", typeof(FoundationDb).Assembly), new StoreModule().Migrations];
        await new Migrator(storage, sources, TimeProvider.System, NullLogger<Migrator>.Instance).UpAsync(CancellationToken.None);
        var crowd = await SearchCrowd.ReadAsync(brands);
        var factory = built.GetRequiredService<IDbContextFactory<StoreDb>>();
        var started = Stopwatch.GetTimestamp();
        await crowd.FillAsync(factory, built.GetRequiredService<ProductIndex>(), TimeProvider.System, products);
        var filling = Stopwatch.GetElapsedTime(started);
        if (storage.Engine == Engine.Postgres)
        {
            await using var connection = (NpgsqlConnection)await storage.OpenAsync(CancellationToken.None);
            await ExecuteAsync(connection, "VACUUM ANALYZE");
        }

        var run = built.GetRequiredService<SearchRun>();
        var engine = storage.Engine == Engine.Postgres ? "PostgreSQL" : "SQLite";
        List<(string Kind, SearchProducts.Filter Filter)> warm = [.. crowd.Searches(Math.Min(400, searches))], real = [.. crowd.Searches(searches)];
        async Task<long> FindAsync(SearchProducts.Filter filter, CancellationToken cancel)
        {
            await using var db = await factory.CreateDbContextAsync(cancel);
            return (await SearchProducts.ReadAsync(filter, synthetic: false, db, run, cancel)).Value!.Total;
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        started = Stopwatch.GetTimestamp();
        await FindAsync(warm[0].Filter, CancellationToken.None);
        var first = Stopwatch.GetElapsedTime(started);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        await OnceAsync(FindAsync, warm, clients);
        Print(engine, products, await OnceAsync(FindAsync, real, clients));
        if (storage.Engine == Engine.Postgres)
        {
            await BareSearch.PrepareAsync(storage);
            Task<long> BareAsync(SearchProducts.Filter filter, CancellationToken cancel) => BareSearch.RunAsync(storage, filter, cancel);
            await OnceAsync(BareAsync, warm, clients);
            Print("bare PostgreSQL", products, await OnceAsync(BareAsync, real, clients));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"({engine}: {products} products written in {filling.TotalSeconds:0.0} s, {products / filling.TotalSeconds:0} a second; {clients} at a time; first search {first.TotalSeconds:0.0} s, {kept / 1048576.0:0} MB kept)"));
    }

    private static void Print(string engine, int products, List<(string Kind, double Milliseconds, long Total)> measured)
    {
        foreach (var kind in measured.GroupBy(m => m.Kind).Append(measured.GroupBy(_ => "all").Single()))
        {
            var times = kind.Select(m => m.Milliseconds).Order().ToList();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {engine} | {products} | {kind.Key} | {times.Count} | {At(times, 0.5):0.0} | {At(times, 0.95):0.0} | {At(times, 0.99):0.0} | {kind.Average(m => m.Total):0} |"));
        }
    }

    private static async Task<List<(string Kind, double Milliseconds, long Total)>> OnceAsync(
        Func<SearchProducts.Filter, CancellationToken, Task<long>> find, List<(string Kind, SearchProducts.Filter Filter)> searches, int clients)
    {
        var measured = new List<(string, double, long)>();
        await Parallel.ForEachAsync(searches, new ParallelOptions { MaxDegreeOfParallelism = clients }, async (search, cancel) =>
        {
            var started = Stopwatch.GetTimestamp();
            var total = await find(search.Filter, cancel);
            var time = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            lock (measured) measured.Add((search.Kind, time, total));
        });
        return measured;
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }
}
