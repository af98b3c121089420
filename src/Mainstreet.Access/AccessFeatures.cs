using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Features;

namespace Mainstreet.Access;

/// <summary>What of Access can be paused.</summary>
public static class AccessFeatures
{
    public static Feature Registration { get; } = Feature.Of<AccessFeatureOptions>(nameof(AccessFeatureOptions.Registration), "New accounts are not being opened at the moment.", o => o.Registration);
}

/// <summary>For how many new accounts are opened. Section <c>Features</c>, which the modules share.</summary>
public sealed class AccessFeatureOptions
{
    /// <summary>New accounts, by the API and the form; people are told apart by their e-mail address. Invitations and signing in are not touched. Default true.</summary>
    [Reloads]
    public FeatureShare Registration { get; set; } = FeatureShare.On;
}
