using Mainstreet.Foundation.Proving;

namespace Mainstreet.Trades.Proof;

/// <summary>An offer that the run made, and when it ends by the client's clock, as exactly as that can be known.</summary>
/// <param name="Contractor">Whom it was made to.</param>
/// <param name="EarliestExpiry">Microseconds since the run began.</param>
/// <param name="LatestExpiry">Microseconds since the run began.</param>
internal sealed record Invitation(Guid Contractor, long EarliestExpiry, long LatestExpiry);

/// <summary>The ticket as the server stores it after the run.</summary>
internal sealed record StoredTicket(string Status, Guid? ContractorId, long? Version);

/// <summary>One item of <c>GET /v1/tickets/{id}/history</c>.</summary>
internal sealed record AuditItem(DateTimeOffset At, Guid? ActorId, string Action, string? From, string? To)
{
    public override string ToString() => $"{At:HH:mm:ss.ffffff} {Action} by {ActorId?.ToString()[^6..] ?? "the system"}: {From} → {To}";
}

/// <summary>Everything known about one ticket after the run.</summary>
internal sealed record TicketEvidence
{
    public required Guid TicketId { get; init; }

    public required IReadOnlyList<Act> Acts { get; init; }

    public required IReadOnlyDictionary<Guid, Invitation> Invitations { get; init; }

    /// <summary>Contractor ids by account.</summary>
    public required IReadOnlyDictionary<Guid, Guid> Contractors { get; init; }

    public StoredTicket? Stored { get; init; }

    /// <summary><c>null</c> when the history could not be read.</summary>
    public IReadOnlyList<AuditItem>? Audit { get; init; }

    /// <summary>The ticket's events on one reader's feed, by offset.</summary>
    public IReadOnlyList<LiveEvent> Live { get; init; } = [];

    /// <summary>How exactly the two clocks run alike, in microseconds.</summary>
    public long ClockTolerance { get; init; } = 250_000;

    /// <summary>The acts that bear on a finding, one a line, for a counter-example.</summary>
    internal string Tell(string finding, IEnumerable<Act>? acts = null) =>
        $"ticket {TicketId}: {finding}" + string.Concat((acts ?? Acts).OrderBy(a => a.Start).Take(40).Select(a => $"\n  {a}"));
}
