namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>What a provider's word for a state comes to.</summary>
internal enum ProviderState
{
    Queued,
    Uploading,
    Building,
    NeedsAction,
    Ready,
    Failed,
    Cancelled,

    /// <summary>A word that its documents do not know. Never success.</summary>
    Unknown,
}

/// <summary>The states that the providers document, and some that they tell without.</summary>
internal static class ProviderStates
{
    /// <summary>Vercel's <c>readyState</c> (vercel-spec.json of 2025-10-29; BLOCKED as its newer SDK has it).</summary>
    internal static ProviderState Vercel(string state) => state switch
    {
        "QUEUED" => ProviderState.Queued,
        "INITIALIZING" or "BUILDING" => ProviderState.Building,
        "READY" => ProviderState.Ready,
        "ERROR" => ProviderState.Failed,
        "CANCELED" or "DELETED" => ProviderState.Cancelled,
        "BLOCKED" => ProviderState.NeedsAction,
        _ => ProviderState.Unknown,
    };

    /// <summary>Netlify's <c>state</c> (swagger.yml 2.55.0, listSiteDeploys).</summary>
    internal static ProviderState Netlify(string state) => state switch
    {
        "new" or "accepted" or "enqueued" => ProviderState.Queued,
        "uploading" => ProviderState.Uploading,
        "preparing" or "prepared" or "uploaded" or "building" or "processing" or "processed" or "retrying" => ProviderState.Building,
        "pending_review" => ProviderState.NeedsAction,
        "ready" => ProviderState.Ready,
        "error" or "rejected" => ProviderState.Failed,
        _ => ProviderState.Unknown,
    };

    /// <summary>Railway's <c>DeploymentStatus</c> (schema.json).</summary>
    internal static ProviderState Railway(string state) => state switch
    {
        "QUEUED" or "WAITING" => ProviderState.Queued,
        "INITIALIZING" or "BUILDING" or "DEPLOYING" => ProviderState.Building,
        "NEEDS_APPROVAL" => ProviderState.NeedsAction,
        // One that sleeps was deployed and wakes with the first request.
        "SUCCESS" or "SLEEPING" => ProviderState.Ready,
        "FAILED" or "CRASHED" => ProviderState.Failed,
        // Nothing was deployed: a newer one took its place, or there was nothing to do.
        "REMOVED" or "REMOVING" or "SKIPPED" => ProviderState.Cancelled,
        _ => ProviderState.Unknown,
    };
}
