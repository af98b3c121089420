using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Observability;

namespace Mainstreet.Foundation.Jobs;

/// <summary>What the job runners report.</summary>
internal sealed class JobMetrics : IKnownSeries
{
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _delay;
    private readonly Counter<long> _dead;

    private readonly IEnumerable<JobRegistration> _kinds;

    public JobMetrics(IMeterFactory meters, IEnumerable<JobRegistration> kinds)
    {
        _kinds = kinds;
        var meter = meters.Create("Mainstreet.Foundation");
        _duration = meter.CreateHistogram<double>("mainstreet.job.duration", "s", "Time that a job ran; error.type is set when it failed.");
        _delay = meter.CreateHistogram<double>("mainstreet.job.delay", "s", "Time from the instant a job was due to its start.");
        _dead = meter.CreateCounter<long>("mainstreet.job.dead", "{job}", "Jobs given up after their last run.");
    }

    public void Begin()
    {
        foreach (var kind in _kinds) _dead.Add(0, Tag(kind.Kind));
    }

    internal void Started(string kind, TimeSpan delay) => _delay.Record(Math.Max(0, delay.TotalSeconds), Tag(kind));

    internal void Ended(string kind, TimeSpan duration, Exception? exception)
    {
        if (exception is null) _duration.Record(duration.TotalSeconds, Tag(kind));
        else _duration.Record(duration.TotalSeconds, Tag(kind), new("error.type", exception.GetType().FullName));
    }

    internal void Dead(string kind) => _dead.Add(1, Tag(kind));

    private static KeyValuePair<string, object?> Tag(string kind) => new("mainstreet.job.kind", kind);
}
