using System.Diagnostics;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Jobs;

/// <summary>
/// Runs one claimed job. Its transaction first deletes the row, if the fence is still the claim's: that locks out every other
/// runner on PostgreSQL, frees (kind, key) for what the handler schedules, and makes a runner whose lease went to another do nothing.
/// </summary>
internal sealed partial class JobExecutor(
    IServiceScopeFactory scopes, IDbContextFactory<FoundationDb> contexts, IEnumerable<JobRegistration> registrations,
    IOptions<JobOptions> options, JobMetrics metrics, TimeProvider clock, ILogger<JobExecutor> log)
{
    private const int LongestError = 1000;

    private readonly JobOptions _options = options.Value;
    private readonly Dictionary<string, JobRegistration> _handlers = registrations.ToDictionary(r => r.Kind, StringComparer.Ordinal);

    internal string[] KindsOf(JobLane lane) => [.. _handlers.Values.Where(r => r.Lane == lane).Select(r => r.Kind)];

    /// <summary>Never throws: what went wrong is on the job's row, or its lease ends and it comes again.</summary>
    /// <param name="job">As it was claimed.</param>
    /// <param name="cancel">The process stops: the job is given back.</param>
    /// <param name="lost">The job is no longer this runner's.</param>
    internal async Task RunAsync(JobRow job, CancellationToken cancel, CancellationToken lost = default)
    {
        Failpoints.Hit(Failpoints.AfterClaim);
        using var activity = EventMetrics.Source.StartActivity($"run {job.Kind}", ActivityKind.Consumer);
        metrics.Started(job.Kind, clock.Now() - job.DueAt);
        var started = clock.GetTimestamp();
        Exception? failure = null;
        try
        {
            if (job.Attempts > _options.MaxAttempts) throw new InvalidOperationException(job.LastError ?? "No run of it came to an end.");
            if (_handlers[job.Kind].Lane != JobLane.Short) await HoldAsync(job, lost, cancel);
            else await HandleAsync(job, cancel);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        metrics.Ended(job.Kind, clock.GetElapsedTime(started), failure);
        if (failure is null) return;
        activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure.GetType().FullName);
        try
        {
            if (failure is JobLostException || (failure is OperationCanceledException && lost.IsCancellationRequested)) Log.Lost(log, job.Kind, job.Id);
            else if (cancel.IsCancellationRequested) await ReturnAsync(job);
            else await FailedAsync(job, failure, cancel);
        }
        catch (Exception exception)
        {
            Log.NotRecorded(log, job.Kind, job.Id, exception);
        }
    }

    private async Task HandleAsync(JobRow job, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var handler = (IJobHandler)scope.ServiceProvider.GetRequiredService(_handlers[job.Kind].Handler);
        var db = handler.Db;
        var execution = new JobExecution(job.Id, job.Kind, job.Key, job.Payload, job.DueAt, job.Attempts);
        await db.InTransactionAsync(async token =>
        {
            if (await Mine(db, job).ExecuteDeleteAsync(token) != 1) throw new JobLostException();
            await handler.RunAsync(execution, token);
            // What a handler changed and forgot to save would otherwise be lost without a word.
            if (db.ChangeTracker.HasChanges()) await db.SaveChangesAsync(token);
            Failpoints.Hit(Failpoints.BeforeJobCommit);
        }, cancel);
    }

    private async Task HoldAsync(JobRow job, CancellationToken lost, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lost, cancel);
        await using var scope = scopes.CreateAsyncScope();
        var handler = (ILongJobHandler)scope.ServiceProvider.GetRequiredService(_handlers[job.Kind].Handler);
        var hold = new JobHold(handler.Db, job);
        await handler.RunAsync(hold, either.Token);
        if (!hold.Completed) throw new InvalidOperationException("The run ended without completing its job.");
    }

    private async Task FailedAsync(JobRow job, Exception exception, CancellationToken cancel)
    {
        var error = $"{exception.GetType().Name}: {exception.Message}";
        if (error.Length > LongestError) error = error[..LongestError];
        var dead = job.Attempts >= _options.MaxAttempts;
        var wait = Backoff.After(job.Attempts, _options.FirstRetry, _options.LongestRetry);
        var due = dead ? job.DueAt : (clock.Now() + wait).Cut();
        await using var scope = scopes.CreateAsyncScope();
        var handler = _handlers[job.Kind].Lane != JobLane.Short ? (ILongJobHandler)scope.ServiceProvider.GetRequiredService(_handlers[job.Kind].Handler) : null;
        ModuleDb db = handler?.Db ?? scope.ServiceProvider.GetRequiredService<FoundationDb>();
        await db.InTransactionAsync(async token =>
        {
            var recorded = await RecordAsync(db, job, dead, due, error, token);
            if (handler is null || recorded != 1) return;
            await handler.FailedAsync(new JobExecution(job.Id, job.Kind, job.Key, job.Payload, job.DueAt, job.Attempts), new JobFailure(exception, dead ? null : due), token);
            if (db.ChangeTracker.HasChanges()) await db.SaveChangesAsync(token);
        }, cancel);
        if (!dead)
        {
            Log.Failed(log, job.Kind, job.Id, job.Attempts, wait.TotalSeconds, exception);
            return;
        }

        metrics.Dead(job.Kind);
        Log.Dead(log, job.Kind, job.Id, job.Attempts, exception);
    }

    private static Task<int> RecordAsync(ModuleDb db, JobRow job, bool dead, DateTimeOffset due, string error, CancellationToken cancel) =>
        Mine(db, job).ExecuteUpdateAsync(set => set
            .SetProperty(j => j.Dead, dead)
            .SetProperty(j => j.DueAt, due)
            .SetProperty(j => j.LastError, error)
            .SetProperty(j => j.Owner, (string?)null)
            .SetProperty(j => j.LeaseUntil, (DateTimeOffset?)null), cancel);

    // This process stops: the next replica need not wait for the lease, and the run does not count.
    private async Task ReturnAsync(JobRow job)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
        await using var db = await contexts.CreateDbContextAsync(limit.Token);
        await db.InTransactionAsync(token => Mine(db, job).ExecuteUpdateAsync(set => set
            .SetProperty(j => j.Attempts, job.Attempts - 1)
            .SetProperty(j => j.Owner, (string?)null)
            .SetProperty(j => j.LeaseUntil, (DateTimeOffset?)null), token), limit.Token);
    }

    internal static IQueryable<JobRow> Mine(ModuleDb db, JobRow job) => db.Jobs.Where(j => j.Id == job.Id && j.Fence == job.Fence);

    private static partial class Log
    {
        [LoggerMessage(1331, LogLevel.Warning, "Run {Attempt} of job {Kind} {JobId} failed; again in {Seconds:0.0} s")]
        internal static partial void Failed(ILogger log, string kind, Guid jobId, int attempt, double seconds, Exception exception);

        [LoggerMessage(1332, LogLevel.Error, "Gave up job {Kind} {JobId} after {Attempts} runs; it stays as dead")]
        internal static partial void Dead(ILogger log, string kind, Guid jobId, int attempts, Exception exception);

        [LoggerMessage(1333, LogLevel.Information, "Job {Kind} {JobId} was taken over or unscheduled before it ran here")]
        internal static partial void Lost(ILogger log, string kind, Guid jobId);

        [LoggerMessage(1334, LogLevel.Warning, "Could not record how job {Kind} {JobId} ended; it comes again when its lease ends")]
        internal static partial void NotRecorded(ILogger log, string kind, Guid jobId, Exception exception);
    }
}
