using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Deployments.Sites;

/// <summary>Which host names are sites, and of whom.</summary>
internal sealed class SiteAddresses(IOptions<SitesOptions> options, IOptions<StudioOptions> studio, IServiceProvider services) : ISiteOrigins
{
    private const string Place = "{site}";

    private int? _port;

    internal bool On => !string.IsNullOrWhiteSpace(options.Value.Urls);

    internal IReadOnlyList<string> Urls => (options.Value.Urls ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The origins at which browsers find the console and its API.</summary>
    internal IReadOnlyList<string> Consoles => studio.Value.PublicUrl is { } told ? [Origin(told)]
        : [.. (services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).SelectMany(Names).Distinct()];

    internal string Of(string slug) => Pattern.Replace(Place, slug, StringComparison.Ordinal);

    /// <summary>The port that the system gave, where the setting leaves it open.</summary>
    internal void Bound(int port) => _port = port;

    /// <summary>The site's label in a host name, port and all; null when it is no site's.</summary>
    internal string? SlugOf(string? host)
    {
        if (!On || string.IsNullOrEmpty(host)) return null;
        var end = new Uri(Of("x")).Host[1..];
        var colon = host.LastIndexOf(':');
        var name = (colon > 0 ? host[..colon] : host).TrimEnd('.');
        if (!name.EndsWith(end, StringComparison.OrdinalIgnoreCase)) return null;
        var slug = name[..^end.Length].ToLowerInvariant();
        return slug.Length is > 0 and <= 63 && slug.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? slug : null;
    }

    public bool IsSite(string origin) => Uri.TryCreate(origin, UriKind.Absolute, out var address) && SlugOf(address.Host) is not null;

    private static string Origin(string url) => new Uri(url).GetLeftPart(UriPartial.Authority);

    // Whoever listens on this machine alone is found under two names; one that listens everywhere names no host.
    private static IEnumerable<string> Names(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)) return [];
        return address.IsLoopback || address.Host is "0.0.0.0" or "[::]"
            ? [$"{address.Scheme}://127.0.0.1:{address.Port}", $"{address.Scheme}://localhost:{address.Port}"] : [Origin(url)];
    }

    private string Pattern => options.Value.Address ?? $"http://{Place}.localhost:{_port ?? new Uri(Urls[0].Replace("*", "x", StringComparison.Ordinal).Replace("+", "x", StringComparison.Ordinal)).Port}";
}
