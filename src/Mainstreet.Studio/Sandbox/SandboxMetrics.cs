using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Studio.Sandbox;

/// <summary>What runs report.</summary>
internal sealed class SandboxMetrics
{
    private readonly Histogram<double> _duration = StudioMetrics.Meter.CreateHistogram<double>("mainstreet.studio.run.duration", "s", "Time of one run by the clock, waiting not counted.");
    private readonly Histogram<double> _wait = StudioMetrics.Meter.CreateHistogram<double>("mainstreet.studio.run.wait", "s", "Time that a run waited for its turn.");
    private readonly Counter<long> _refused = StudioMetrics.Meter.CreateCounter<long>("mainstreet.studio.run.refused", "{run}", "Runs that were refused.");

    internal void Ran(SandboxLanguage language, SandboxStatus status, TimeSpan took) => _duration.Record(
        took.TotalSeconds, new KeyValuePair<string, object?>("mainstreet.run.language", Words.Of(language)), new KeyValuePair<string, object?>("mainstreet.run.status", Words.Of(status)));

    internal void Waited(TimeSpan time) => _wait.Record(time.TotalSeconds);

    internal void Refused(Problem problem) => _refused.Add(1, new KeyValuePair<string, object?>("error.type", problem.Code));
}
