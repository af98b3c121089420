using System.Diagnostics;
using System.Globalization;
using Mainstreet.Trades.Matching;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Mainstreet.Benchmarks;

/// <summary>
/// Times <c>Matcher.RankAsync</c> on both engines: radius 20 km, eight trades, limit 20, one caller, one question after the other.
/// Arguments: <c>--sizes 1000,100000,1000000 --queries 2000 --engines sqlite,postgres --page 128</c>. PostgreSQL is the server that
/// MAINSTREET_TEST_POSTGRES names (a database is made and dropped); without it that engine is left out, and says so.
/// Every question is asked five times: the first columns take all times, the quiet ones the best of each question's five, which
/// leaves out what else the machine was doing.
/// </summary>
internal static class MatchingBench
{
    private const int Passes = 5;

    public static async Task<int> RunAsync(string[] args)
    {
        string Argument(string name, string otherwise) =>
            Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
        var sizes = Argument("--sizes", "1000,100000,1000000").Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture)).ToList();
        var queries = MatchingCrowd.Queries(int.Parse(Argument("--queries", "2000"), CultureInfo.InvariantCulture));
        var options = new MatchingOptions { PageSize = int.Parse(Argument("--page", "128"), CultureInfo.InvariantCulture) };

        Console.WriteLine("| engine | contractors | p50 ms | p95 ms | p99 ms | max ms | quiet p50 | quiet p95 | quiet p99 | considered p50 | considered p99 | rounds p50 | rounds p99 | KB a call |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var engine in Argument("--engines", "sqlite,postgres").Split(','))
        {
            foreach (var size in sizes)
            {
                if (engine == "sqlite") await OnSqliteAsync(size, queries, options);
                else await OnPostgresAsync(size, queries, options);
            }
        }
        return 0;
    }

    private static async Task OnSqliteAsync(int size, MatchQuery[] queries, MatchingOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("mainstreet-bench-").FullName;
        try
        {
            await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(folder, "bench.db"), Pooling = false,
            }.ConnectionString);
            await connection.OpenAsync();
            Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;");
            Execute(Migration("Sqlite"));
            await using (var transaction = await connection.BeginTransactionAsync())
            {
                await using var insert = connection.CreateCommand();
                insert.CommandText = """
                    INSERT INTO trades_contractors (id, display_name, lat, lon, service_radius_meters, trades, status, working_hours,
                      time_zone, rating_sum, rating_count, offers_received, offers_accepted, active_jobs, open_offers, created_at, updated_at)
                    VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0)
                    """;
                for (var i = 0; i <= 14; i++) insert.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"${i}"), DBNull.Value);
                foreach (var c in MatchingCrowd.Contractors(size))
                {
                    object?[] values = [c.Id, c.DisplayName, c.Lat, c.Lon, c.ServiceRadiusMeters, c.TradesMask, c.Status, c.WorkingHours,
                        c.TimeZone, c.RatingSum, c.RatingCount, c.OffersReceived, c.OffersAccepted, c.ActiveJobs, c.OpenOffers];
                    for (var i = 0; i < values.Length; i++) insert.Parameters[i].Value = values[i] ?? DBNull.Value;
                    await insert.ExecuteNonQueryAsync();
                }
                await transaction.CommitAsync();
            }
            Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            await MeasureAsync("sqlite", size, new CandidateIndexSqlite(connection), queries, options);

            void Execute(string sql)
            {
                using var command = connection.CreateCommand();
                command.CommandText = sql;
                command.ExecuteNonQuery();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OnPostgresAsync(int size, MatchQuery[] queries, MatchingOptions options)
    {
        var server = Environment.GetEnvironmentVariable("MAINSTREET_TEST_POSTGRES");
        if (string.IsNullOrEmpty(server))
        {
            Console.WriteLine("(postgres left out: MAINSTREET_TEST_POSTGRES is not set)");
            return;
        }
        await using var admin = new NpgsqlConnection(server);
        await admin.OpenAsync();
        await ExecuteAsync(admin, "DROP DATABASE IF EXISTS mainstreet_bench_matching WITH (FORCE)");
        await ExecuteAsync(admin, "CREATE DATABASE mainstreet_bench_matching");
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server)
            {
                Database = "mainstreet_bench_matching", Pooling = false, Options = "-c jit=off",
            }.ConnectionString);
            await connection.OpenAsync();
            await ExecuteAsync(connection, "CREATE SCHEMA trades");
            await ExecuteAsync(connection, Migration("Postgres"));
            await using (var copy = await connection.BeginBinaryImportAsync("""
                COPY trades.contractors (id, display_name, lat, lon, service_radius_meters, trades, status, working_hours, time_zone,
                  rating_sum, rating_count, offers_received, offers_accepted, active_jobs, open_offers, created_at, updated_at) FROM STDIN (FORMAT BINARY)
                """))
            {
                foreach (var c in MatchingCrowd.Contractors(size))
                {
                    object[] values = [c.Id, c.DisplayName, c.Lat, c.Lon, (object?)c.ServiceRadiusMeters ?? DBNull.Value, c.TradesMask, c.Status,
                        (object?)c.WorkingHours ?? DBNull.Value, c.TimeZone, c.RatingSum, c.RatingCount, c.OffersReceived, c.OffersAccepted, c.ActiveJobs, c.OpenOffers];
                    await copy.StartRowAsync();
                    foreach (var value in values) await copy.WriteAsync(value);
                    await copy.WriteAsync(DateTime.UnixEpoch, NpgsqlDbType.TimestampTz);
                    await copy.WriteAsync(DateTime.UnixEpoch, NpgsqlDbType.TimestampTz);
                }
                await copy.CompleteAsync();
            }
            await ExecuteAsync(connection, "VACUUM ANALYZE trades.contractors");
            await MeasureAsync("postgres", size, new CandidateIndexPostgres(connection), queries, options);
        }
        finally
        {
            await ExecuteAsync(admin, "DROP DATABASE mainstreet_bench_matching WITH (FORCE)");
        }
    }

    private static async Task MeasureAsync(string engine, int size, ICandidateIndex index, MatchQuery[] queries, MatchingOptions options)
    {
        var counting = new CountingIndex(index);
        var matcher = new Matcher(counting, new Scoring(options));
        foreach (var query in queries.Take(queries.Length / 4)) await matcher.RankAsync(query, CancellationToken.None);

        var (times, quiet) = (new List<double>(), Enumerable.Repeat(double.PositiveInfinity, queries.Length).ToList());
        var (considered, rounds) = (new List<double>(), new List<double>());
        var allocated = GC.GetTotalAllocatedBytes();
        for (var pass = 0; pass < Passes; pass++)
        {
            for (var i = 0; i < queries.Length; i++)
            {
                counting.Rounds = 0;
                var started = Stopwatch.GetTimestamp();
                var result = await matcher.RankAsync(queries[i], CancellationToken.None);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                quiet[i] = Math.Min(quiet[i], times[^1]);
                considered.Add(result.Explanation.Candidates.Count);
                rounds.Add(counting.Rounds);
            }
        }
        var kilobytes = (GC.GetTotalAllocatedBytes() - allocated) / 1024.0 / times.Count;
        foreach (var list in (List<double>[])[times, quiet, considered, rounds]) list.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {engine} | {size} | {At(times, 0.5):0.00} | {At(times, 0.95):0.00} | {At(times, 0.99):0.00} | {times[^1]:0.00} | {At(quiet, 0.5):0.00} | {At(quiet, 0.95):0.00} | {At(quiet, 0.99):0.00} | {At(considered, 0.5):0} | {At(considered, 0.99):0} | {At(rounds, 0.5):0} | {At(rounds, 0.99):0} | {kilobytes:0} |"));
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }

    private static string Migration(string engine)
    {
        var assembly = typeof(Matcher).Assembly;
        var name = assembly.GetManifestResourceNames()
            .Single(n => n.Replace('\\', '/').EndsWith($"Migrations/{engine}/0002_contractors.up.sql", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private sealed class CountingIndex(ICandidateIndex inner) : ICandidateIndex
    {
        public int Rounds { get; set; }

        public Task<CandidatePage> ReadAsync(CandidateFilter filter, CandidatePosition position, CancellationToken cancel)
        {
            Rounds++;
            return inner.ReadAsync(filter, position, cancel);
        }
    }
}
