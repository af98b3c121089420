using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Deployments.Sites;

/// <summary>Which host names are sites, and of whom.</summary>
internal sealed class SiteAddresses(IOptions<SitesOptions> options, IServiceProvider services) : ISiteOrigins
{
    private const string Place = "{site}";

    private int? _port;

    internal bool On => !string.IsNullOrWhiteSpace(options.Value.Urls);

    internal IReadOnlyList<string> Urls => (options.Value.Urls ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The console and its API, without a slash at the end; null while nothing listens.</summary>
    internal string? Api => options.Value.ApiUrl?.TrimEnd('/')
        ?? services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()?.TrimEnd('/');

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

    private string Pattern => options.Value.Address ?? $"http://{Place}.localhost:{_port ?? new Uri(Urls[0].Replace("*", "x", StringComparison.Ordinal).Replace("+", "x", StringComparison.Ordinal)).Port}";
}
