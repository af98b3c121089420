using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Messages;

namespace Mainstreet.Occasions.Delivery;

/// <summary>What waits for delivery.</summary>
/// <param name="Waiting">Messages that are due and that nobody holds: free to be taken, handed to the broker, or between two tries; counted up to 100,000.</param>
/// <param name="InFlight">Messages that workers hold; counted up to 100,000.</param>
/// <param name="Oldest">Since when the oldest that a worker could take now could be taken.</param>
/// <param name="Dead">Dead messages; counted up to 100,000.</param>
internal sealed record Backlog(int Waiting, int InFlight, DateTimeOffset? Oldest, int Dead);

/// <summary>A scheduled message whose instant passed while nothing ran.</summary>
internal sealed record LateMessage(
    Guid Id, Guid BusinessId, string TimeZone, DateTimeOffset DueAt, DateTimeOffset SendBy, string? Reason, bool Paused);

/// <summary>What becomes of it. Queued ones may be taken from <paramref name="DueAt"/> or now on, whichever is later.</summary>
internal sealed record LateDecision(Guid Id, MessageStatus Status, DateTimeOffset DueAt, DateTimeOffset SendBy, string? Reason, string? Error);

/// <summary>The plan's rows as delivery sees them, many at a time.</summary>
internal interface IDueRows
{
    /// <summary>
    /// Takes scheduled messages that were due before <paramref name="before"/>, at most <paramref name="count"/> of them, and writes what is
    /// decided about each. A paused one is left alone until its deadline has passed. One replica decides about a message, the others pass it by.
    /// </summary>
    /// <returns>How many were taken.</returns>
    Task<int> DecideLateAsync(
        DateTimeOffset before, DateTimeOffset now, int count,
        Func<OccasionsDb, IReadOnlyList<LateMessage>, CancellationToken, Task<IReadOnlyList<LateDecision>>> decide, CancellationToken cancel);

    /// <summary>
    /// Scheduled messages due after <paramref name="after"/> and by now that nothing pauses become queued for the workers' poll, at most
    /// <paramref name="count"/> of them.
    /// </summary>
    Task<int> QueueDueAsync(DateTimeOffset after, DateTimeOffset now, int count, CancellationToken cancel);

    /// <summary>Ids of those messages, longest due first. For a broker.</summary>
    Task<Guid[]> FindDueAsync(DateTimeOffset after, DateTimeOffset now, int count, CancellationToken cancel);

    /// <summary>Those of the messages that are still scheduled become queued; the workers' poll takes them from <paramref name="workAt"/> on.</summary>
    Task<int> QueueAsync(Guid[] ids, DateTimeOffset workAt, CancellationToken cancel);

    /// <summary>Queued and sending rows that no poll would ever find are made findable.</summary>
    Task<int> RepairAsync(DateTimeOffset now, CancellationToken cancel);

    /// <summary>Messages whose worker let its lease lapse.</summary>
    Task<int> CountAbandonedAsync(DateTimeOffset now, CancellationToken cancel);

    Task<Backlog> BacklogAsync(DateTimeOffset now, CancellationToken cancel);
}
