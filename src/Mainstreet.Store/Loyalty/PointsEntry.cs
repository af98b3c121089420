namespace Mainstreet.Store.Loyalty;

/// <summary>What moved points.</summary>
internal enum PointsKind
{
    /// <summary>An order was paid: its points are promised.</summary>
    Earn,

    /// <summary>The order was delivered: the promise is kept.</summary>
    Confirm,

    /// <summary>Points paid for a part of an order.</summary>
    Redeem,

    /// <summary>A refund took earned points back.</summary>
    Reverse,

    /// <summary>A full refund gave spent points back.</summary>
    Return,

    /// <summary>A lot grew too old.</summary>
    Expire,
}

/// <summary>
/// One entry of the ledger with its postings, one column an account: the first three are the customer's, the others the shop's. Its
/// postings sum to zero, which the database checks too. Never changed once written; (order, kind, step) is unique.
/// </summary>
internal sealed class PointsEntry
{
    public required Guid Id { get; init; }

    public required Guid BusinessId { get; init; }

    public required Guid CustomerId { get; init; }

    /// <summary>None for an expiry.</summary>
    public Guid? OrderId { get; init; }

    public required PointsKind Kind { get; init; }

    /// <summary>0, 1, 2, … among the order's entries of the kind: partial refunds reverse several times.</summary>
    public int Step { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What the customer may spend.</summary>
    public long Available { get; init; }

    /// <summary>Promised, not delivered yet.</summary>
    public long Pending { get; init; }

    /// <summary>What the customer owes, as a negative number.</summary>
    public long Owed { get; init; }

    /// <summary>The shop's expense: negative when it gives points.</summary>
    public long Issued { get; init; }

    /// <summary>Taken as payment by the shop.</summary>
    public long Redeemed { get; init; }

    /// <summary>Grown too old.</summary>
    public long Expired { get; init; }

    /// <summary>What the entry adds to the customer's place on the leaderboard: points confirmed, less those taken back afterwards.</summary>
    public long Score { get; init; }

    /// <summary>Money that the entry is about, in minor units: what was paid (earn), the discount (redeem).</summary>
    public long? Amount { get; init; }

    /// <summary>Zero, or it is no entry.</summary>
    internal long Sum => Available + Pending + Owed + Issued + Redeemed + Expired;
}
