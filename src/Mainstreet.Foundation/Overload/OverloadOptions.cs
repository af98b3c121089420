using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Foundation.Overload;

/// <summary>When this process turns requests away to stay quick for the others. Section <c>Overload</c>.</summary>
public sealed class OverloadOptions
{
    /// <summary>False lets everything in, however long it then takes. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Requests that are let in at once however overloaded the process is. Default 16.</summary>
    [Range(4, 100_000)]
    public int LeastInFlight { get; set; } = 16;

    /// <summary>Requests that are let in at once at most. Default 512.</summary>
    [Range(4, 100_000)]
    public int MostInFlight { get; set; } = 512;

    /// <summary>Time, in milliseconds, that work may wait for a thread before fewer requests are let in. Default 10.</summary>
    [Range(1, 10_000)]
    public int RunDelayMilliseconds { get; set; } = 10;

    /// <summary>When half of the requests take longer than this, in milliseconds, fewer are let in: what they wait for is overloaded. Default 500.</summary>
    [Range(10, 600_000)]
    public int SlowMilliseconds { get; set; } = 500;

    /// <summary><c>Retry-After</c> of a refusal, in seconds. Default 1.</summary>
    [Range(1, 3_600)]
    public int RetryAfterSeconds { get; set; } = 1;
}
