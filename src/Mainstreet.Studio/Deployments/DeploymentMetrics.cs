using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Deployments.Providers;

namespace Mainstreet.Studio.Deployments;

/// <summary>What deployments report.</summary>
internal sealed class DeploymentMetrics
{
    private readonly Histogram<double> _duration = StudioMetrics.Meter.CreateHistogram<double>("mainstreet.studio.deployment.duration", "s", "From the request for a deployment to its end.");
    private readonly Counter<long> _stumbled = StudioMetrics.Meter.CreateCounter<long>("mainstreet.studio.deployment.stumbled", "{try}", "Tries of deployments' steps that a provider let fail.");

    internal void Ended(DeployTarget target, DeploymentStatus status, TimeSpan took) => _duration.Record(
        took.TotalSeconds, new KeyValuePair<string, object?>("mainstreet.deployment.target", Words.Of(target)), new KeyValuePair<string, object?>("mainstreet.deployment.status", Words.Of(status)));

    internal void Stumbled(DeployTarget target, ProviderFailure kind) => _stumbled.Add(
        1, new KeyValuePair<string, object?>("mainstreet.deployment.target", Words.Of(target)), new KeyValuePair<string, object?>("error.type", Words.Of(kind)));
}
