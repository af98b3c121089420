using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Recipients;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Npgsql;

namespace Mainstreet.Benchmarks.Occasions;

/// <summary>A database with recipients and as many messages as a run wants; dropped at the end.</summary>
internal sealed class DeliveryCrowd : IAsyncDisposable
{
    private const string Name = "mainstreet_bench_delivery";

    private readonly Guid _business = Guid.CreateVersion7();
    private readonly string? _server;

    private DeliveryCrowd(Engine engine, string? server)
    {
        Engine = engine;
        _server = server;
        Folder = Directory.CreateTempSubdirectory("mainstreet-bench-").FullName;
        Database = engine == Engine.Postgres
            ? new DatabaseOptions { Provider = "postgres", ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = Name }.ConnectionString }
            : new DatabaseOptions { Provider = "sqlite", ConnectionString = $"Data Source={Path.Combine(Folder, "mainstreet.db")}" };
    }

    internal Engine Engine { get; }

    internal DatabaseOptions Database { get; }

    internal string Folder { get; }

    /// <summary>Null without a PostgreSQL server.</summary>
    internal static async Task<DeliveryCrowd?> MakeAsync(string engine)
    {
        var server = Environment.GetEnvironmentVariable("MAINSTREET_TEST_POSTGRES");
        var crowd = new DeliveryCrowd(engine == "postgres" ? Engine.Postgres : Engine.Sqlite, server);
        if (crowd.Engine == Engine.Postgres)
        {
            if (string.IsNullOrEmpty(server)) return null;
            await crowd.AdministerAsync($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
            await crowd.AdministerAsync($"CREATE DATABASE {Name}");
        }

        await using var storage = crowd.Open();
        await new Migrator(storage, MainstreetHost.MigrationSources(), TimeProvider.System, NullLogger<Migrator>.Instance).UpAsync(CancellationToken.None);
        return crowd;
    }

    internal Storage Open() => new(Options.Create(Database), new DataDirectory(Folder));

    internal IClaims Claims(Storage storage) => Engine == Engine.Postgres ? new PostgresClaims(storage) : new SqliteClaims(Contexts(storage), storage, TimeProvider.System);

    /// <summary>Empties the tables and fills them anew, vacuumed and analysed.</summary>
    internal async Task FillAsync(int messages, MessageStatus status, DateTimeOffset? dueAt = null)
    {
        await using var storage = Open();
        var now = TimeProvider.System.Now();
        var due = dueAt ?? now.AddSeconds(-10);
        if (Engine == Engine.Postgres) await CopyAsync(storage, messages, status, due, now);
        else await InsertAsync(storage, messages, status, due, now);
    }

    internal async Task<int> SentAsync()
    {
        await using var storage = Open();
        await using var connection = await storage.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {storage.Table("occasions", "messages")} WHERE status = 'Sent'";
        return Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>From the first attempt's beginning, or the common due instant if that is later, to the last acceptance.</summary>
    internal async Task<TimeSpan> SpanAsync()
    {
        await using var storage = Open();
        await using var connection = await storage.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        var table = storage.Table("occasions", "messages");
        command.CommandText = Engine == Engine.Postgres
            ? $"SELECT extract(epoch FROM max(sent_at) - greatest(max(due_at), min((history::json ->> 'startedAt')::timestamptz) - interval '20 ms'))::float8 FROM {table}"
            : $"SELECT (max(sent_at) - max(max(due_at), CAST((julianday(min(json_extract(history, '$.startedAt'))) - 2440587.5) * 86400000000.0 AS INTEGER) - 20000)) / 1000000.0 FROM {table}";
        return TimeSpan.FromSeconds(Convert.ToDouble(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        if (Engine == Engine.Postgres) await AdministerAsync($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
        Directory.Delete(Folder, recursive: true);
    }

    private async Task CopyAsync(Storage storage, int messages, MessageStatus status, DateTimeOffset due, DateTimeOffset now)
    {
        await using var connection = await storage.Postgres.OpenConnectionAsync();
        await ExecuteAsync(connection, "TRUNCATE occasions.messages, occasions.recipients");
        var ids = Enumerable.Range(0, messages).Select(_ => Guid.CreateVersion7()).ToArray();
        await using (var copy = await connection.BeginBinaryImportAsync(
            "COPY occasions.recipients (id, business_id, first_name, last_name, birthday, birthday_day, time_zone, channels, version, created_at, updated_at) FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var id in ids)
            {
                await copy.StartRowAsync();
                foreach (object value in (object[])[id, _business, "Ada", "Example", "1990-06-14", 614, "Etc/UTC", "", 1, now, now]) await copy.WriteAsync(value);
            }

            await copy.CompleteAsync();
        }

        await using (var copy = await connection.BeginBinaryImportAsync("""
            COPY occasions.messages (id, business_id, recipient_id, occasion, local_year, local_date, time_zone, due_at, send_by, status, work_at, created_at)
            FROM STDIN (FORMAT BINARY)
            """))
        {
            foreach (var id in ids)
            {
                await copy.StartRowAsync();
                foreach (object value in (object[])[Guid.CreateVersion7(), _business, id, "Birthday", 2026, "2026-06-14", "Etc/UTC", due, due.AddHours(12), status.ToString()])
                    await copy.WriteAsync(value);
                if (status == MessageStatus.Queued) await copy.WriteAsync(due);
                else await copy.WriteNullAsync();
                await copy.WriteAsync(now);
            }

            await copy.CompleteAsync();
        }

        await ExecuteAsync(connection, "VACUUM ANALYZE occasions.messages");
        await ExecuteAsync(connection, "VACUUM ANALYZE occasions.recipients");
        await ExecuteAsync(connection, "CHECKPOINT");
    }

    private async Task InsertAsync(Storage storage, int messages, MessageStatus status, DateTimeOffset due, DateTimeOffset now)
    {
        await using var db = await Contexts(storage).CreateDbContextAsync();
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        await db.InTransactionAsync(async token =>
        {
            await db.Messages.ExecuteDeleteAsync(token);
            await db.Recipients.ExecuteDeleteAsync(token);
            for (var i = 0; i < messages; i++)
            {
                var id = Guid.CreateVersion7();
                db.Recipients.Add(new Recipient
                {
                    Id = id, BusinessId = _business, FirstName = "Ada", LastName = "Example", Birthday = "1990-06-14", BirthdayDay = 614, TimeZone = "Etc/UTC", Version = 1,
                    CreatedAt = now, UpdatedAt = now,
                });
                db.Messages.Add(new Message
                {
                    Id = Guid.CreateVersion7(), BusinessId = _business, RecipientId = id, Occasion = Occasion.Birthday, LocalYear = 2026, LocalDate = "2026-06-14",
                    TimeZone = "Etc/UTC", DueAt = due, SendBy = due.AddHours(12), Status = status, WorkAt = status == MessageStatus.Queued ? due : null, CreatedAt = now,
                });
                if (i % 5_000 != 4_999) continue;
                await db.SaveChangesAsync(token);
                db.ChangeTracker.Clear();
            }

            await db.SaveChangesAsync(token);
        }, CancellationToken.None);
    }

    private static IDbContextFactory<OccasionsDb> Contexts(Storage storage)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(storage);
        services.AddPooledDbContextFactory<OccasionsDb>((provider, options) => storage.Configure(options, provider));
        return services.BuildServiceProvider().GetRequiredService<IDbContextFactory<OccasionsDb>>();
    }

    private async Task AdministerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await ExecuteAsync(connection, sql);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }
}
