using System.Globalization;
using System.Security.Cryptography;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Faults;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Npgsql;

namespace Mainstreet.Foundation.Events;

/// <summary>
/// Carries wake-ups between replicas by PostgreSQL's LISTEN/NOTIFY on channel <c>mainstreet_wake</c>; does nothing on
/// SQLite. The payload is <c>instance:flags</c>. Delivery is best effort: who lost the connection looks at everything once
/// it is back, and every loop also looks by itself.
/// </summary>
internal sealed partial class WakeBroadcast(Storage storage, WakeUps wakes, TimeProvider clock, ILogger<WakeBroadcast> log) : BackgroundService
{
    private const string Channel = "mainstreet_wake";

    // NOTIFY takes a lock that all committing notifiers share, so a busy replica sends few.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly string _instance = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => storage.Engine == Engine.Postgres
        ? Task.WhenAll(ListenAsync(stoppingToken), SendAsync(stoppingToken))
        : Task.CompletedTask;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (storage.Engine != Engine.Postgres) return;
        // A relay that stopped a moment ago tells the next one to take over.
        try
        {
            var left = await wakes.Outgoing.TakeAsync(TimeSpan.Zero, CancellationToken.None);
            if (left != Wakes.None) await NotifyAsync(left, cancellationToken);
        }
        catch (Exception exception)
        {
            Log.NotSent(log, exception);
        }
    }

    private async Task SendAsync(CancellationToken cancel)
    {
        var failures = 0;
        while (!cancel.IsCancellationRequested)
        {
            var raised = Wakes.None;
            try
            {
                raised = await wakes.Outgoing.TakeAsync(Timeout.InfiniteTimeSpan, cancel);
                if (raised != Wakes.None) await NotifyAsync(raised, cancel);
                failures = 0;
                await Task.Delay(Pause, clock, cancel);
            }
            catch (Exception) when (cancel.IsCancellationRequested)
            {
                wakes.Outgoing.Signal(raised);
                return;
            }
            catch (Exception exception)
            {
                Log.NotSent(log, exception);
                wakes.Outgoing.Signal(raised);
                await WaitAsync(++failures, cancel);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancel)
    {
        var failures = 0;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await using var connection = await storage.Postgres.OpenConnectionAsync(cancel);
                connection.Notification += (_, notice) => Hear(notice.Payload);
                await ExecuteAsync(connection, $"LISTEN {Channel}", cancel);
                failures = 0;
                Log.Listening(log);
                // Whatever was raised while nobody listened here.
                wakes.RaiseHere(WakeUps.All);
                while (true)
                {
                    // A silent line may be a dead one.
                    if (!await connection.WaitAsync(Silence, cancel)) await ExecuteAsync(connection, "SELECT 1", cancel);
                }
            }
            catch (Exception) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.Deaf(log, exception);
                await WaitAsync(++failures, cancel);
            }
        }
    }

    private void Hear(string payload)
    {
        var colon = payload.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || payload.AsSpan(0, colon).SequenceEqual(_instance)) return;
        if (int.TryParse(payload.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var flags))
            wakes.RaiseHere((Wakes)flags);
    }

    private async Task NotifyAsync(Wakes raised, CancellationToken cancel)
    {
        await using var command = storage.Postgres.CreateCommand("SELECT pg_notify($1, $2)");
        command.Parameters.AddWithValue(Channel);
        command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"{_instance}:{(int)raised}"));
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private async Task WaitAsync(int failures, CancellationToken cancel)
    {
        await Task.Delay(Backoff.After(failures, FirstRetry, LongestRetry), clock, cancel)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static partial class Log
    {
        [LoggerMessage(1311, LogLevel.Information, "Listening for wake-ups of other replicas")]
        internal static partial void Listening(ILogger log);

        [LoggerMessage(1312, LogLevel.Warning, "Lost the connection that hears other replicas; reconnecting")]
        internal static partial void Deaf(ILogger log, Exception exception);

        [LoggerMessage(1313, LogLevel.Warning, "Could not wake other replicas; trying again")]
        internal static partial void NotSent(ILogger log, Exception exception);
    }
}
