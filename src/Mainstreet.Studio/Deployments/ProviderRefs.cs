namespace Mainstreet.Studio.Deployments;

/// <summary>What a deployment has found or made at its provider so far: the checkpoint from which a later run goes on.</summary>
internal sealed record ProviderRefs
{
    /// <summary>Vercel and Railway: the project. Netlify: the site.</summary>
    public string? Project { get; init; }

    /// <summary>Netlify: the account that owns the site.</summary>
    public string? Account { get; init; }

    /// <summary>Railway.</summary>
    public string? Environment { get; init; }

    /// <summary>Railway.</summary>
    public string? Service { get; init; }

    /// <summary>Railway: the host name of the service.</summary>
    public string? Domain { get; init; }

    /// <summary>The provider's id of this deployment.</summary>
    public string? Deployment { get; init; }

    /// <summary>The provider's id of the deployment that is to be published again.</summary>
    public string? Source { get; init; }

    /// <summary>Ids of the deployments that were there before this one.</summary>
    public IReadOnlyList<string>? Baseline { get; init; }

    /// <summary>Its owner's wish to cancel it has been seen to; the provider may have refused.</summary>
    public bool StopAsked { get; init; }

    /// <summary>The provider took the request to stop it.</summary>
    public bool StopSent { get; init; }

    /// <summary>The project was gone at the provider and has been looked for anew.</summary>
    public bool Rehomed { get; init; }

    /// <summary>Where the provider's log is to be read on: in the provider's own form.</summary>
    public string? LogFrom { get; init; }

    /// <summary>Since when the provider answers a state that is not known here.</summary>
    public DateTimeOffset? UnknownSince { get; init; }

    /// <summary>What a later deployment of the project can start from.</summary>
    internal ProviderRefs Home => new() { Project = Project, Account = Account, Environment = Environment, Service = Service, Domain = Domain };
}
