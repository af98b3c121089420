namespace Mainstreet.Store.Tests.Loyalty;

/// <summary>
/// A customer's points with one shop, slow and plain: every single point is an object that says where it is. No sums are kept; everything is
/// counted anew.
/// </summary>
internal sealed class PointsOracle
{
    private readonly List<Point> _points = [];
    private readonly HashSet<Guid> _earned = [];
    private readonly HashSet<Guid> _confirmed = [];
    private readonly HashSet<Guid> _redeemed = [];
    private readonly HashSet<Guid> _returned = [];
    private readonly Dictionary<Guid, int> _takenBack = [];
    private int _debts;

    private enum Where
    {
        Promised,
        Free,
        Spent,
        TooOld,
        Gone,
    }

    internal int Available => _points.Count(p => p.At == Where.Free);

    internal int Pending => _points.Count(p => p.At == Where.Promised);

    internal int Owed => _debts;

    /// <summary>What is left, by the instant at which it grows too old.</summary>
    internal IEnumerable<(DateTimeOffset ExpiresAt, long Points)> Left =>
        _points.Where(p => p.At == Where.Free).GroupBy(p => p.ExpiresAt).OrderBy(g => g.Key).Select(g => (g.Key, (long)g.Count()));

    internal void Earn(Guid order, int points)
    {
        if (!_earned.Add(order)) return;
        for (var i = 0; i < points; i++) _points.Add(new Point { EarnedBy = order, At = Where.Promised });
    }

    internal void Confirm(Guid order, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        if (!_earned.Contains(order) || !_confirmed.Add(order)) return;
        foreach (var point in _points.Where(p => p.EarnedBy == order && p.At == Where.Promised)) Free(point, now, expiresAt, own: true);
    }

    internal bool Redeem(Guid order, int points, DateTimeOffset now)
    {
        if (points == 0 || _redeemed.Contains(order)) return true;
        GrowOld(now);
        if (points > Available) return false;
        _redeemed.Add(order);
        foreach (var point in OldestFirst().Take(points).ToList())
        {
            point.At = Where.Spent;
            point.SpentOn = order;
        }

        return true;
    }

    internal void TakeBack(Guid order, int target)
    {
        if (!_earned.Contains(order)) return;
        for (var rest = target - _takenBack.GetValueOrDefault(order); rest > 0; rest--)
        {
            _takenBack[order] = _takenBack.GetValueOrDefault(order) + 1;
            var point = _points.Find(p => p.EarnedBy == order && p.At == Where.Promised)
                ?? _points.Find(p => p.EarnedBy == order && p.Own && p.At == Where.Free)
                ?? _points.Find(p => p.EarnedBy == order && p.Own && p.At == Where.TooOld)
                ?? OldestFirst().FirstOrDefault();
            if (point is null) _debts++;
            else point.At = Where.Gone;
        }
    }

    internal void GiveBack(Guid order, DateTimeOffset now, DateTimeOffset atLeast)
    {
        if (!_redeemed.Contains(order) || !_returned.Add(order)) return;
        foreach (var point in _points.Where(p => p.SpentOn == order && p.At == Where.Spent).OrderBy(p => p.ExpiresAt > atLeast ? p.ExpiresAt : atLeast).ToList())
            Free(point, now, point.ExpiresAt > atLeast ? point.ExpiresAt : atLeast, own: false);
    }

    internal void GrowOld(DateTimeOffset now)
    {
        foreach (var point in _points.Where(p => p.At == Where.Free && p.ExpiresAt <= now)) point.At = Where.TooOld;
    }

    private void Free(Point point, DateTimeOffset now, DateTimeOffset expiresAt, bool own)
    {
        if (_debts > 0)
        {
            _debts--;
            point.At = Where.Gone;
            return;
        }

        (point.At, point.ExpiresAt, point.Since, point.Own) = (Where.Free, expiresAt, now, own);
    }

    private IEnumerable<Point> OldestFirst() => _points.Where(p => p.At == Where.Free).OrderBy(p => p.ExpiresAt).ThenBy(p => p.Since);

    private sealed class Point
    {
        internal Guid EarnedBy { get; init; }

        internal Where At { get; set; }

        internal DateTimeOffset ExpiresAt { get; set; }

        internal DateTimeOffset Since { get; set; }

        internal Guid? SpentOn { get; set; }

        /// <summary>Still in the lot that the order's delivery made.</summary>
        internal bool Own { get; set; }
    }
}
