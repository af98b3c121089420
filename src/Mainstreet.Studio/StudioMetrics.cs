using System.Diagnostics.Metrics;

namespace Mainstreet.Studio;

/// <summary>The module's meter; instruments of a folder stand in a class of its own beside it and hang on this one.</summary>
internal static class StudioMetrics
{
    internal static readonly Meter Meter = new("Mainstreet.Studio");
}
