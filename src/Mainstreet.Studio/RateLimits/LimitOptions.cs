using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Studio.RateLimits;

/// <summary>How often Studio may be asked. Section <c>Studio:Limits</c>.</summary>
public sealed class LimitOptions
{
    /// <summary>Requests to the assistant that an account may make in a window. Default 20.</summary>
    [Reloads]
    [Range(1, 1_000)]
    public int AiRequests { get; set; } = 20;

    /// <summary>The assistant's window. Default 15 minutes.</summary>
    [Reloads]
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan AiWindow { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Deployments that an account may start in a window. Default 10.</summary>
    [Reloads]
    [Range(1, 1_000)]
    public int Deployments { get; set; } = 10;

    /// <summary>The window of deployments. Default 1 hour.</summary>
    [Reloads]
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan DeploymentWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Other requests to Studio's API from one address without an account in a window, counted by each replica for itself. Default 100.</summary>
    [Reloads]
    [Range(1, 1_000_000)]
    public int AnonymousRequests { get; set; } = 100;

    /// <summary>Other requests to Studio's API of one account in a window, counted by each replica for itself. Default 10,000.</summary>
    [Reloads]
    [Range(1, 10_000_000)]
    public int AccountRequests { get; set; } = 10_000;

    /// <summary>The window of other requests. Default 15 minutes.</summary>
    [Reloads]
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RequestWindow { get; set; } = TimeSpan.FromMinutes(15);
}
