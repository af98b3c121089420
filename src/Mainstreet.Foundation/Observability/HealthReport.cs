using System.Diagnostics;

using Mainstreet.Foundation.Data;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Observability;

/// <summary>A part's answer and how long it took.</summary>
internal sealed record AskedPart(string Name, bool Needed, PartHealth Health, double Milliseconds);

/// <summary>Asks the parts, all at once, each with the same time limit.</summary>
internal sealed partial class HealthReport(
    IServiceScopeFactory scopes, IEnumerable<HealthPartRegistration> registrations, Draining draining,
    IOptionsMonitor<HealthOptions> options, TimeProvider clock, ILogger<HealthReport> log)
    : IDisposable
{
    /// <summary>Readiness is asked by strangers too, so the database is asked at most this often.</summary>
    private static readonly TimeSpan ReadyFor = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile Answer? _ready;

    /// <summary>Whether this replica should get requests, and the part that stands in the way.</summary>
    internal async Task<(bool Ready, string? Reason)> ReadyAsync(CancellationToken cancel)
    {
        if (draining.Started) return (false, "draining");
        if (_ready is { } known && clock.GetElapsedTime(known.At) < ReadyFor) return (known.Ready, known.Reason);
        await _one.WaitAsync(cancel);
        try
        {
            if (_ready is { } fresh && clock.GetElapsedTime(fresh.At) < ReadyFor) return (fresh.Ready, fresh.Reason);
            var parts = await AskAsync(p => p.NeededToServe, cancel);
            var reason = parts.Where(p => p.Health.State == HealthState.Down).Select(p => p.Name).FirstOrDefault();
            _ready = new Answer(clock.GetTimestamp(), reason is null, reason);
            return (reason is null, reason);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Every part, by name.</summary>
    internal Task<IReadOnlyList<AskedPart>> AllAsync(CancellationToken cancel) =>
        AskAsync(_ => true, cancel);

    public void Dispose() => _one.Dispose();

    private async Task<IReadOnlyList<AskedPart>> AskAsync(Func<HealthPartRegistration, bool> chosen, CancellationToken cancel) =>
        [.. (await Task.WhenAll(registrations.Where(chosen).Select(part => AskAsync(part, cancel)))).OrderBy(p => p.Name, StringComparer.Ordinal)];

    private async Task<AskedPart> AskAsync(HealthPartRegistration registration, CancellationToken cancel)
    {
        var limit = TimeSpan.FromMilliseconds(options.CurrentValue.TimeoutMilliseconds);
        var started = Stopwatch.GetTimestamp();
        // A scope each: parts run at once, and a database context serves one at a time.
        var scope = scopes.CreateAsyncScope();
        var part = (IHealthPart)scope.ServiceProvider.GetRequiredService(registration.Type);
        var checking = CheckAsync(part, scope, limit, cancel);
        PartHealth health;
        try
        {
            // A driver that is cut off from its server ends seconds after it was told to; whoever asks is not made to wait for that.
            health = await checking.WaitAsync(limit, cancel);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            var late = exception is TimeoutException || Stopwatch.GetElapsedTime(started) >= limit;
            Log.Down(log, part.Name, late ? "no answer in time" : exception.GetType().Name);
            health = PartHealth.Down(late ? $"no answer within {options.CurrentValue.TimeoutMilliseconds} ms" : Explain(exception));
            _ = checking.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        return new AskedPart(part.Name, registration.NeededToServe, health, Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 1));
    }

    private static async Task<PartHealth> CheckAsync(IHealthPart part, AsyncServiceScope scope, TimeSpan limit, CancellationToken cancel)
    {
        await using var held = scope;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(limit);
        return await part.CheckAsync(timeout.Token);
    }

    // Only administrators read this, but an exception's text may still hold what nobody should see.
    private static string Explain(Exception exception) =>
        Storage.IsUnavailable(exception) ? "the database cannot be reached" : $"failed with {exception.GetType().Name}; see the log";

    private sealed record Answer(long At, bool Ready, string? Reason);

    private static partial class Log
    {
        [LoggerMessage(1120, LogLevel.Warning, "Health: {Part} is down: {Reason}")]
        internal static partial void Down(ILogger log, string part, string reason);
    }
}
