namespace Mainstreet.Store.Loyalty;

/// <summary>
/// A customer's points with one shop, read under the lock of their balance: what the rules of the ledger look at and change. Nothing here
/// touches a database; <see cref="Ledger"/> reads and writes it.
/// </summary>
/// <param name="businessId">The shop's business.</param>
/// <param name="customerId">The customer.</param>
/// <param name="available">As the balance says.</param>
/// <param name="pending">As the balance says.</param>
/// <param name="owed">As the balance says: 0 or less.</param>
/// <param name="lots">Those with something left, and the order's own.</param>
/// <param name="ofOrder">The entries of the order that the operation is about.</param>
/// <param name="spent">What the order's redemption took from lots.</param>
internal sealed class Passbook(
    Guid businessId, Guid customerId, long available, long pending, long owed,
    IEnumerable<PointsLot> lots, IEnumerable<PointsEntry> ofOrder, IEnumerable<PointsSpent> spent)
{
    private readonly List<PointsLot> _lots = [.. lots];
    private readonly List<PointsEntry> _ofOrder = [.. ofOrder];
    private readonly List<PointsSpent> _spent = [.. spent];
    private readonly HashSet<PointsLot> _changed = [];

    internal long Available { get; private set; } = available;

    internal long Pending { get; private set; } = pending;

    internal long Owed { get; private set; } = owed;

    /// <summary>Entries to be written.</summary>
    internal List<PointsEntry> NewEntries { get; } = [];

    /// <summary>Lots to be written.</summary>
    internal List<PointsLot> NewLots { get; } = [];

    /// <summary>What redemptions took, to be written.</summary>
    internal List<PointsSpent> NewSpent { get; } = [];

    /// <summary>Lots that were there before and changed.</summary>
    internal IReadOnlyCollection<PointsLot> ChangedLots => _changed;

    internal PointsEntry? Find(PointsKind kind) => _ofOrder.Find(e => e.Kind == kind);

    internal IEnumerable<PointsEntry> All(PointsKind kind) => _ofOrder.Where(e => e.Kind == kind);

    /// <summary>Promises an order's points, once.</summary>
    internal PointsEntry Earn(Guid orderId, long points, long paid, PointsClock clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(points);
        return Find(PointsKind.Earn) ?? Write(orderId, PointsKind.Earn, clock, pending: points, issued: -points, amount: paid);
    }

    /// <summary>Keeps the promise, once: what refunds left of it becomes a lot, after debts.</summary>
    internal long Confirm(Guid orderId, DateTimeOffset expiresAt, PointsClock clock)
    {
        if (Find(PointsKind.Confirm) is { } before) return before.Available;
        if (Find(PointsKind.Earn) is not { } earned) return 0;
        var left = earned.Pending + All(PointsKind.Reverse).Sum(e => e.Pending);
        var paysDebt = Math.Min(left, -Owed);
        var entry = Write(orderId, PointsKind.Confirm, clock, pending: -left, owed: paysDebt, available: left - paysDebt, score: left);
        AddLot(orderId, true, entry.Available, expiresAt, clock);
        return entry.Available;
    }

    /// <summary>Spends points, oldest lot first. The caller has seen that there are enough.</summary>
    internal PointsEntry Redeem(Guid orderId, long points, long discount, PointsClock clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(points);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(points, Available);
        var entry = Write(orderId, PointsKind.Redeem, clock, available: -points, redeemed: points, amount: discount);
        foreach (var lot in InOrder())
        {
            if (points == 0) break;
            var taken = Take(lot, ref points);
            var use = new PointsSpent { EntryId = entry.Id, LotId = lot.Id, Points = taken, ExpiresAt = lot.ExpiresAt };
            _spent.Add(use);
            NewSpent.Add(use);
        }

        return points == 0 ? entry : throw Unbalanced();
    }

    /// <summary>
    /// Brings what was taken back of the earned points to <paramref name="target"/>: from the promise while it is one; else from the order's own
    /// lot, then from what of it grew too old, then from the other lots, oldest first; the rest is owed.
    /// </summary>
    internal void TakeBack(Guid orderId, long target, PointsClock clock)
    {
        if (Find(PointsKind.Earn) is not { } earned) return;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target, earned.Pending);
        var rest = target - All(PointsKind.Reverse).Sum(e => e.Issued);
        if (rest <= 0) return;
        if (Find(PointsKind.Confirm) is null)
        {
            Write(orderId, PointsKind.Reverse, clock, pending: -rest, issued: rest);
            return;
        }

        var issued = rest;
        var (available, expired) = (0L, 0L);
        var own = _lots.Find(l => l.Earned && l.OrderId == orderId);
        if (own is not null)
        {
            available += Take(own, ref rest);
            expired = Math.Min(rest, own.Lapsed);
            own.Lapsed -= expired;
            rest -= expired;
        }

        foreach (var lot in InOrder())
        {
            if (rest == 0) break;
            available += Take(lot, ref rest);
        }

        Write(orderId, PointsKind.Reverse, clock, available: -available, expired: -expired, owed: -rest, issued: issued, score: -issued);
    }

    /// <summary>Gives all spent points of an order back, once: after debts, in lots as old as those they came from, but alive until <paramref name="atLeast"/>.</summary>
    internal void GiveBack(Guid orderId, DateTimeOffset atLeast, PointsClock clock)
    {
        if (Find(PointsKind.Redeem) is not { } redeem || Find(PointsKind.Return) is not null) return;
        var paysDebt = Math.Min(redeem.Redeemed, -Owed);
        Write(orderId, PointsKind.Return, clock, redeemed: -redeem.Redeemed, owed: paysDebt, available: redeem.Redeemed - paysDebt);
        // Debts are paid with what would grow too old first.
        foreach (var part in _spent.Where(s => s.EntryId == redeem.Id).GroupBy(s => s.ExpiresAt > atLeast ? s.ExpiresAt : atLeast).OrderBy(g => g.Key))
        {
            var points = part.Sum(s => s.Points);
            var kept = Math.Max(0, points - paysDebt);
            paysDebt -= points - kept;
            AddLot(orderId, false, kept, part.Key, clock);
        }
    }

    /// <summary>Writes off what grew too old.</summary>
    /// <returns>The points.</returns>
    internal long Expire(PointsClock clock)
    {
        var points = 0L;
        foreach (var lot in _lots.Where(l => l.Remaining > 0 && l.ExpiresAt <= clock.Now))
        {
            points += lot.Remaining;
            lot.Lapsed += lot.Remaining;
            Change(lot, lot.Remaining);
        }

        if (points > 0) Write(null, PointsKind.Expire, clock, available: -points, expired: points);
        return points;
    }

    private IEnumerable<PointsLot> InOrder() =>
        _lots.Where(l => l.Remaining > 0).OrderBy(l => l.ExpiresAt).ThenBy(l => l.CreatedAt).ThenBy(l => l.Id);

    private long Take(PointsLot lot, ref long wanted)
    {
        var taken = Math.Min(lot.Remaining, wanted);
        Change(lot, taken);
        wanted -= taken;
        return taken;
    }

    private void Change(PointsLot lot, long taken)
    {
        lot.Remaining -= taken;
        if (!NewLots.Contains(lot)) _changed.Add(lot);
    }

    private void AddLot(Guid orderId, bool earned, long points, DateTimeOffset expiresAt, PointsClock clock)
    {
        if (points == 0) return;
        var lot = new PointsLot
        {
            Id = clock.NewId(), BusinessId = businessId, CustomerId = customerId, OrderId = orderId, Earned = earned,
            Points = points, Remaining = points, CreatedAt = clock.Now, ExpiresAt = expiresAt,
        };
        _lots.Add(lot);
        NewLots.Add(lot);
    }

    private PointsEntry Write(
        Guid? orderId, PointsKind kind, PointsClock clock, long available = 0, long pending = 0, long owed = 0, long issued = 0, long redeemed = 0,
        long expired = 0, long score = 0, long? amount = null)
    {
        var entry = new PointsEntry
        {
            Id = clock.NewId(), BusinessId = businessId, CustomerId = customerId, OrderId = orderId, Kind = kind,
            Step = orderId is null ? 0 : All(kind).Count(), At = clock.Now,
            Available = available, Pending = pending, Owed = owed, Issued = issued, Redeemed = redeemed, Expired = expired, Score = score, Amount = amount,
        };
        (Available, Pending, Owed) = (checked(Available + available), checked(Pending + pending), checked(Owed + owed));
        if (entry.Sum != 0 || Available < 0 || Pending < 0 || Owed > 0) throw Unbalanced();
        if (orderId is not null) _ofOrder.Add(entry);
        NewEntries.Add(entry);
        return entry;
    }

    private InvalidOperationException Unbalanced() =>
        new($"The points of customer {customerId} with business {businessId} do not balance.");
}

/// <summary>One instant for a whole operation, and ids.</summary>
internal sealed record PointsClock(DateTimeOffset Now, Func<Guid> NewId);
