using System.Diagnostics.Metrics;

namespace Mainstreet.Store.Loyalty;

/// <summary>Points moved, by kind of entry, and achievements.</summary>
internal static class LoyaltyMetrics
{
    private static readonly Counter<long> Points = StoreMetrics.Meter.CreateCounter<long>(
        "mainstreet.store.loyalty.points", "{point}", "Points moved, by kind of entry.");

    private static readonly Counter<long> Achievements = StoreMetrics.Meter.CreateCounter<long>(
        "mainstreet.store.loyalty.achievements", "{achievement}", "Achievements reached.");

    internal static void Moved(PointsEntry entry)
    {
        var points = Math.Max(Math.Abs(entry.Available), Math.Max(Math.Abs(entry.Pending), Math.Abs(entry.Owed)));
        if (points > 0) Points.Add(points, new KeyValuePair<string, object?>("kind", entry.Kind.ToString()));
    }

    internal static void Reached() => Achievements.Add(1);
}
