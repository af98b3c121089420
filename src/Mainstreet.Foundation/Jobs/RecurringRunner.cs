using System.Collections.Concurrent;
using System.Diagnostics;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Leases;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Jobs;

/// <summary>
/// Runs what comes round, each under a lease of its name, so on one replica at a time. A run that failed comes again after a
/// minute or when it is due anyway, whichever is sooner; see <see cref="RecurringRegistration"/> for when that is.
/// </summary>
public sealed partial class RecurringRunner : BackgroundService
{
    private const int LongestError = 1000;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    private readonly IServiceScopeFactory _scopes;
    private readonly IDbContextFactory<FoundationDb> _contexts;
    private readonly Dictionary<string, RecurringRegistration> _jobs;
    private readonly LeaseHolder _leases;
    private readonly JobOptions _options;
    private readonly JobMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<RecurringRunner> _log;
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);

    internal RecurringRunner(
        IServiceScopeFactory scopes, IDbContextFactory<FoundationDb> contexts, IEnumerable<RecurringRegistration> registrations,
        LeaseHolder leases, IOptions<JobOptions> options, JobMetrics metrics, TimeProvider clock, ILogger<RecurringRunner> log)
    {
        (_scopes, _contexts, _leases, _options, _metrics, _clock, _log) = (scopes, contexts, leases, options.Value, metrics, clock, log);
        _jobs = registrations.ToDictionary(r => r.Name, StringComparer.Ordinal);
    }

    /// <summary>Names of the recurring jobs of this process's modules.</summary>
    public IReadOnlyCollection<string> Names => _jobs.Keys;

    /// <summary>Runs the job now, whether or not it is due, and waits for its end.</summary>
    /// <returns>False when it is running already, here or on another replica.</returns>
    /// <exception cref="KeyNotFoundException">No module of this process has such a job.</exception>
    public async Task<bool> RunNowAsync(string name, CancellationToken cancel = default)
    {
        var job = _jobs[name];
        await EnterAsync(cancel);
        if (await RunAsync(job, byHand: true, cancel) is not { } outcome) return false;
        if (outcome.Failure is { } failure) throw new InvalidOperationException($"{name} failed: {failure.Message}", failure);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_jobs.Count == 0) return;
        var failures = 0;
        var entered = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Poll;
            try
            {
                if (!entered) await EnterAsync(stoppingToken);
                entered = true;
                wait = await StartDueAsync(stoppingToken);
                failures = 0;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Interrupted(_log, exception);
                wait = Backoff.After(++failures, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await Task.Delay(wait, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(_running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Starts what is due and answers how long to wait.</summary>
    private async Task<TimeSpan> StartDueAsync(CancellationToken cancel)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancel);
        var names = _jobs.Keys.Where(name => !_running.ContainsKey(name)).ToArray();
        var rows = await db.Recurring.AsNoTracking().Where(r => names.Contains(r.Name)).ToListAsync(cancel);
        var now = _clock.Now();
        foreach (var row in rows.Where(r => r.NextDue <= now)) _ = _running[row.Name] = StartAsync(_jobs[row.Name], cancel);
        var next = rows.Where(r => r.NextDue > now).Select(r => r.NextDue - now).DefaultIfEmpty(Poll).Min();
        // One that runs elsewhere stays due until it ends there: look again soon, not at once.
        var soon = TimeSpan.FromSeconds(1);
        if (!_running.IsEmpty && next > soon) next = soon;
        return next < Poll ? TimeSpan.FromMilliseconds(Math.Ceiling(next.TotalMilliseconds)) : Poll;
    }

    private async Task StartAsync(RecurringRegistration job, CancellationToken cancel)
    {
        await Task.Yield();
        try
        {
            await RunAsync(job, byHand: false, cancel);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            Log.Interrupted(_log, exception);
        }
        finally
        {
            _running.TryRemove(job.Name, out _);
        }
    }

    /// <summary>How it went; <c>null</c> when another runs it or just did.</summary>
    private async Task<Outcome?> RunAsync(RecurringRegistration job, bool byHand, CancellationToken cancel)
    {
        await using var lease = await _leases.TryHoldAsync($"recurring:{job.Name}", _options.LeaseTime, cancel);
        if (lease is null) return null;
        await using var db = await _contexts.CreateDbContextAsync(cancel);
        var row = await db.Recurring.SingleAsync(r => r.Name == job.Name, cancel);
        var started = _clock.Now();
        if (!byHand && row.NextDue > started) return null;
        _metrics.Started(job.Name, byHand ? TimeSpan.Zero : started - row.NextDue);
        row.LastStarted = started;
        await db.SaveChangesAsync(cancel);

        using var activity = EventMetrics.Source.StartActivity($"run {job.Name}");
        var failure = await HandleAsync(job, lease.Lost, cancel);
        cancel.ThrowIfCancellationRequested();
        row.LastFinished = _clock.Now();
        row.LastError = failure is null ? null : $"{failure.GetType().Name}: {failure.Message}";
        if (row.LastError?.Length > LongestError) row.LastError = row.LastError[..LongestError];
        var regular = job.NextAfter(started, row.LastFinished.Value);
        var soon = row.LastFinished.Value + LongestRetry;
        row.NextDue = (failure is null || regular < soon ? regular : soon).Cut();
        await db.SaveChangesAsync(cancel);
        _metrics.Ended(job.Name, row.LastFinished.Value - started, failure);
        if (failure is null) return new Outcome(null);
        activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure.GetType().FullName);
        Log.Failed(_log, job.Name, failure);
        return new Outcome(failure);
    }

    private async Task<Exception?> HandleAsync(RecurringRegistration job, CancellationToken lost, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lost, cancel);
        await using var scope = _scopes.CreateAsyncScope();
        try
        {
            await ((IRecurringJob)scope.ServiceProvider.GetRequiredService(job.Handler)).RunAsync(either.Token);
            return null;
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            return exception;
        }
    }

    /// <summary>Gives each job its row; a new one is due at once.</summary>
    private async Task EnterAsync(CancellationToken cancel)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancel);
        var known = await db.Recurring.AsNoTracking().Select(r => r.Name).ToListAsync(cancel);
        foreach (var name in _jobs.Keys.Except(known, StringComparer.Ordinal))
        {
            var row = db.Recurring.Add(new RecurringRow { Name = name, NextDue = _clock.Now() });
            try
            {
                await db.SaveChangesAsync(cancel);
            }
            catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
            {
                // Replicas start together.
                row.State = EntityState.Detached;
            }
        }
    }

    private sealed record Outcome(Exception? Failure);

    private static partial class Log
    {
        [LoggerMessage(1337, LogLevel.Warning, "Recurring jobs were interrupted; they go on after a pause")]
        internal static partial void Interrupted(ILogger log, Exception exception);

        [LoggerMessage(1338, LogLevel.Error, "Recurring job {Name} failed")]
        internal static partial void Failed(ILogger log, string name, Exception exception);
    }
}
