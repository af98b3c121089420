using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Studio.Deployments.Sites;

/// <summary>Where this server publishes sites. Section <c>Studio:Sites</c>.</summary>
public sealed class SitesOptions
{
    /// <summary>Addresses to listen on for sites, separated by semicolons, http only; they serve sites and nothing else. Default none: the target <c>local</c> is off.</summary>
    [StringLength(500)]
    public string? Urls { get; set; }

    /// <summary>
    /// How a site is reached from outside, with <c>{site}</c> as the first label of the host name: <c>https://{site}.sites.example</c>. Take a domain that
    /// serves nothing else. Default <c>http://{site}.localhost:port</c>, which browsers take for this machine.
    /// </summary>
    [RegularExpression(@"https?://\{site\}\.[A-Za-z0-9.\-]+(:[0-9]{1,5})?", ErrorMessage = "must look like https://{site}.sites.example")]
    public string? Address { get; set; }

    /// <summary>Contents that are kept in memory, in bytes. Default 64 MB.</summary>
    [Range(0, 10_000_000_000)]
    public long CacheBytes { get; set; } = 64_000_000;
}
