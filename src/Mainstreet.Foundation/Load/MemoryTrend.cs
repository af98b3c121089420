using System.Globalization;

namespace Mainstreet.Foundation.Load;

/// <summary>Whether memory grows: a straight line through the working set by least squares, the first fifth of the run left out while caches fill.</summary>
/// <param name="Samples">Readings that the line goes through.</param>
/// <param name="MeanBytes">Their mean.</param>
/// <param name="SlopeBytesPerHour">The line's slope.</param>
/// <param name="GrowthBytes">What the line rises over the readings.</param>
internal sealed record MemoryTrend(int Samples, double MeanBytes, double SlopeBytesPerHour, double GrowthBytes)
{
    private const int Fewest = 10;

    /// <summary>Growth over the run that is taken for noise: a twentieth of the mean, and 16 MiB in any case, which one collection more or less makes.</summary>
    private double Tolerated => Math.Max(16 * 1_048_576, MeanBytes / 20);

    public bool Flat => GrowthBytes <= Tolerated;

    public string Verdict => string.Create(CultureInfo.InvariantCulture,
        $"{(Flat ? "flat" : "GROWS")}: {MeanBytes / 1_048_576:F0} MiB on average, {GrowthBytes / 1_048_576:+0.0;-0.0;0.0} MiB over the readings ({SlopeBytesPerHour / 1_048_576:+0.0;-0.0;0.0} MiB an hour), {Tolerated / 1_048_576:F0} MiB tolerated");

    /// <returns>Null for fewer than ten readings after the first fifth: nothing can be said.</returns>
    internal static MemoryTrend? Of(IReadOnlyList<(double Seconds, double Bytes)> readings)
    {
        if (readings.Count == 0) return null;
        var (first, last) = (readings[0].Seconds, readings[^1].Seconds);
        var kept = readings.Where(r => r.Seconds >= first + ((last - first) / 5)).ToArray();
        if (kept.Length < Fewest) return null;
        var (x, y) = (kept.Average(r => r.Seconds), kept.Average(r => r.Bytes));
        var spread = kept.Sum(r => (r.Seconds - x) * (r.Seconds - x));
        var slope = spread == 0 ? 0 : kept.Sum(r => (r.Seconds - x) * (r.Bytes - y)) / spread;
        return new MemoryTrend(kept.Length, y, slope * 3_600, slope * (kept[^1].Seconds - kept[0].Seconds));
    }
}
