using System.Collections.Concurrent;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Web;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Sandbox.Remote;

/// <summary>Does the runs that other processes hand over, in a process with the role <c>runner</c>; prepares the cage at start.</summary>
internal sealed partial class RunnerLoop(
    RunnerQueue queue, SandboxRunner runner, IWakeUps wakes, IOptions<SandboxOptions> options, TimeProvider clock, ILogger<RunnerLoop> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, Task> _running = [];
    private long _beat;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        // Waits for a program; not on a thread that others need.
        var usable = await Task.Factory.StartNew(() => runner.MayRun, stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        using var ear = wakes.Listen(Wakes.Runs);
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await BeatAsync(stoppingToken);
                while (usable && runner.Queue.Free > 0 && await queue.TakeAsync(stoppingToken) is { } taken)
                    _running[taken.Id] = RunAsync(taken.Id, taken.Account, taken.Run, stoppingToken);
                failures = 0;
                await ear.WaitAsync(Look, stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                Log.Interrupted(log, Storage.IsUnavailable(exception), exception);
                await Task.Delay(Backoff.After(++failures, FirstRetry, LongestRetry), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(_running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await LeaveAsync();
    }

    private async Task BeatAsync(CancellationToken cancel)
    {
        if (_beat != 0 && clock.GetElapsedTime(_beat) < options.Value.RunnerSilence / 3) return;
        await queue.BeatAsync(runner, cancel);
        await queue.TidyAsync(cancel);
        _beat = clock.GetTimestamp();
    }

    private async Task RunAsync(Guid id, Guid account, SandboxRun run, CancellationToken cancel)
    {
        await Task.Yield();
        try
        {
            Outcome<SandboxResult> outcome;
            try
            {
                outcome = await runner.RunAsync(account, run, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
                await queue.ReturnAsync(id, limit.Token);
                return;
            }

            await queue.AnswerAsync(id, outcome, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // Found again once this process is silent, or given up by whoever waits.
            Log.NotAnswered(log, id, exception);
        }
        finally
        {
            _running.TryRemove(id, out _);
            // A place is free.
            wakes.Raise(Wakes.Runs);
        }
    }

    private async Task LeaveAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
            await queue.LeaveAsync(limit.Token);
        }
        catch (Exception exception)
        {
            Log.Interrupted(log, Storage.IsUnavailable(exception), exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6205, LogLevel.Warning, "Looking for runs failed; database unavailable: {Unavailable}")]
        internal static partial void Interrupted(ILogger log, bool unavailable, Exception exception);

        [LoggerMessage(6206, LogLevel.Error, "The answer of run {RunId} could not be recorded")]
        internal static partial void NotAnswered(ILogger log, Guid runId, Exception exception);
    }
}
