using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Observability;

namespace Mainstreet.Careers.Tasks;

/// <summary>What background tasks report.</summary>
internal sealed class TaskMetrics : IKnownSeries
{
    private readonly Histogram<double> _duration = CareersMetrics.Meter.CreateHistogram<double>("mainstreet.careers.task.duration", "s", "Time of one run of a task that ended its task.");
    private readonly Counter<long> _broken = CareersMetrics.Meter.CreateCounter<long>("mainstreet.careers.task.broken", "{run}", "Runs of tasks that broke off.");

    public void Begin()
    {
        foreach (var type in TaskTypes.All) _broken.Add(0, new KeyValuePair<string, object?>("mainstreet.task.type", type));
    }

    internal void Ran(string type, TimeSpan took) => _duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("mainstreet.task.type", type));

    internal void Broke(string type) => _broken.Add(1, new KeyValuePair<string, object?>("mainstreet.task.type", type));
}
