namespace Mainstreet.Trades.Offers;

/// <summary>How an offer ended, or that it still stands.</summary>
public enum OfferState
{
    Open,
    Accepted,
    Declined,
    Expired,

    /// <summary>Somebody else was quicker.</summary>
    Lost,

    /// <summary>The ticket was cancelled, given to somebody or offered anew.</summary>
    Withdrawn,
}

/// <summary>A ticket shown to one contractor until an instant. Changed only by who holds the ticket's version.</summary>
internal sealed class Offer
{
    public Guid Id { get; init; }

    public Guid TicketId { get; init; }

    public Guid ContractorId { get; init; }

    public int Try { get; init; }

    public int Wave { get; init; }

    public OfferState State { get; private set; }

    public double Score { get; init; }

    public double DistanceMeters { get; init; }

    public string? Reason { get; private set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? DecidedAt { get; private set; }

    internal void Close(OfferState state, DateTimeOffset now, string? reason = null)
    {
        State = state;
        DecidedAt = now;
        Reason = reason;
    }
}

/// <summary>Offers made together, and why to these contractors.</summary>
internal sealed class Wave
{
    public Guid Id { get; init; }

    public Guid TicketId { get; init; }

    public int Try { get; init; }

    public int Number { get; init; }

    public double RadiusMeters { get; init; }

    /// <summary>JSON of the match: the query and every candidate considered with its numbers.</summary>
    public required string Explanation { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>A contractor that is never asked again for this ticket.</summary>
internal sealed class Exclusion
{
    public Guid TicketId { get; init; }

    public Guid ContractorId { get; init; }

    public required string Reason { get; init; }

    public DateTimeOffset At { get; init; }
}
