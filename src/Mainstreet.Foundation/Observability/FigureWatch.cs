using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Configuration;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Observability;

/// <summary>Reads all <see cref="IFigures"/> of this process's roles, side by side, and shows the last reading of each.</summary>
internal sealed partial class FigureWatch : BackgroundService
{
    /// <summary>A reading that takes longer has failed: the next is due soon.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly IServiceScopeFactory _scopes;
    private readonly List<FiguresRegistration> _registrations;
    private readonly TimeSpan _pause;
    private readonly TimeProvider _clock;
    private readonly ILogger<FigureWatch> _log;
    private readonly Counter<long> _failed;
    private readonly ConcurrentDictionary<FiguresRegistration, IReadOnlyList<Figure>> _last = new();

    public FigureWatch(
        IServiceScopeFactory scopes, IEnumerable<FiguresRegistration> registrations, IMeterFactory meters, IConfiguration configuration,
        IOptions<MetricsOptions> options, TimeProvider clock, ILogger<FigureWatch> log)
    {
        (_scopes, _pause, _clock, _log) = (scopes, TimeSpan.FromSeconds(options.Value.ReadSeconds), clock, log);
        var worker = Roles.IncludeWorker(configuration);
        _registrations = [.. registrations.Where(r => r.Everywhere || worker)];
        foreach (var registration in _registrations)
        {
            var meter = meters.Create(registration.Type.Assembly.GetName().Name!);
            foreach (var shape in registration.Shapes)
            {
                if (shape.Counts) meter.CreateObservableCounter(shape.Name, () => Of(registration, shape.Name), shape.Unit, shape.Description);
                else meter.CreateObservableGauge(shape.Name, () => Of(registration, shape.Name), shape.Unit, shape.Description);
            }
        }

        _failed = meters.Create("Mainstreet.Foundation").CreateCounter<long>("mainstreet.figures.failed", "{reading}", "Readings of figures that failed, by reading.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var registration in _registrations) _failed.Add(0, Tag(registration));
        // Each at its own pace: a reading that hangs holds up no other.
        await Task.WhenAll(_registrations.Select(r => KeepReadingAsync(r, stoppingToken)));
    }

    private async Task KeepReadingAsync(FiguresRegistration registration, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await ReadAsync(registration, stop);
            await Task.Delay(_pause, _clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(FiguresRegistration registration, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            await using var scope = _scopes.CreateAsyncScope();
            _last[registration] = await registration.ReadAsync(scope.ServiceProvider, limit.Token);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            // An old figure would pass for a new one.
            _last.TryRemove(registration, out _);
            _failed.Add(1, Tag(registration));
            Log.Failed(_log, registration.Type.Name, exception);
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }

    private List<Measurement<double>> Of(FiguresRegistration registration, string name) => !_last.TryGetValue(registration, out var figures) ? [] :
    [
        .. figures.Where(f => f.Name == name).Select(f => f.Attribute is null
            ? new Measurement<double>(f.Value) : new Measurement<double>(f.Value, new KeyValuePair<string, object?>(f.Attribute, f.Word))),
    ];

    private static KeyValuePair<string, object?> Tag(FiguresRegistration registration) => new("reading", registration.Type.Name);

    private static partial class Log
    {
        [LoggerMessage(1125, LogLevel.Debug, "{Reading} could not be read")]
        internal static partial void Failed(ILogger log, string reading, Exception exception);
    }
}
