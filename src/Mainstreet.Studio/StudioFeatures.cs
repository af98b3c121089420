using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Features;

namespace Mainstreet.Studio;

/// <summary>What of Studio can be paused.</summary>
public static class StudioFeatures
{
    public static Feature Publishing { get; } = Feature.Of<StudioFeatureOptions>(nameof(StudioFeatureOptions.StudioPublishing), "Projects are not being published at the moment.", o => o.StudioPublishing);

    public static Feature Assistant { get; } = Feature.Of<StudioFeatureOptions>(nameof(StudioFeatureOptions.StudioAssistant), "The assistant takes no questions at the moment.", o => o.StudioAssistant);
}

/// <summary>For how many projects are published and the assistant answers. Section <c>Features</c>, which the modules share.</summary>
public sealed class StudioFeatureOptions
{
    /// <summary>New deployments of projects. Those under way go on, and sites stay published. Default true.</summary>
    [Reloads]
    public FeatureShare StudioPublishing { get; set; } = FeatureShare.On;

    /// <summary>Questions to the assistant. Default true.</summary>
    [Reloads]
    public FeatureShare StudioAssistant { get; set; } = FeatureShare.On;
}
