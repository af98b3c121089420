using System.Data.Common;
using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Hosting;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Npgsql;

namespace Mainstreet.Foundation.Data;

/// <summary>
/// The one database of a deployment. Owns the connection pool; on SQLite also the write gate: the engine has one
/// writer, and its busy handler sleeps in steps of 150 ms, so writers of this process queue here instead, in order.
/// </summary>
public sealed class Storage : IAsyncDisposable
{
    private readonly NpgsqlDataSource? _postgres;
    private readonly string _sqlite = "";
    private readonly int _commandTimeout;
    private readonly SqliteMetrics? _metrics;

    /// <param name="options">Which engine and where.</param>
    /// <param name="data">Holds the SQLite file unless the connection string names another.</param>
    /// <param name="meters">Where use of SQLite is measured; Npgsql measures itself.</param>
    public Storage(IOptions<DatabaseOptions> options, DataDirectory data, IMeterFactory? meters = null)
    {
        var settings = options.Value;
        _commandTimeout = settings.CommandTimeoutSeconds;
        if (settings.Provider.Equals("postgres", StringComparison.OrdinalIgnoreCase))
        {
            Engine = Engine.Postgres;
            var builder = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
            {
                MaxPoolSize = settings.MaxPoolSize,
                CommandTimeout = settings.CommandTimeoutSeconds,
                MaxAutoPrepare = 200,
                AutoPrepareMinUsages = 2,
                ApplicationName = "mainstreet",
                // Nobody leaves session state behind, and the reset (three statements at each return to the pool) was a fifth of PostgreSQL's work.
                NoResetOnClose = true,
                IncludeErrorDetail = false,
            };
            // The planner's JIT turns 1 ms geography queries into 100 ms ones (reference/trades.md, 6.2).
            builder.Options = string.Join(' ', builder.Options, "-c jit=off").Trim();
            // The name of the pool in Npgsql's metrics, which is the connection string otherwise.
            _postgres = new NpgsqlDataSourceBuilder(builder.ConnectionString) { Name = "mainstreet" }.Build();
        }
        else
        {
            Engine = Engine.Sqlite;
            _sqlite = new SqliteConnectionStringBuilder(settings.ConnectionString ?? $"Data Source={data.File("mainstreet.db")}")
            {
                ForeignKeys = true,
                DefaultTimeout = settings.CommandTimeoutSeconds,
                Pooling = true,
            }.ConnectionString;
            _metrics = meters is null ? null : new SqliteMetrics(meters);
        }
    }

    public Engine Engine { get; }

    /// <summary>Held by whoever writes on SQLite; see <see cref="ModuleDb"/>. Unused on PostgreSQL.</summary>
    internal SemaphoreSlim WriteGate { get; } = new(1, 1);

    /// <summary>The PostgreSQL pool. Only engine-specific files use it.</summary>
    /// <exception cref="InvalidOperationException">The engine is SQLite.</exception>
    public NpgsqlDataSource Postgres => _postgres ?? throw new InvalidOperationException("The engine is SQLite.");

    /// <summary>A table's qualified name: <c>trades.tickets</c>, or <c>trades_tickets</c> on SQLite.</summary>
    public string Table(string module, string name) => Engine == Engine.Postgres ? $"{module}.{name}" : $"{module}_{name}";

    /// <summary>An open connection, from the pool. The caller disposes it.</summary>
    public async Task<DbConnection> OpenAsync(CancellationToken cancel)
    {
        if (_postgres is not null) return await _postgres.OpenConnectionAsync(cancel);
        var connection = new SqliteConnection(_sqlite);
        if (_metrics is not null) connection.StateChange += _metrics.Changed;
        await connection.OpenAsync(cancel);
        SqlitePragmas.Apply(connection);
        return connection;
    }

    /// <summary>Points an EF context at this database.</summary>
    public void Configure(DbContextOptionsBuilder options, IServiceProvider services)
    {
        if (_postgres is not null)
        {
            options.UseNpgsql(_postgres, npgsql => npgsql.CommandTimeout(_commandTimeout));
        }
        else
        {
            options.UseSqlite(_sqlite, sqlite => sqlite.CommandTimeout(_commandTimeout));
            options.AddInterceptors(SqlitePragmas.Interceptor);
            if (_metrics is not null) options.AddInterceptors(_metrics.Commands, _metrics.Connections);
        }

        options.UseApplicationServiceProvider(services);
        options.ConfigureWarnings(w => w
            .Throw(RelationalEventId.MultipleCollectionIncludeWarning)
            // Lost races and deadlocks are handled and tried again; whoever does not handle a failure logs it.
            .Log((RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug))
            .Ignore(RelationalEventId.AmbientTransactionWarning));
    }

    /// <summary>True when the exception says that the database cannot be reached or was restarted: the caller answers 503.</summary>
    public static bool IsUnavailable(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.SqlState is "57P01" or "57P02" or "57P03" or "53300" || postgres.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException npgsql => npgsql.IsTransient || npgsql.InnerException is IOException or System.Net.Sockets.SocketException or TimeoutException,
        SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6 or 10 or 13 or 14,
        ConnectionLostException => true,
        { InnerException: { } inner } => IsUnavailable(inner),
        _ => false,
    };

    /// <summary>True when the exception reports a broken unique key or primary key.</summary>
    public static bool IsUniqueViolation(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode is 1555 or 2067,
        DbUpdateException { InnerException: { } inner } => IsUniqueViolation(inner),
        _ => false,
    };

    /// <summary>True when PostgreSQL asks for the transaction to be run again (serialization failure or deadlock).</summary>
    public static bool IsRetryable(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.SqlState is "40001" or "40P01",
        { InnerException: { } inner } => IsRetryable(inner),
        _ => false,
    };

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null) await _postgres.DisposeAsync();
        else SqliteConnection.ClearPool(new SqliteConnection(_sqlite));
        WriteGate.Dispose();
    }
}
