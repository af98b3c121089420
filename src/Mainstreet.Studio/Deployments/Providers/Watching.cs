using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>What a look at a deployment means for it, the same for all providers.</summary>
internal sealed class Watching(IOptions<DeploymentOptions> options, TimeProvider clock)
{
    /// <param name="work">The deployment.</param>
    /// <param name="refs">What is known of it by now.</param>
    /// <param name="raw">The provider's own word.</param>
    /// <param name="state">What it means.</param>
    /// <param name="url">Where it can be seen, if the provider says so.</param>
    /// <param name="why">Why it failed, if the provider says so.</param>
    internal StepResult Saw(DeployWork work, ProviderRefs refs, string raw, ProviderState state, string? url, string? why)
    {
        var said = work.Clean(raw);
        var told = new StepResult(DeployStep.Watch, DeploymentStatus.Building, state == ProviderState.Unknown ? refs with { UnknownSince = refs.UnknownSince ?? clock.GetUtcNow() } : refs with { UnknownSince = null })
        {
            ProviderState = said, Url = Web(url), Wait = true,
        };
        switch (state)
        {
            case ProviderState.Queued or ProviderState.Building or ProviderState.Uploading:
                return told;
            case ProviderState.NeedsAction:
                return told with { Status = DeploymentStatus.NeedsAction };
            case ProviderState.Ready:
                return (told with { Status = DeploymentStatus.Ready, Wait = false }).Saying(refs.StopSent ? "It was ready before it could be cancelled." : "Ready.");
            case ProviderState.Cancelled or ProviderState.Failed when refs.StopSent:
            case ProviderState.Cancelled:
                return (told with { Status = DeploymentStatus.Cancelled, Wait = false }).Saying(refs.StopSent ? "Cancelled." : $"Cancelled at the provider ({said}).");
            case ProviderState.Failed:
                return told with { Status = DeploymentStatus.Failed, Wait = false, Failure = DeploymentProblems.ProviderFailed.With(why is { Length: > 0 } ? work.Clean(why) : $"It ended as {said}.") };
            default:
                if (refs.UnknownSince is { } since && clock.GetUtcNow() - since > options.Value.UnknownPatience)
                    return told with { Status = DeploymentStatus.Failed, Wait = false, Failure = DeploymentProblems.StateUnknown.With($"It told '{said}' for too long.") };
                return refs.UnknownSince is null ? told.Saying($"The provider tells a state that is not known here: '{said}'.") : told;
        }
    }

    /// <summary>The address when it is one of the web; a host name alone gets its scheme.</summary>
    internal static string? Web(string? url)
    {
        if (string.IsNullOrWhiteSpace(url)) return null;
        var whole = url.Contains("://", StringComparison.Ordinal) ? url : $"https://{url}";
        return Uri.TryCreate(whole, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" ? whole.Length <= 500 ? whole : null : null;
    }
}
