using System.Collections.Frozen;
using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Observability;

using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Overload;

/// <summary>What the limit does, for <c>/metrics</c> and, once an episode, for the log.</summary>
internal sealed partial class OverloadMetrics : IKnownSeries
{
    private const int QuietWindows = 50;
    private static readonly FrozenSet<string> Methods = FrozenSet.Create(StringComparer.Ordinal, "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT");
    private static readonly KeyValuePair<string, object?>[] Kinds = [new("mainstreet.overload.kind", "write"), new("mainstreet.overload.kind", "read"), new("mainstreet.overload.kind", "page")];
    private static readonly object Status = 503;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _duration;
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
        // The host's own, which never hears of these requests: they count among the requests and the errors all the same.
        _duration = meter.CreateHistogram<double>("http.server.request.duration", "s", "Duration of HTTP server requests.");
        meter.CreateObservableGauge("mainstreet.overload.limit", () => _admission.Limit, "{request}", "Requests that are let in at once.");
        meter.CreateObservableGauge("mainstreet.overload.in_flight", () => _admission.InFlight, "{request}", "Requests that are inside.");
        meter.CreateObservableGauge("mainstreet.overload.run_delay", () => Volatile.Read(ref _runDelay), "s", "How long work waited for a thread in the last tenth of a second, in the middle.");
    }

    public void Begin()
    {
        foreach (var kind in Kinds) _refused.Add(0, kind);
    }

    internal void Refused(Urgency urgency, string method, TimeSpan took)
    {
        _refused.Add(1, Kinds[(int)urgency]);
        _duration.Record(took.TotalSeconds, new("http.request.method", Methods.Contains(method) ? method : "_OTHER"), new("http.response.status_code", Status));
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
