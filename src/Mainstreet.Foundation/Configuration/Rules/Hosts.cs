using System.Net;

namespace Mainstreet.Foundation.Configuration.Rules;

/// <summary>Where an address leads, as far as its name tells.</summary>
internal static class Hosts
{
    private static readonly string[] InsideEndings = [".local", ".internal", ".lan", ".home.arpa", ".svc", ".localhost"];

    private static readonly IPNetwork[] InsideRanges =
        [.. new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10" }.Select(IPNetwork.Parse)];

    /// <summary>This machine: loopback or a socket in the file system.</summary>
    internal static bool IsThisMachine(string host) =>
        host.StartsWith('/') || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    /// <summary>A network of one's own: a bare name as in compose and Kubernetes, a private range, a name that nobody can own.</summary>
    internal static bool IsInside(string host)
    {
        if (IsThisMachine(host)) return true;
        if (IPAddress.TryParse(host.Trim('[', ']'), out var ip)) return InsideRanges.Any(r => r.Contains(ip));
        return !host.Contains('.', StringComparison.Ordinal) || InsideEndings.Any(e => host.EndsWith(e, StringComparison.OrdinalIgnoreCase));
    }
}
