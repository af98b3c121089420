using System.Diagnostics.Metrics;

namespace Mainstreet.Store.Loyalty;

/// <summary>Points moved, by kind of entry.</summary>
internal sealed class LoyaltyMetrics
{
    private readonly Counter<long> _points;
    private readonly Counter<long> _achievements;

    public LoyaltyMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Mainstreet.Store");
        _points = meter.CreateCounter<long>("mainstreet.store.loyalty.points", "{point}", "Points moved, by kind of entry.");
        _achievements = meter.CreateCounter<long>("mainstreet.store.loyalty.achievements", "{achievement}", "Achievements reached.");
    }

    internal void Moved(PointsEntry entry)
    {
        var points = Math.Max(Math.Abs(entry.Available), Math.Max(Math.Abs(entry.Pending), Math.Abs(entry.Owed)));
        if (points > 0) _points.Add(points, new KeyValuePair<string, object?>("kind", entry.Kind.ToString()));
    }

    internal void Reached(int achievements) => _achievements.Add(achievements);
}
