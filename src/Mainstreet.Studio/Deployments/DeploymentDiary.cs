using Mainstreet.Foundation.Time;
using Mainstreet.Studio.Data;

using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Deployments;

/// <summary>A deployment's log and its news: on the live topics <c>deployment:{id}</c> (with log lines) and <c>user:{id}</c>.</summary>
internal sealed class DeploymentDiary(IOptions<DeploymentOptions> options, TimeProvider clock)
{
    internal static string Topic(Guid id) => $"deployment:{id}";

    /// <summary>Appends lines; those beyond what is kept are dropped, with a last line that says so.</summary>
    internal void Write(StudioDb db, Deployment deployment, IReadOnlyList<LogLine> lines)
    {
        var written = new List<DeploymentLogLine>();
        foreach (var line in lines)
        {
            var most = options.Value.LogLines;
            if (deployment.LogLines >= most) break;
            var kept = deployment.LogLines == most - 1 ? new LogLine(LogLine.Ours, "The log is longer than what is kept.") : line;
            written.Add(new DeploymentLogLine { DeploymentId = deployment.Id, Number = deployment.NextLine(), At = clock.Now(), Source = kept.Source, Text = kept.Text });
        }

        if (written.Count == 0) return;
        db.DeploymentLog.AddRange(written);
        db.Notify(Deployment.Stream(deployment.Id), "deployment.log", new { deployment.Id, lines = written.Select(DeploymentView.LineView.Of) }, Topic(deployment.Id));
    }

    internal static void Tell(StudioDb db, Deployment deployment) =>
        db.Notify(Deployment.Stream(deployment.Id), "deployment.changed", DeploymentView.Of(deployment), Topic(deployment.Id), $"user:{deployment.AccountId}");
}
