using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Observability;

using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Overload;

/// <summary>What the limit does, for <c>/metrics</c> and, once an episode, for the log.</summary>
internal sealed partial class OverloadMetrics : IKnownSeries
{
    private const int QuietWindows = 50;
    private static readonly KeyValuePair<string, object?>[] Kinds = [new("mainstreet.overload.kind", "write"), new("mainstreet.overload.kind", "read"), new("mainstreet.overload.kind", "page")];
    private readonly Counter<long> _refused;
    private readonly Admission _admission;
    private readonly ILogger<OverloadMetrics> _log;
    private long _total;
    private long _told;
    private long _before;
    private int _quiet = QuietWindows;
    private double _runDelay;

    public OverloadMetrics(IMeterFactory meters, Admission admission, ILogger<OverloadMetrics> log)
    {
        (_admission, _log) = (admission, log);
        var meter = meters.Create("Mainstreet.Foundation");
        _refused = meter.CreateCounter<long>("mainstreet.overload.refused", "{request}", "Requests turned away because the process had no more to give.");
        meter.CreateObservableGauge("mainstreet.overload.limit", () => _admission.Limit, "{request}", "Requests that are let in at once.");
        meter.CreateObservableGauge("mainstreet.overload.in_flight", () => _admission.InFlight, "{request}", "Requests that are inside.");
        meter.CreateObservableGauge("mainstreet.overload.run_delay", () => Volatile.Read(ref _runDelay), "s", "Shortest time of the last tenth of a second that work waited for a thread.");
    }

    public void Begin()
    {
        foreach (var kind in Kinds) _refused.Add(0, kind);
    }

    internal void Refused(Urgency urgency)
    {
        _refused.Add(1, Kinds[(int)urgency]);
        Interlocked.Increment(ref _total);
    }

    /// <summary>Called once a window, by one thread.</summary>
    internal void Watch(TimeSpan runDelay)
    {
        Volatile.Write(ref _runDelay, runDelay.TotalSeconds);
        var total = Interlocked.Read(ref _total);
        if (total > _told)
        {
            if (_quiet >= QuietWindows)
            {
                Log.Began(_log, _admission.Limit, runDelay.TotalMilliseconds);
                _before = _told;
            }

            (_told, _quiet) = (total, 0);
        }
        else if (_quiet < QuietWindows && ++_quiet == QuietWindows)
        {
            Log.Ended(_log, total - _before);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1050, LogLevel.Warning, "Overloaded: requests beyond {Limit} at once are refused (work waits {Milliseconds:F1} ms for a thread)")]
        internal static partial void Began(ILogger log, int limit, double milliseconds);

        [LoggerMessage(1051, LogLevel.Information, "No longer overloaded: {Refused} requests were refused")]
        internal static partial void Ended(ILogger log, long refused);
    }
}
