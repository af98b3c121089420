namespace Mainstreet.Occasions.Messages;

/// <summary>
/// Where a message stands. It only ever moves forward in this order; the last four are final (but <see cref="Dead"/> may be
/// replayed, by a person, into <see cref="Queued"/>).
/// </summary>
public enum MessageStatus
{
    /// <summary>Planned; due later.</summary>
    Scheduled,

    /// <summary>Due and handed to delivery.</summary>
    Queued,

    /// <summary>A worker took it at least once; it is being sent or waits for its next attempt.</summary>
    Sending,

    /// <summary>A provider took it.</summary>
    Sent,

    /// <summary>Not sent, by policy: too late, suppressed, no address. The reason is in <c>lastError</c>.</summary>
    Skipped,

    /// <summary>Not sent, by decision: cancelled, or its recipient was deleted.</summary>
    Cancelled,

    /// <summary>Every attempt failed.</summary>
    Dead,
}
