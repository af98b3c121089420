using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Time;

using NodaTime;

namespace Mainstreet.Occasions.Planning;

/// <summary>What becomes of one occurrence.</summary>
/// <param name="Status">Scheduled or Skipped.</param>
/// <param name="DueAt">When its message may be sent.</param>
/// <param name="SendBy">After this it is too late.</param>
/// <param name="Reasons">Those of the occurrence, and what the policy added.</param>
/// <param name="Error">Why it was skipped.</param>
internal readonly record struct Decision(MessageStatus Status, DateTimeOffset DueAt, DateTimeOffset SendBy, Reasons Reasons, string? Error = null);

/// <summary>The misfire policies: what to do about a greeting whose instant is over.</summary>
internal static class Misfire
{
    internal const string TooLate = "too late";
    internal const string TooLatePaused = "too late (was paused)";
    internal const string Deleted = "the recipient was deleted";

    /// <summary>A greeting that is a week old is none, whatever the policy.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>Decides at <paramref name="now"/>. What is due later, or late by no more than the grace, is planned as it is.</summary>
    internal static Decision Decide(Occurrence occurrence, DateTimeZone zone, SendPolicy policy, DateTimeOffset now) =>
        Decide(occurrence.DueAt, policy.SendBy(occurrence.DueAt), occurrence.Reasons, zone, policy, now);

    /// <inheritdoc cref="Decide(Occurrence, DateTimeZone, SendPolicy, DateTimeOffset)"/>
    internal static Decision Decide(DateTimeOffset dueAt, DateTimeOffset sendBy, Reasons reasons, DateTimeZone zone, SendPolicy policy, DateTimeOffset now)
    {
        if (now <= dueAt + policy.Grace) return new Decision(MessageStatus.Scheduled, dueAt, sendBy, reasons);
        var skipped = new Decision(MessageStatus.Skipped, dueAt, sendBy, reasons, TooLate);
        switch (policy.Misfire)
        {
            case MisfirePolicy.SendLate:
                if (now > sendBy) return skipped;
                // Late is no excuse for the night.
                if (Occurrences.QuietEnd(now, zone, policy) is not { } end) return new Decision(MessageStatus.Scheduled, dueAt, sendBy, reasons | Reasons.Late);
                return end > sendBy ? skipped : new Decision(MessageStatus.Scheduled, end, sendBy, reasons | Reasons.Late | Reasons.QuietHours);
            case MisfirePolicy.NextWindow:
                if (now > dueAt + Longest) return skipped;
                var next = Occurrences.NextWindow(now, zone, policy);
                return new Decision(MessageStatus.Scheduled, next, policy.SendBy(next), reasons | Reasons.NextWindow);
            default:
                return skipped;
        }
    }
}
