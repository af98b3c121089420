using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Sandbox.Remote;

namespace Mainstreet.Studio.Sandbox;

/// <param name="Runs">Whether this process has the role <c>runner</c>.</param>
internal sealed record SandboxRole(bool Runs);

/// <summary>Takes runs in: this process does them where it has a cage, else a runner does.</summary>
internal sealed class SandboxDesk(SandboxRole role, SandboxRunner runner, RemoteRuns remote, SandboxMetrics metrics)
{
    /// <returns>The result; or sandbox_unavailable with the reasons, sandbox_busy, sandbox_failed, too_many_runs, language_missing.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal async Task<Outcome<SandboxResult>> RunAsync(Guid account, SandboxRun run, CancellationToken cancel)
    {
        var result = role.Runs && runner.MayRun ? await runner.RunAsync(account, run, cancel) : await ElsewhereAsync(account, run, cancel);
        if (!result.Ok) metrics.Refused(result.Problem);
        return result;
    }

    private async Task<Outcome<SandboxResult>> ElsewhereAsync(Guid account, SandboxRun run, CancellationToken cancel)
    {
        var result = await remote.RunAsync(account, run, cancel);
        // Nobody else has one either: what this process lacks says more.
        return role.Runs && result.Problem?.Code == SandboxProblems.Unavailable.Code
            ? SandboxProblems.Unavailable.With(string.Join("; ", runner.State.Reasons)) : result;
    }
}
