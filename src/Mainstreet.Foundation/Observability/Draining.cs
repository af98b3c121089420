using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Observability;

/// <summary>
/// Between the order to stop and the end of listening: <c>/health/ready</c> already says no while requests are still
/// served, so that load balancers turn away before connections are refused.
/// </summary>
internal sealed partial class Draining(
    IOptions<ShutdownOptions> options, IHostEnvironment environment, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<Draining> log)
    : IHostedLifecycleService
{
    private volatile bool _started;

    internal bool Started => _started || lifetime.ApplicationStopping.IsCancellationRequested;

    internal TimeSpan Period => TimeSpan.FromSeconds(options.Value.DrainSeconds ?? (environment.IsDevelopment() ? 0 : 3));

    // Called before any service, the server included, is stopped.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _started = true;
        if (Period == TimeSpan.Zero) return;
        Log.Draining(log, Period.TotalSeconds);
        try
        {
            await Task.Delay(Period, clock, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host's patience is shorter than the drain: stop now.
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1121, LogLevel.Information, "Draining for {Seconds} s before the server stops")]
        internal static partial void Draining(ILogger log, double seconds);
    }
}
