using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Foundation.Outbound;

/// <summary>How one partner's API is called; see <see cref="OutboundPipeline"/>.</summary>
public sealed class OutboundOptions
{
    /// <summary>Base address that relative addresses are resolved against. Default: none.</summary>
    [Url]
    public string? Url { get; set; }

    /// <summary>Longest time of one attempt, in seconds. Default 10.</summary>
    [Range(0.05, 300.0)]
    public double TimeoutSeconds { get; set; } = 10;

    /// <summary>Time for all attempts and the waits between them, in seconds. Default 30.</summary>
    [Range(0.05, 3_600.0)]
    public double DeadlineSeconds { get; set; } = 30;

    /// <summary>Attempts at most. Default 4.</summary>
    [Range(1, 100)]
    public int Attempts { get; set; } = 4;

    /// <summary>Wait after the first failure, in milliseconds; doubles with each, spread by a quarter. Default 200.</summary>
    [Range(1, 60_000)]
    public int FirstRetryMilliseconds { get; set; } = 200;

    /// <summary>Longest wait between attempts that was not asked for by the service, in milliseconds. Default 5,000.</summary>
    [Range(1, 600_000)]
    public int LongestRetryMilliseconds { get; set; } = 5_000;

    /// <summary>Calls (and connections) at once, of one process. Default 100.</summary>
    [Range(1, 10_000)]
    public int Concurrency { get; set; } = 100;

    /// <summary>Largest answer, in bytes. Default 1 MiB.</summary>
    [Range(1_024, 1_073_741_824)]
    public int MaxAnswerBytes { get; set; } = 1_048_576;

    /// <summary>When the service is left alone.</summary>
    public BreakerOptions Breaker { get; set; } = new();
}
