using Mainstreet.Occasions.Messages;

namespace Mainstreet.Occasions.Outlook;

/// <summary>Messages by status.</summary>
public sealed record MessageCounts(int Scheduled, int Queued, int Sending, int Sent, int Skipped, int Cancelled, int Dead)
{
    public int Total => Scheduled + Queued + Sending + Sent + Skipped + Cancelled + Dead;

    internal int Of(MessageStatus status) => status switch
    {
        MessageStatus.Scheduled => Scheduled,
        MessageStatus.Queued => Queued,
        MessageStatus.Sending => Sending,
        MessageStatus.Sent => Sent,
        MessageStatus.Skipped => Skipped,
        MessageStatus.Cancelled => Cancelled,
        _ => Dead,
    };

    internal static MessageCounts Of(IEnumerable<(MessageStatus Status, int Count)> rows)
    {
        var by = new int[7];
        foreach (var (status, count) in rows) by[(int)status] += count;
        return new MessageCounts(by[0], by[1], by[2], by[3], by[4], by[5], by[6]);
    }
}

/// <param name="StartsAt">An hour of the business's day; 23 or 25 of them when its clocks change.</param>
public sealed record HourCounts(DateTimeOffset StartsAt, MessageCounts Counts);
