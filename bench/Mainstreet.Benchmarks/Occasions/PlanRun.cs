using System.Diagnostics;
using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Occasions;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Npgsql;

namespace Mainstreet.Benchmarks.Occasions;

/// <summary>
/// Times the daily job: a table of recipients all over the world, then day after day is planned, one at a time. Arguments:
/// <c>--recipients 1000000 --engines postgres,sqlite --days 5 --businesses 100</c>; with <c>--same-day</c> everybody has the same birthday, which is the worst
/// day there can be. PostgreSQL is the server that MAINSTREET_TEST_POSTGRES names (a database is made and dropped).
/// </summary>
internal static class PlanRun
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task<int> RunAsync(string[] args)
    {
        string Argument(string name, string otherwise) =>
            Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
        var recipients = int.Parse(Argument("--recipients", "1000000"), CultureInfo.InvariantCulture);
        var days = int.Parse(Argument("--days", "5"), CultureInfo.InvariantCulture);
        var businesses = int.Parse(Argument("--businesses", "100"), CultureInfo.InvariantCulture);
        var sameDay = args.Contains("--same-day");
        Console.WriteLine("| engine | recipients | day | planned | seconds | messages a second | peak managed MB |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var engine in Argument("--engines", "postgres,sqlite").Split(','))
        {
            if (engine == "sqlite") await OnSqliteAsync(recipients, days, businesses, sameDay);
            else await OnPostgresAsync(recipients, days, businesses, sameDay);
        }

        return 0;
    }

    private static async Task OnSqliteAsync(int recipients, int days, int businesses, bool sameDay)
    {
        var folder = Directory.CreateTempSubdirectory("mainstreet-bench-").FullName;
        try
        {
            var options = new DatabaseOptions { Provider = "sqlite", ConnectionString = $"Data Source={Path.Combine(folder, "bench.db")}" };
            await MeasureAsync("sqlite", options, folder, recipients, days, businesses, sameDay);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OnPostgresAsync(int recipients, int days, int businesses, bool sameDay)
    {
        var server = Environment.GetEnvironmentVariable("MAINSTREET_TEST_POSTGRES");
        if (string.IsNullOrEmpty(server))
        {
            Console.WriteLine("(postgres left out: MAINSTREET_TEST_POSTGRES is not set)");
            return;
        }

        await using var admin = new NpgsqlConnection(server);
        await admin.OpenAsync();
        await ExecuteAsync(admin, "DROP DATABASE IF EXISTS mainstreet_bench_plan WITH (FORCE)");
        await ExecuteAsync(admin, "CREATE DATABASE mainstreet_bench_plan");
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(server) { Database = "mainstreet_bench_plan" }.ConnectionString;
            await MeasureAsync("postgres", new DatabaseOptions { Provider = "postgres", ConnectionString = connection }, Path.GetTempPath(), recipients, days, businesses, sameDay);
        }
        finally
        {
            await ExecuteAsync(admin, "DROP DATABASE mainstreet_bench_plan WITH (FORCE)");
        }
    }

    private static async Task MeasureAsync(string engine, DatabaseOptions options, string folder, int recipients, int days, int businesses, bool sameDay)
    {
        var clock = new PlanClock(Start);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(_ => new Storage(Options.Create(options), new DataDirectory(folder)));
        services.AddSingleton(Options.Create(new OccasionsOptions()));
        services.AddPooledDbContextFactory<OccasionsDb>((provider, db) => provider.GetRequiredService<Storage>().Configure(db, provider));
        services.AddSingleton<OccasionClock>();
        services.AddSingleton<PlanMetrics>();
        services.AddSingleton(provider => IPlanTable.For(provider.GetRequiredService<Storage>().Engine));
        services.AddSingleton<IPolicies, Policies>();
        services.AddSingleton<Planner>();
        await using var built = services.BuildServiceProvider();
        var storage = built.GetRequiredService<Storage>();
        MigrationSource[] sources = [new("foundation", typeof(FoundationDb).Assembly), new OccasionsModule().Migrations];
        await new Migrator(storage, sources, TimeProvider.System, NullLogger<Migrator>.Instance).UpAsync(CancellationToken.None);
        await PlanCrowd.FillAsync(storage, recipients, businesses, sameDay, Start);
        await using (var db = await built.GetRequiredService<IDbContextFactory<OccasionsDb>>().CreateDbContextAsync())
        {
            await db.InTransactionAsync(cancel => db.PlanStates.ExecuteUpdateAsync(
                set => set.SetProperty(s => s.PlannedUntil, Start.AddHours(12)).SetProperty(s => s.CompleteUntil, Start.AddHours(12)), cancel), CancellationToken.None);
        }

        var planner = built.GetRequiredService<Planner>();
        for (var day = 0; day < days; day++)
        {
            clock.Now = Start.AddDays(day);
            GC.Collect();
            using var memory = new PeakMemory();
            var started = Stopwatch.GetTimestamp();
            var report = await planner.RunAsync(CancellationToken.None);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {engine} | {recipients} | {clock.Now:yyyy-MM-dd} | {report.Planned} | {seconds:0.000} | {report.Planned / seconds:0} | {memory.PeakMegabytes:0} |"));
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }

    private sealed class PlanClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>The largest managed heap seen, looked at every 20 ms.</summary>
    private sealed class PeakMemory : IDisposable
    {
        private readonly Timer _timer;
        private long _peak = GC.GetTotalMemory(false);

        public PeakMemory() => _timer = new Timer(_ => _peak = Math.Max(_peak, GC.GetTotalMemory(false)), null, 0, 20);

        public double PeakMegabytes => _peak / 1024.0 / 1024.0;

        public void Dispose() => _timer.Dispose();
    }
}
