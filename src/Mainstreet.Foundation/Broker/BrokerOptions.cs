using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Foundation.Broker;

/// <summary>RabbitMQ as a carrier of work and events. Section <c>Broker</c>. Without <see cref="Uri"/> there is none and the database does it alone.</summary>
public sealed class BrokerOptions
{
    /// <summary>Address, for example <c>amqp://user:password@host:5672/vhost</c> or <c>amqps://...</c>. Default: none.</summary>
    [Secret]
    [RegularExpression(@"^amqps?://([^\s/@]+@)?([^\s/@:\[\]]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?(/[^\s/]*)?$",
        ErrorMessage = "must be an address such as amqp://user:password@host:5672/vhost")]
    public string? Uri { get; set; }

    /// <summary>Begins the name of every queue, so that several deployments can share a virtual host. Default <c>mainstreet</c>.</summary>
    [RegularExpression("^[a-z0-9-]{1,40}$", ErrorMessage = "must be 1 to 40 of a-z, 0-9 and -")]
    public string QueuePrefix { get; set; } = "mainstreet";

    /// <summary>Messages sent and not yet confirmed at one time. Default 1,000.</summary>
    [Range(1, 100_000)]
    public int InFlight { get; set; } = 1_000;

    /// <summary>Longest wait for the broker's answer: for confirms counted from the last one. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan ConfirmTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time that connecting may take. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A connection silent for this long is dead. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before connecting again, and before a message whose handler failed is offered again; doubles each time. Default 0.1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(0.1);

    /// <summary>Longest such wait. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long handlers may finish what they have begun when the process stops. Default 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(3);
}
