using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Deployments.Providers;

namespace Mainstreet.Studio.Deployments;

/// <summary>What deployments report.</summary>
internal sealed class DeploymentMetrics : IKnownSeries
{
    private readonly Histogram<double> _duration = StudioMetrics.Meter.CreateHistogram<double>("mainstreet.studio.deployment.duration", "s", "From the request for a deployment to its end.");
    private readonly Counter<long> _failed = StudioMetrics.Meter.CreateCounter<long>("mainstreet.studio.deployment.failed", "{deployment}", "Deployments that failed, by target and reason.");
    private readonly Counter<long> _stumbled = StudioMetrics.Meter.CreateCounter<long>("mainstreet.studio.deployment.stumbled", "{try}", "Tries of deployments' steps that a provider let fail.");

    public void Begin()
    {
        foreach (var target in Enum.GetValues<DeployTarget>())
        {
            foreach (var reason in DeploymentProblems.Reasons) _failed.Add(0, Target(target), Reason(reason.Code));
        }
    }

    /// <param name="target">Where it was to go.</param>
    /// <param name="status">As what it ended.</param>
    /// <param name="reason">Code of one of <see cref="DeploymentProblems.Reasons"/> when it failed.</param>
    /// <param name="took">Since it was asked for.</param>
    internal void Ended(DeployTarget target, DeploymentStatus status, string? reason, TimeSpan took)
    {
        _duration.Record(took.TotalSeconds, Target(target), new KeyValuePair<string, object?>("mainstreet.deployment.status", Words.Of(status)));
        if (status == DeploymentStatus.Failed) _failed.Add(1, Target(target), Reason(reason));
    }

    internal void Stumbled(DeployTarget target, ProviderFailure kind) => _stumbled.Add(1, Target(target), Reason(Words.Of(kind)));

    private static KeyValuePair<string, object?> Target(DeployTarget target) => new("mainstreet.deployment.target", Words.Of(target));

    private static KeyValuePair<string, object?> Reason(string? code) => new("error.type", code);
}
