namespace Mainstreet.Store.Loyalty;

/// <summary>Points that came together and grow old together. What is left of all lots is what the customer may spend.</summary>
internal sealed class PointsLot
{
    public required Guid Id { get; init; }

    public required Guid BusinessId { get; init; }

    public required Guid CustomerId { get; init; }

    /// <summary>The order that earned them; for points that came back, the order they had been spent on.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>True for the lot that the order's delivery made, false for points that came back.</summary>
    public required bool Earned { get; init; }

    /// <summary>What it began with.</summary>
    public required long Points { get; init; }

    /// <summary>0 to <see cref="Points"/>.</summary>
    public required long Remaining { get; set; }

    /// <summary>Of it grown too old, less what a refund took back of that.</summary>
    public long Lapsed { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>What a redemption took from one lot, kept so that a full refund can give it back with its age.</summary>
internal sealed class PointsSpent
{
    public required Guid EntryId { get; init; }

    public required Guid LotId { get; init; }

    public required long Points { get; init; }

    /// <summary>The lot's.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>
/// Where a customer stands with a shop: the sums of the ledger's columns, kept so that one row can be locked and checked. Only the
/// ledger changes it.
/// </summary>
internal sealed class PointsBalance
{
    public required Guid BusinessId { get; init; }

    public required Guid CustomerId { get; init; }

    /// <summary>0 or more.</summary>
    public required long Available { get; init; }

    /// <summary>0 or more.</summary>
    public required long Pending { get; init; }

    /// <summary>0 or less.</summary>
    public required long Owed { get; init; }

    /// <summary>The sum of <see cref="PointsEntry.Score"/>.</summary>
    public required long Score { get; init; }

    /// <summary>Counts the writers that held the row.</summary>
    public required long Version { get; init; }
}
