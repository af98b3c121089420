using System.Data.Common;
using System.Globalization;
using Mainstreet.Trades.Matching;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using Xunit;

namespace Mainstreet.Trades.Tests.Matching;

/// <summary>A database of its own with the contractors table, on one engine.</summary>
internal abstract class MatchingDatabase : IAsyncDisposable
{
    public abstract ICandidateIndex Index { get; }
    public abstract DbConnection Connection { get; }

    public abstract void Replace(IReadOnlyList<ContractorCandidate> world);

    public static async Task<MatchingDatabase> OpenAsync(string engine, CancellationToken cancel) => engine switch
    {
        "sqlite" => SqliteMatchingDatabase.Create(),
        "postgres" => await PostgresMatchingDatabase.CreateAsync(cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(engine), engine, "sqlite or postgres"),
    };

    public abstract ValueTask DisposeAsync();

    public void Execute(string sql)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static string Migration(string engine, string direction)
    {
        var assembly = typeof(Matcher).Assembly;
        var name = assembly.GetManifestResourceNames()
            .Single(n => n.Replace('\\', '/').EndsWith($"Migrations/{engine}/0002_contractors.{direction}.sql", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}

internal sealed class SqliteMatchingDatabase : MatchingDatabase
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mainstreet-matching-").FullName;
    private readonly SqliteConnection _connection;

    private SqliteMatchingDatabase()
    {
        var file = new SqliteConnectionStringBuilder { DataSource = Path.Combine(_folder, "test.db"), Pooling = false };
        _connection = new SqliteConnection(file.ConnectionString);
        _connection.Open();
        Index = new CandidateIndexSqlite(_connection);
    }

    public override ICandidateIndex Index { get; }
    public override DbConnection Connection => _connection;

    public static SqliteMatchingDatabase Create()
    {
        var database = new SqliteMatchingDatabase();
        database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;");
        database.Execute(Migration("Sqlite", "up"));
        return database;
    }

    public override void Replace(IReadOnlyList<ContractorCandidate> world)
    {
        using var transaction = _connection.BeginTransaction();
        Execute("DELETE FROM trades_contractors");
        using var insert = _connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO trades_contractors (id, display_name, lat, lon, service_radius_meters, trades, status, working_hours,
              time_zone, rating_sum, rating_count, offers_received, offers_accepted, active_jobs, open_offers, synthetic,
              business_id, created_at, updated_at)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, 0)
            """;
        for (var i = 0; i <= 16; i++) insert.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"${i}"), DBNull.Value);
        foreach (var c in world)
        {
            object?[] values = [c.Id, c.DisplayName, c.Lat, c.Lon, c.ServiceRadiusMeters, c.TradesMask, c.Status, c.WorkingHours,
                c.TimeZone, c.RatingSum, c.RatingCount, c.OffersReceived, c.OffersAccepted, c.ActiveJobs, c.OpenOffers,
                c.Synthetic ? 1 : 0, c.BusinessId];
            for (var i = 0; i < values.Length; i++) insert.Parameters[i].Value = values[i] ?? DBNull.Value;
            insert.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    public override async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

internal sealed class PostgresMatchingDatabase : MatchingDatabase
{
    private readonly string _name;
    private readonly string _server;
    private readonly NpgsqlConnection _connection;

    private PostgresMatchingDatabase(string server, string name)
    {
        (_server, _name) = (server, name);
        _connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server)
        {
            Database = name, Pooling = false, Options = "-c jit=off",
        }.ConnectionString);
        Index = new CandidateIndexPostgres(_connection);
    }

    public override ICandidateIndex Index { get; }
    public override DbConnection Connection => _connection;

    public static async Task<PostgresMatchingDatabase> CreateAsync(CancellationToken cancel)
    {
        var server = Environment.GetEnvironmentVariable("MAINSTREET_TEST_POSTGRES");
        if (string.IsNullOrEmpty(server))
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail("MAINSTREET_TEST_POSTGRES is not set.");
            Assert.Skip("MAINSTREET_TEST_POSTGRES is not set.");
        }
        var database = new PostgresMatchingDatabase(server, $"mainstreet_matching_{Guid.NewGuid():N}");
        await database.OnServerAsync($"CREATE DATABASE {database._name}", cancel);
        await database._connection.OpenAsync(cancel);
        database.Execute("CREATE SCHEMA trades");
        database.Execute(Migration("Postgres", "up"));
        await database._connection.ReloadTypesAsync(cancel);
        return database;
    }

    public override void Replace(IReadOnlyList<ContractorCandidate> world)
    {
        Execute("TRUNCATE trades.contractors");
        using var copy = _connection.BeginBinaryImport("""
            COPY trades.contractors (id, display_name, lat, lon, service_radius_meters, trades, status, working_hours,
              time_zone, rating_sum, rating_count, offers_received, offers_accepted, active_jobs, open_offers, synthetic,
              business_id, created_at, updated_at) FROM STDIN (FORMAT BINARY)
            """);
        foreach (var c in world)
        {
            copy.StartRow();
            copy.Write(c.Id);
            copy.Write(c.DisplayName);
            copy.Write(c.Lat);
            copy.Write(c.Lon);
            if (c.ServiceRadiusMeters is { } radius) copy.Write(radius); else copy.WriteNull();
            copy.Write(c.TradesMask);
            copy.Write(c.Status);
            if (c.WorkingHours is { } hours) copy.Write(hours); else copy.WriteNull();
            copy.Write(c.TimeZone);
            foreach (var count in (int[])[c.RatingSum, c.RatingCount, c.OffersReceived, c.OffersAccepted, c.ActiveJobs, c.OpenOffers])
                copy.Write(count);
            copy.Write(c.Synthetic);
            if (c.BusinessId is { } business) copy.Write(business); else copy.WriteNull();
            copy.Write(DateTime.UnixEpoch, NpgsqlDbType.TimestampTz);
            copy.Write(DateTime.UnixEpoch, NpgsqlDbType.TimestampTz);
        }
        copy.Complete();
    }

    public override async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await OnServerAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)", CancellationToken.None);
    }

    private async Task OnServerAsync(string sql, CancellationToken cancel)
    {
        var settings = new NpgsqlConnectionStringBuilder(_server) { Pooling = false };
        settings.Database ??= "postgres";
        await using var server = new NpgsqlConnection(settings.ConnectionString);
        await server.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, server);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
