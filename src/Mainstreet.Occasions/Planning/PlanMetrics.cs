using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Settings;

namespace Mainstreet.Occasions.Planning;

/// <summary>Planning's instruments.</summary>
internal sealed class PlanMetrics
{
    private static readonly Meter Meter = new("Mainstreet.Occasions");

    private readonly Counter<long> _planned = Meter.CreateCounter<long>("mainstreet.occasions.planned", "{message}", "Messages planned.");
    private readonly Counter<long> _misfires = Meter.CreateCounter<long>(
        "mainstreet.occasions.misfires", "{message}", "Messages whose instant passed before they could be sent, by the policy that decided.");
    private readonly Histogram<double> _duration = Meter.CreateHistogram<double>("mainstreet.occasions.plan.duration", "s", "One run of the planner.");

    public PlanMetrics()
    {
        // Known series stand at nought from the start, or the first miss is no rise.
        _planned.Add(0);
        foreach (var policy in Enum.GetValues<MisfirePolicy>()) Misfired(policy, 0);
    }

    internal void Planned(int messages) => _planned.Add(messages);

    internal void Misfired(MisfirePolicy policy, int messages = 1) => _misfires.Add(messages, new KeyValuePair<string, object?>("policy", Words.Of(policy)));

    internal void Ran(TimeSpan time) => _duration.Record(time.TotalSeconds);
}
