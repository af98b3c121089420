using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Foundation.Live;

/// <summary>The live channel. Section <c>Live</c>.</summary>
public sealed class LiveOptions
{
    /// <summary>Events that may wait for one connection before it is cut as a slow reader. Default 512.</summary>
    [Range(4, 100_000)]
    public int QueueLength { get; set; } = 512;

    /// <summary>Most events that one subscription replays; more is answered by <c>recovered: false</c>. Default 1,000.</summary>
    [Range(1, 100_000)]
    public int ReplayLimit { get; set; } = 1000;

    /// <summary>Most topics of one connection. Default 100.</summary>
    [Range(1, 1000)]
    public int MaxTopics { get; set; } = 100;

    /// <summary>Age after which an event leaves the feed, in hours. Default 24.</summary>
    [Range(0.001, 8760)]
    public double RetentionHours { get; set; } = 24;

    /// <summary>Events kept per topic. Default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int KeepPerTopic { get; set; } = 1000;

    /// <summary>Longest silence on a server-sent stream before a comment is sent, in seconds. Default 15.</summary>
    [Range(0.1, 300)]
    public double HeartbeatSeconds { get; set; } = 15;

    /// <summary>How often the feed is read without a wake-up, in milliseconds. Default 1,000.</summary>
    [Range(10, 60_000)]
    public int PollMilliseconds { get; set; } = 1000;

    /// <summary>How often open subscriptions are compared with the end of the feed, in seconds. Default 10.</summary>
    [Range(0.1, 3600)]
    public double PositionCheckSeconds { get; set; } = 10;

    /// <summary>How often the callers behind open connections are looked up again, in seconds. Default 5.</summary>
    [Range(0.1, 300)]
    public double RecheckSeconds { get; set; } = 5;

    /// <summary>How often each open subscription is authorised again though its caller did not change, in seconds. Default 30.</summary>
    [Range(0.1, 3600)]
    public double TopicRecheckSeconds { get; set; } = 30;

    /// <summary>How long a replica's presence counts after its last sign of life, in seconds; it signs three times as often. Default 15.</summary>
    [Range(0.3, 600)]
    public double PresenceExpirySeconds { get; set; } = 15;
}
