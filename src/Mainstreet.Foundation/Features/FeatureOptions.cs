using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Foundation.Features;

/// <summary>
/// What all functions that can be paused have in common. Section <c>Features</c>, which the modules' own switches share; see <see cref="Feature"/>.
/// </summary>
public sealed class FeatureOptions
{
    /// <summary>The section of these and of all switches.</summary>
    public const string Section = "Features";

    /// <summary>What <c>Retry-After</c> says while a function is paused, in seconds. Default 60.</summary>
    [Reloads]
    [Range(1, 86_400)]
    public int RetryAfterSeconds { get; set; } = 60;
}
