using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Foundation.Events;

/// <summary>How events leave the outbox. Section <c>Events</c>.</summary>
public sealed class EventOptions
{
    /// <summary>Outbox rows read at a time. Default 500.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 500;

    /// <summary>Aggregates whose events are handled at the same time. Default 8.</summary>
    [Range(1, 64)]
    public int Parallelism { get; set; } = 8;

    /// <summary>Deliveries of one event before it is given up and moved to <c>outbox_dead</c>. Default 12.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 12;

    /// <summary>Wait after the first failed delivery; doubles with each. Default 0.5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest wait between deliveries. Default 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a replica that died still counts as the one that relays. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the broker may take to have an event handled before it is given the event again. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan BrokerPatience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often to look when nothing wakes the relay. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Pause after a read that found something, so that under load each read finds more. Default 5 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01")]
    public TimeSpan Gather { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long it is remembered which consumer did which event. Default 14 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan InboxKeep { get; set; } = TimeSpan.FromDays(14);
}
