using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Occasions.Delivery;

/// <summary>How messages are delivered. Section <c>Occasions:Delivery</c>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>Messages that one process sends at the same time, over all providers. Default 128.</summary>
    [Range(1, 4_096)]
    public int Concurrency { get; set; } = 128;

    /// <summary>Most messages taken in one statement. Default 1,000.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 1_000;

    /// <summary>Most messages that one process holds; it holds about what it delivers in a second. Default 4,000.</summary>
    [Range(1, 100_000)]
    public int MaxHeld { get; set; } = 4_000;

    /// <summary>How long what a dead process held stays with it; renewed three times meanwhile. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "01:00:00")]
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time without a look for due work. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Attempts at one message before it is dead. Default 8.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 8;

    /// <summary>Attempts that a provider could not take (connection refused, 429, 503) before the next provider is tried. Default 3.</summary>
    [Range(1, 100)]
    public int AttemptsPerProvider { get; set; } = 3;

    /// <summary>Wait after the first failed attempt; doubles with each. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait between attempts. Default 15 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a message is held back before it is looked at again while its business, occasion or recipient is paused. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan PauseLook { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>New deadline of a message that was replayed by hand, from the replay. Default 24 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan ReplayWithin { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a stopping process waits for sends in progress before it cuts them off. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan StopWithin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Age of the oldest due message from which on health is degraded. Default 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan BacklogAge { get; set; } = TimeSpan.FromMinutes(5);
}
