using Mainstreet.Foundation.Web;

namespace Mainstreet.Studio.Deployments;

/// <summary>A deployment as its owner sees it, over HTTP and on the live channel (there without the log).</summary>
/// <param name="Target">vercel, netlify, railway or local.</param>
/// <param name="Status">queued, uploading, building, needsAction, ready, failed or cancelled.</param>
/// <param name="ProviderState">The provider's own word, as it came.</param>
/// <param name="Url">Where it can be seen.</param>
/// <param name="RollbackOf">The earlier deployment that it publishes again.</param>
/// <param name="CancelAsked">It is being cancelled.</param>
/// <param name="Log">The last 200 lines; only of a single deployment.</param>
internal sealed record DeploymentView(
    Guid Id, Guid ProjectId, string ProjectName, long ProjectVersion, string Target, string Status, string? ProviderState, string? Url, Guid? RollbackOf, bool CancelAsked,
    DeploymentView.FilesView Files, DeploymentView.ErrorView? Error, IReadOnlyList<DeploymentView.LineView>? Log,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset UpdatedAt)
{
    /// <param name="Uploaded">Files that had to be sent; the others were there.</param>
    internal sealed record FilesView(int Total, long Bytes, int Uploaded);

    internal sealed record ErrorView(string Code, string Detail);

    /// <param name="Source">mainstreet or provider.</param>
    internal sealed record LineView(int Number, DateTimeOffset At, string Source, string Text)
    {
        internal static LineView Of(DeploymentLogLine line) => new(line.Number, line.At, line.Source, line.Text);
    }

    internal static DeploymentView Of(Deployment d, IReadOnlyList<LineView>? log = null) => new(
        d.Id, d.ProjectId, d.ProjectName, d.ProjectVersion, Words.Of(d.Target), Words.Of(d.Status), d.ProviderState, d.Url, d.RollbackOf, d.Active && d.CancelAskedAt is not null,
        new FilesView(d.Files, d.Bytes, d.Uploaded), d.ErrorCode is { } code ? new ErrorView(code, d.ErrorDetail ?? "") : null, log, d.CreatedAt, d.StartedAt, d.EndedAt, d.UpdatedAt);
}
