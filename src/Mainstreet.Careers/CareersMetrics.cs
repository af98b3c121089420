using System.Diagnostics.Metrics;

namespace Mainstreet.Careers;

/// <summary>The module's meter; instruments of a folder stand in a class of its own beside it and hang on this one.</summary>
internal static class CareersMetrics
{
    internal static readonly Meter Meter = new("Mainstreet.Careers");
}
