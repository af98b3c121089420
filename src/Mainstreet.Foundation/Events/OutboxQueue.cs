using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Events;

/// <summary>
/// The outbox as the relay sees it. A row is done when it is deleted; no position is remembered, because on PostgreSQL a row
/// with a smaller id may be committed after one with a larger id was read. Such a row is just found on the next look.
/// </summary>
internal sealed partial class OutboxQueue(
    IDbContextFactory<FoundationDb> contexts, IOptions<EventOptions> options, EventMetrics metrics,
    TimeProvider clock, ILogger<OutboxQueue> log)
{
    private const int LongestError = 1000;

    private readonly EventOptions _options = options.Value;

    /// <summary>The oldest rows of the kind, in id order, without aggregates that wait after a failure or are listed as busy.</summary>
    internal async Task<List<OutboxRow>> ReadAsync(OutboxKind kind, string[] busy, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var now = clock.Now();
        var rows = db.Outbox.AsNoTracking().Where(o => o.Kind == kind
            && !db.Outbox.Any(w => w.Key == o.Key && w.Kind == kind && w.NotBefore > now && w.Id <= o.Id));
        if (busy.Length > 0) rows = rows.Where(o => !busy.Contains(o.Key));
        return await rows.OrderBy(o => o.Id).Take(_options.BatchSize).ToListAsync(cancel);
    }

    internal async Task DeleteAsync(long[] ids, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.InTransactionAsync(token => db.Outbox.Where(o => ids.Contains(o.Id)).ExecuteDeleteAsync(token), cancel);
    }

    /// <summary>
    /// The rows of tickets, in id order, and with them rows of the same aggregates that wait: for their next attempt, or for
    /// a ticket that was cut short.
    /// </summary>
    internal async Task<List<OutboxRow>> ReadAsync(IReadOnlyList<EventTicket> tickets, CancellationToken cancel)
    {
        var ids = tickets.SelectMany(t => t.Ids).ToArray();
        var keys = tickets.Select(t => t.Key).ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.Outbox.AsNoTracking()
            .Where(o => o.Kind == OutboxKind.Event && (ids.Contains(o.Id) || (keys.Contains(o.Key) && o.NotBefore != null)))
            .OrderBy(o => o.Id).ToListAsync(cancel);
    }

    /// <summary>Notes that the broker has the rows, so that they are not read again before the instant. One that failed meanwhile keeps its wait.</summary>
    internal async Task MarkAsync(IReadOnlyList<OutboxRow> rows, DateTimeOffset until, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        foreach (var group in rows.GroupBy(r => r.Attempts))
        {
            var (attempts, ids) = (group.Key, group.Select(r => r.Id).ToArray());
            await db.InTransactionAsync(token => db.Outbox.Where(o => ids.Contains(o.Id) && o.Attempts == attempts)
                .ExecuteUpdateAsync(set => set.SetProperty(o => o.NotBefore, until), token), cancel);
        }
    }

    /// <summary>Takes back what the broker has: another way will deliver it. Rows that failed before keep their wait.</summary>
    internal async Task ReleaseAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.InTransactionAsync(token => db.Outbox.Where(o => o.Kind == OutboxKind.Event && o.NotBefore != null && o.Attempts == 0)
            .ExecuteUpdateAsync(set => set.SetProperty(o => o.NotBefore, (DateTimeOffset?)null), token), cancel);
    }

    /// <summary>Age of the oldest row; zero when there is none.</summary>
    internal async Task<TimeSpan> LagAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var oldest = await db.Outbox.AsNoTracking().OrderBy(o => o.Id).Select(o => (DateTimeOffset?)o.At).FirstOrDefaultAsync(cancel);
        var lag = oldest is { } at ? clock.Now() - at : TimeSpan.Zero;
        return lag > TimeSpan.Zero ? lag : TimeSpan.Zero;
    }

    /// <summary>
    /// Records a failed delivery: the aggregate waits, ever longer, or the row is moved to the dead after the last attempt.
    /// </summary>
    /// <returns>True when the row is out of the way and the aggregate goes on.</returns>
    internal async Task<bool> FailedAsync(OutboxRow row, Exception exception, CancellationToken cancel)
    {
        var attempts = row.Attempts + 1;
        var error = $"{exception.GetType().Name}: {exception.Message}";
        if (error.Length > LongestError) error = error[..LongestError];
        metrics.Failed(row, exception);
        if (attempts >= _options.MaxAttempts)
        {
            await BuryAsync(row, error, cancel);
            metrics.Dead(row);
            Log.Dead(log, row.Name, row.EventId, attempts, exception);
            return true;
        }

        var wait = Backoff.After(attempts, _options.FirstRetry, _options.LongestRetry);
        var notBefore = (clock.Now() + wait).Cut();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.InTransactionAsync(token => db.Outbox.Where(o => o.Id == row.Id).ExecuteUpdateAsync(set => set
            .SetProperty(o => o.Attempts, attempts)
            .SetProperty(o => o.NotBefore, notBefore)
            .SetProperty(o => o.LastError, error), token), cancel);
        Log.Failed(log, row.Name, row.EventId, attempts, wait.TotalSeconds, exception);
        return false;
    }

    private async Task BuryAsync(OutboxRow row, string error, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.InTransactionAsync(async token =>
        {
            if (await db.Outbox.Where(o => o.Id == row.Id).ExecuteDeleteAsync(token) == 0) return;
            db.DeadEvents.Add(DeadEventRow.From(row, clock.Now(), error));
            await db.SaveChangesAsync(token);
        }, cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(1321, LogLevel.Warning, "Delivery {Attempt} of {Event} {EventId} failed; again in {Seconds:0.0} s")]
        internal static partial void Failed(ILogger log, string @event, Guid eventId, int attempt, double seconds, Exception exception);

        [LoggerMessage(1322, LogLevel.Error, "Gave up {Event} {EventId} after {Attempts} deliveries; it is in outbox_dead")]
        internal static partial void Dead(ILogger log, string @event, Guid eventId, int attempts, Exception exception);
    }
}
