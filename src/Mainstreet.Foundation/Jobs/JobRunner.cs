using System.Collections.Concurrent;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Leases;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Jobs;

/// <summary>The runner's lanes: what takes long takes no slot from timers, nor from messages that somebody waits for.</summary>
internal enum JobLane
{
    /// <summary>A transaction each: <see cref="IJobHandler"/>.</summary>
    Short,

    /// <summary>Background tasks of people: <see cref="ILongJobHandler"/>.</summary>
    Long,

    /// <summary>Messages that somebody waits for: <see cref="ILongJobHandler"/> too.</summary>
    Message,
}

/// <summary>Claims due jobs of a lane, as many as may run, and sleeps until the next is due or one is scheduled.</summary>
internal sealed partial class JobRunner(
    JobLane lane, IJobClaims claims, JobExecutor executor, IDbContextFactory<FoundationDb> contexts, LeaseHolder leases, IWakeUps wakes,
    IOptions<JobOptions> options, TimeProvider clock, ILogger<JobRunner> log) : BackgroundService
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly JobOptions _options = options.Value;
    private readonly string[] _kinds = executor.KindsOf(lane);
    private readonly ConcurrentDictionary<JobRow, CancellationTokenSource> _holds = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<JobRow, Task> _running = new(ReferenceEqualityComparer.Instance);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_kinds.Length == 0) return;
        using var slots = new SemaphoreSlim(lane switch
        {
            JobLane.Long => _options.LongParallelism,
            JobLane.Message => _options.MessageParallelism,
            _ => _options.Parallelism,
        });
        using var ear = wakes.Listen(Wakes.Jobs);
        var renewing = RenewAsync(stoppingToken);
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunDueAsync(slots, ear, stoppingToken);
                failures = 0;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                Log.Interrupted(log, exception);
                await Task.Delay(Backoff.After(++failures, FirstRetry, LongestRetry), clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll([renewing, .. _running.Values]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunDueAsync(SemaphoreSlim slots, IWaiter ear, CancellationToken cancel)
    {
        await slots.WaitAsync(cancel);
        var free = 1;
        while (slots.Wait(0, CancellationToken.None)) free++;
        IReadOnlyList<JobRow> jobs = [];
        try
        {
            // Not with the token: a claim that was cut off may have been committed, and would keep its jobs until its lease ends.
            jobs = await claims.ClaimAsync(leases.Owner, _kinds, free, _options.LeaseTime, CancellationToken.None);
        }
        finally
        {
            if (jobs.Count < free) slots.Release(free - jobs.Count);
        }

        foreach (var job in jobs) _ = _running[job] = RunAsync(job, slots, cancel);
        if (jobs.Count < free) await ear.WaitAsync(await UntilNextAsync(cancel), cancel);
    }

    private async Task RunAsync(JobRow job, SemaphoreSlim slots, CancellationToken cancel)
    {
        await Task.Yield();
        using var lost = new CancellationTokenSource();
        if (lane != JobLane.Short) _holds[job] = lost;
        try
        {
            await executor.RunAsync(job, cancel, lost.Token);
        }
        finally
        {
            _holds.TryRemove(job, out _);
            _running.TryRemove(job, out _);
            slots.Release();
        }
    }

    // Jobs whose lease ended are found by the poll; those are rare and late anyway.
    private async Task<TimeSpan> UntilNextAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var kinds = _kinds;
        var next = await db.Jobs.AsNoTracking()
            .Where(j => !j.Dead && j.LeaseUntil == null && kinds.Contains(j.Kind))
            .OrderBy(j => j.DueAt).Select(j => (DateTimeOffset?)j.DueAt).FirstOrDefaultAsync(cancel);
        if (next is null) return _options.Poll;
        // Up to the next millisecond: a timer that fires a moment early would look in vain.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling((next.Value - clock.Now()).TotalMilliseconds));
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < _options.Poll ? wait : _options.Poll;
    }

    private async Task RenewAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(_options.LeaseTime / 3, clock);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            var ids = _running.Keys.Select(j => j.Id).ToArray();
            if (ids.Length == 0) continue;
            try
            {
                await claims.RenewAsync(leases.Owner, ids, _options.LeaseTime, cancel);
                if (lane != JobLane.Short) await LetGoAsync(cancel);
            }
            catch (Exception exception) when (!cancel.IsCancellationRequested)
            {
                Log.NotRenewed(log, exception);
            }
        }
    }

    /// <summary>Tells runs whose job is another's by now, or was unscheduled, that they work for nothing.</summary>
    private async Task LetGoAsync(CancellationToken cancel)
    {
        var held = _holds.ToArray();
        var ids = held.Select(h => h.Key.Id).ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var fences = await db.Jobs.AsNoTracking().Where(j => ids.Contains(j.Id)).Select(j => new { j.Id, j.Fence }).ToDictionaryAsync(j => j.Id, j => j.Fence, cancel);
        foreach (var (job, stop) in held)
        {
            if (fences.TryGetValue(job.Id, out var fence) && fence == job.Fence) continue;
            try
            {
                await stop.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It ended meanwhile.
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1335, LogLevel.Warning, "Looking for due jobs failed; again after a pause")]
        internal static partial void Interrupted(ILogger log, Exception exception);

        [LoggerMessage(1336, LogLevel.Warning, "Could not renew the leases of running jobs; the fence guards them")]
        internal static partial void NotRenewed(ILogger log, Exception exception);
    }
}
