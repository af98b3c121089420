using System.Diagnostics.Metrics;

namespace Mainstreet.Studio.Projects;

internal sealed class ProjectMetrics
{
    private readonly Counter<long> _created = StudioMetrics.Meter.CreateCounter<long>("mainstreet.studio.project.created", "{project}", "Projects made.");
    private readonly Histogram<double> _commits = StudioMetrics.Meter.CreateHistogram<double>("mainstreet.studio.project.commit.duration", "s", "Commits, with the time that each waited and took.");

    internal void Created(string? template) => _created.Add(1, new KeyValuePair<string, object?>("template", template ?? "none"));

    internal void Committed(TimeSpan took) => _commits.Record(took.TotalSeconds);
}
