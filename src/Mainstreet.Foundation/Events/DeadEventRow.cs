namespace Mainstreet.Foundation.Events;

/// <summary>An outbox row that was given up after its last delivery; kept for people to look at.</summary>
public sealed class DeadEventRow
{
    public Guid EventId { get; init; }

    public OutboxKind Kind { get; init; }

    public required string Module { get; init; }

    public required string Key { get; init; }

    public required string Name { get; init; }

    public required string Payload { get; init; }

    public string? Topics { get; init; }

    public DateTimeOffset At { get; init; }

    public DateTimeOffset DeadAt { get; init; }

    public string? LastError { get; init; }

    internal static DeadEventRow From(OutboxRow row, DateTimeOffset now, string error) => new()
    {
        EventId = row.EventId,
        Kind = row.Kind,
        Module = row.Module,
        Key = row.Key,
        Name = row.Name,
        Payload = row.Payload,
        Topics = row.Topics,
        At = row.At,
        DeadAt = now,
        LastError = error,
    };
}
