using System.ComponentModel.DataAnnotations;
using System.Net;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Foundation.Web;

/// <summary>What the edge lets in. Section <c>Web</c>.</summary>
public sealed class WebOptions : IValidatableObject
{
    /// <summary>Origins that browsers may call the API from. Default: none but our own.</summary>
    public string[] CorsOrigins { get; set; } = [];

    /// <summary>Requests a second that one account (or, without one, one address) may sustain. Default 200.</summary>
    [Reloads]
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 200;

    /// <summary>Requests that may come at once on top. Default 2,000.</summary>
    [Reloads]
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 2_000;

    /// <summary>Largest JSON body, in bytes. Default 1 MiB.</summary>
    [Range(1_024, 1_073_741_824)]
    public long MaxBodyBytes { get; set; } = 1_048_576;

    /// <summary>Largest streamed import, in bytes. Default 256 MiB.</summary>
    [Range(1_024, 10_737_418_240)]
    public long MaxImportBytes { get; set; } = 268_435_456;

    /// <summary>Addresses and ranges (<c>10.42.0.0/16</c>) of reverse proxies whose X-Forwarded headers are believed. Default: none.</summary>
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>Extra sources that pages may load images from, for example a map tile server. Default: none.</summary>
    public string[] ImageSources { get; set; } = [];

    /// <summary>A proxy that is misspelt is believed nothing, and everybody then comes from its address.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TrustedProxies.Any(p => !IPAddress.TryParse(p, out _) && !IPNetwork.TryParse(p, out _)))
            yield return new ValidationResult("must be addresses such as 10.0.0.7 or ranges such as 10.42.0.0/16", [nameof(TrustedProxies)]);
    }
}
