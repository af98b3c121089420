using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Foundation.Observability;

/// <summary>Where traces go. Section <c>Otlp</c>.</summary>
public sealed class OtlpOptions
{
    /// <summary>Collector's address, for example <c>http://collector:4317</c>. Default: none, no traces are exported.</summary>
    [Url]
    public string? Endpoint { get; set; }

    /// <summary><c>grpc</c> (default) or <c>http</c> (HTTP/protobuf).</summary>
    [RegularExpression("^(grpc|http)$", ErrorMessage = "must be 'grpc' or 'http'")]
    public string Protocol { get; set; } = "grpc";

    /// <summary>Headers sent to the collector, <c>name=value,name=value</c>; often a key.</summary>
    [Secret]
    public string? Headers { get; set; }

    /// <summary>Share of traces that start here and are kept, 0 to 1; a caller's decision is followed. Default 1.</summary>
    [Range(0.0, 1.0)]
    public double SampleRatio { get; set; } = 1;
}

/// <summary>Section <c>Metrics</c>.</summary>
public sealed class MetricsOptions
{
    /// <summary>True opens <c>/metrics</c> to everybody who comes without a proxy. Default: only this machine and holders of the permission.</summary>
    public bool Public { get; set; }

    /// <summary>Most series one metric may have; further label values are counted together. Default 2,000.</summary>
    [Range(10, 100_000)]
    public int MaxSeries { get; set; } = 2_000;

    /// <summary>Seconds between two readings of figures that have to be asked for, such as rows that wait. Default 15.</summary>
    [Range(1, 3_600)]
    public int ReadSeconds { get; set; } = 15;
}

/// <summary>Section <c>Requests</c>.</summary>
public sealed class RequestOptions
{
    /// <summary>A request that takes longer than this, in milliseconds, is logged as slow. Default 1,000.</summary>
    [Reloads]
    [Range(1, 3_600_000)]
    public int SlowMilliseconds { get; set; } = 1_000;
}

/// <summary>Section <c>Shutdown</c>.</summary>
public sealed class ShutdownOptions
{
    /// <summary>
    /// Seconds between "not ready" and the end of listening, so that a load balancer can look elsewhere first.
    /// Default 3, in Development 0.
    /// </summary>
    [Range(0, 300)]
    public int? DrainSeconds { get; set; }
}

/// <summary>Section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>Longest time one part may take to answer, in milliseconds. Default 1,000.</summary>
    [Reloads]
    [Range(50, 60_000)]
    public int TimeoutMilliseconds { get; set; } = 1_000;

    /// <summary>Age of the oldest unsent row of the outbox, in seconds, from which on the part is degraded. Default 30.</summary>
    [Reloads]
    [Range(1, 86_400)]
    public int OutboxAgeSeconds { get; set; } = 30;

    /// <summary>Jobs overdue by a minute from which on the part is degraded. Default 1,000.</summary>
    [Reloads]
    [Range(1, 10_000_000)]
    public int JobBacklog { get; set; } = 1_000;

    /// <summary>Free space of the data folder, in mebibytes, below which the part is degraded; below a tenth, down. Default 1,024.</summary>
    [Reloads]
    [Range(1, 10_000_000)]
    public int FreeMebibytes { get; set; } = 1_024;
}
