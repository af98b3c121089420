namespace Mainstreet.Foundation.Proving;

/// <summary>How long the answered attempts of one operation took. Milliseconds.</summary>
public sealed record Latency(string Name, int Count, double P50, double P95, double P99, double Max)
{
    public static Latency Of(string name, IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToArray();
        return new Latency(name, sorted.Length, At(sorted, 0.50), At(sorted, 0.95), At(sorted, 0.99), sorted.Length == 0 ? 0 : sorted[^1]);
    }

    /// <summary>The nearest-rank percentile of sorted values: an observed value, never an interpolated one. 0 for none.</summary>
    public static double At(IReadOnlyList<double> sorted, double share)
    {
        ArgumentNullException.ThrowIfNull(sorted);
        if (sorted.Count == 0) return 0;
        var rank = (int)Math.Ceiling(share * sorted.Count);
        return sorted[Math.Clamp(rank, 1, sorted.Count) - 1];
    }
}
