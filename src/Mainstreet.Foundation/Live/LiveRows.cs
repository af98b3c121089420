namespace Mainstreet.Foundation.Live;

/// <summary>One event of one topic in the feed.</summary>
internal sealed class LiveEventRow
{
    /// <summary>Grows in commit order over all topics; has gaps.</summary>
    public long Id { get; init; }

    public required string Topic { get; init; }

    /// <summary>1, 2, 3, … per topic, without gaps.</summary>
    public long Offset { get; init; }

    public required string Type { get; init; }

    /// <summary>JSON text.</summary>
    public required string Payload { get; init; }

    public Guid EventId { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>How far a topic reaches.</summary>
internal sealed class LiveTopicRow
{
    public required string Topic { get; init; }

    public long LastOffset { get; init; }

    /// <summary>The oldest event still kept; <see cref="LastOffset"/> + 1 when none is.</summary>
    public long FirstOffset { get; init; }
}

/// <summary>A process that holds sockets, and its counters.</summary>
internal sealed class LiveReplicaRow
{
    public required string Id { get; init; }

    public int Connections { get; init; }

    public int Subscriptions { get; init; }

    public long Sent { get; init; }

    public long Cut { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>One connection following one topic.</summary>
internal sealed class LivePresenceRow
{
    public required string ConnectionId { get; init; }

    public required string Topic { get; init; }

    public Guid AccountId { get; init; }

    public required string ReplicaId { get; init; }
}
