using System.Data;
using System.Data.Common;
using System.Diagnostics.Metrics;

using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Mainstreet.Foundation.Data;

/// <summary>
/// What Npgsql measures by itself, for SQLite, under the same names (OpenTelemetry's conventions for database clients): time of commands that EF
/// runs, and open connections. The pool does not tell how many it keeps; as many as were ever open at once is the most it can be.
/// </summary>
internal sealed class SqliteMetrics
{
    private readonly Histogram<double> _duration;
    private int _open;
    private int _most;

    internal SqliteMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Mainstreet.Foundation");
        _duration = meter.CreateHistogram<double>("db.client.operation.duration", "s", "Duration of database client operations.");
        meter.CreateObservableUpDownCounter("db.client.connection.count", Count, "{connection}", "The number of connections that are currently in state described by the state attribute.");
        Commands = new OnCommand(this);
        Connections = new OnConnection(this);
    }

    internal IInterceptor Commands { get; }

    internal IInterceptor Connections { get; }

    internal void Changed(object sender, StateChangeEventArgs change)
    {
        if (change.CurrentState == ConnectionState.Open) Opened();
        else if (change.OriginalState == ConnectionState.Open) Interlocked.Decrement(ref _open);
    }

    private void Opened()
    {
        var open = Interlocked.Increment(ref _open);
        for (var most = Volatile.Read(ref _most); open > most; most = Volatile.Read(ref _most)) Interlocked.CompareExchange(ref _most, open, most);
    }

    private IEnumerable<Measurement<int>> Count()
    {
        var open = Volatile.Read(ref _open);
        return
        [
            new(open, new KeyValuePair<string, object?>("db.client.connection.state", "used")),
            new(Math.Max(0, Volatile.Read(ref _most) - open), new KeyValuePair<string, object?>("db.client.connection.state", "idle")),
        ];
    }

    private void Took(CommandEndEventData ended) => _duration.Record(ended.Duration.TotalSeconds);

    private sealed class OnConnection(SqliteMetrics metrics) : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => metrics.Opened();

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            metrics.Opened();
            return Task.CompletedTask;
        }

        public override void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) => Interlocked.Decrement(ref metrics._open);

        public override Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData)
        {
            Interlocked.Decrement(ref metrics._open);
            return Task.CompletedTask;
        }
    }

    private sealed class OnCommand(SqliteMetrics metrics) : DbCommandInterceptor
    {
        public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
        {
            metrics.Took(eventData);
            return result;
        }

        public override ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            metrics.Took(eventData);
            return new(result);
        }

        public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
        {
            metrics.Took(eventData);
            return result;
        }

        public override ValueTask<int> NonQueryExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            metrics.Took(eventData);
            return new(result);
        }

        public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result)
        {
            metrics.Took(eventData);
            return result;
        }

        public override ValueTask<object?> ScalarExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default)
        {
            metrics.Took(eventData);
            return new(result);
        }

        public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => metrics.Took(eventData);

        public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
        {
            metrics.Took(eventData);
            return Task.CompletedTask;
        }
    }
}
