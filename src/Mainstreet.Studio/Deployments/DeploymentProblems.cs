using Mainstreet.Foundation.Web;

namespace Mainstreet.Studio.Deployments;

internal static class DeploymentProblems
{
    internal static readonly Problem Ended = new(409, "deployment_ended", "The deployment has ended already.");

    internal static readonly Problem Running = new(409, "deployment_running", "The project is being published there already.");

    internal static readonly Problem NotGood = new(409, "deployment_not_good", "Only a deployment that became ready can be published again.");

    internal static readonly Problem CredentialsMissing = new(422, "credentials_missing", "What the provider asks for is not known here.");

    internal static readonly Problem CredentialsUnreadable = new(422, "credentials_unreadable", "The stored credentials cannot be read any more; give them again.");

    internal static readonly Problem VariablesUnsupported = new(422, "environment_unsupported", "This target runs nothing that could read variables.");

    internal static readonly Problem NothingToPublish = new(422, "nothing_to_publish", "The project has no files to publish.");

    internal static readonly Problem NoIndex = new(422, "no_index", "A static site needs an index.html, at the top or in public/.");

    internal static readonly Problem SitesOff = new(503, "sites_off", "This server publishes no sites: its operator gave them no address.") { RetryAfterSeconds = 3600 };

    // Why deployments fail; told in the deployment, not as an answer.
    internal static readonly Problem ProviderUnavailable = new(502, "provider_unavailable", "The provider could not be reached, again and again.");

    internal static readonly Problem ProviderUnreadable = new(502, "provider_unreadable", "The provider answered what cannot be read.");

    internal static readonly Problem ProviderRefused = new(502, "provider_refused", "The provider refused.");

    internal static readonly Problem ProviderFailed = new(502, "provider_failed", "The deployment failed at the provider.");

    internal static readonly Problem ProviderQuota = new(502, "provider_quota", "The provider takes no more for a long time.");

    internal static readonly Problem CredentialsRefused = new(502, "credentials_refused", "The provider does not accept the credentials.");

    internal static readonly Problem StateUnknown = new(502, "provider_state_unknown", "The provider tells a state that is not known here.");

    internal static readonly Problem TookTooLong = new(504, "provider_timeout", "The provider did not come to an end.");

    internal static readonly Problem GivenUp = new(500, "deployment_given_up", "The deployment failed again and again and was given up.");

    /// <summary>All that a deployment can fail with.</summary>
    internal static readonly IReadOnlyList<Problem> Reasons =
    [
        CredentialsMissing, CredentialsUnreadable, ProviderUnavailable, ProviderUnreadable, ProviderRefused, ProviderFailed, ProviderQuota, CredentialsRefused, StateUnknown, TookTooLong, GivenUp,
    ];
}
