using System.Globalization;

using Mainstreet.Foundation.Faults;

using Microsoft.Extensions.Logging;

using RabbitMQ.Client;

namespace Mainstreet.Foundation.Broker;

/// <summary>
/// One connection that is made again whenever it is lost, for as long as it takes. The client's own recovery is off: it neither
/// covers the first connection nor a channel that the broker closed, so both would need this loop as well.
/// </summary>
internal sealed partial class RabbitLink(string purpose, BrokerOptions options, BrokerMetrics metrics, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private TaskCompletionSource<IConnection> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IConnection? _connection;
    private volatile bool _blocked;

    /// <summary>Connected, and the broker takes messages.</summary>
    internal bool Up => _connection is { IsOpen: true } && !_blocked;

    /// <summary>The broker is short of memory or disk and takes no messages.</summary>
    internal bool Blocked => _blocked;

    /// <summary>The connection; null while there is none.</summary>
    internal IConnection? Connection => _connection is { IsOpen: true } open ? open : null;

    /// <summary>The connection, as soon as there is one.</summary>
    internal Task<IConnection> ConnectedAsync(CancellationToken cancel)
    {
        lock (_lock) return _next.Task.WaitAsync(cancel);
    }

    /// <summary>Keeps the connection up until stopped, then closes it.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        await Task.Yield();
        metrics.Watch(purpose, () => Up);
        var factory = new ConnectionFactory
        {
            Uri = new Uri(options.Uri!),
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedConnectionTimeout = options.ConnectTimeout,
            HandshakeContinuationTimeout = options.ConnectTimeout,
            ContinuationTimeout = options.ConfirmTimeout,
            RequestedHeartbeat = options.Heartbeat,
            ClientProvidedName = string.Create(CultureInfo.InvariantCulture, $"mainstreet {purpose} {Environment.MachineName}/{Environment.ProcessId}"),
        };
        for (var failures = 0; !stop.IsCancellationRequested;)
        {
            try
            {
                await HoldAsync(factory, () => failures = 0, stop);
                if (stop.IsCancellationRequested) return;
                Log.Lost(log, purpose);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Once an outage: the metric counts the rest.
                if (failures == 0) Log.Away(log, purpose, exception);
            }

            metrics.Lost(purpose);
            await Task.Delay(Backoff.After(++failures, options.FirstRetry, options.LongestRetry), clock, stop)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task HoldAsync(ConnectionFactory factory, Action connected, CancellationToken stop)
    {
        var connection = await factory.CreateConnectionAsync(stop);
        try
        {
            var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            connection.ConnectionShutdownAsync += (_, _) =>
            {
                lost.TrySetResult();
                return Task.CompletedTask;
            };
            connection.ConnectionBlockedAsync += (_, blocked) => Block(blocked.Reason);
            connection.ConnectionUnblockedAsync += (_, _) => Block(null);
            connected();
            Log.Connected(log, purpose);
            lock (_lock)
            {
                _connection = connection;
                _next.TrySetResult(connection);
            }

            await lost.Task.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            lock (_lock)
            {
                _connection = null;
                _blocked = false;
                if (_next.Task.IsCompleted) _next = new TaskCompletionSource<IConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            await CloseAsync(connection);
        }
    }

    private Task Block(string? reason)
    {
        _blocked = reason is not null;
        if (reason is not null) Log.Blocked(log, reason);
        return Task.CompletedTask;
    }

    private async Task CloseAsync(IConnection connection)
    {
        try
        {
            if (connection.IsOpen) await connection.CloseAsync(LongestClose);
            await connection.DisposeAsync();
        }
        catch (Exception exception)
        {
            // It is gone either way; the broker gives back what was not confirmed.
            Log.NotClosed(log, purpose, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1381, LogLevel.Information, "Connected to the broker to {Purpose}")]
        internal static partial void Connected(ILogger log, string purpose);

        [LoggerMessage(1382, LogLevel.Warning, "Lost the broker ({Purpose}); connecting again")]
        internal static partial void Lost(ILogger log, string purpose);

        [LoggerMessage(1383, LogLevel.Warning, "The broker cannot be reached ({Purpose}); trying on, the database carries the work")]
        internal static partial void Away(ILogger log, string purpose, Exception exception);

        [LoggerMessage(1384, LogLevel.Warning, "The broker takes no messages: {Reason}")]
        internal static partial void Blocked(ILogger log, string reason);

        [LoggerMessage(1385, LogLevel.Debug, "The connection to {Purpose} did not close cleanly")]
        internal static partial void NotClosed(ILogger log, string purpose, Exception exception);
    }
}
