namespace Mainstreet.Foundation.Events;

/// <summary>What an outbox row becomes once its transaction committed.</summary>
public enum OutboxKind
{
    /// <summary>An event for the handlers of other modules.</summary>
    Event,

    /// <summary>A notification appended to live topics.</summary>
    Live,
}

/// <summary>A thing to be told, written in the transaction that made it true. Ids grow in commit order per key.</summary>
public sealed class OutboxRow
{
    public long Id { get; set; }

    public Guid EventId { get; init; }

    public OutboxKind Kind { get; init; }

    public required string Module { get; init; }

    /// <summary>The aggregate whose order is kept.</summary>
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required string Payload { get; init; }

    /// <summary>Live topics, separated by a space; <c>null</c> for events.</summary>
    public string? Topics { get; init; }

    public DateTimeOffset At { get; init; }

    public string? TraceParent { get; init; }

    public int Attempts { get; set; }

    public DateTimeOffset? NotBefore { get; set; }

    public string? LastError { get; set; }
}
