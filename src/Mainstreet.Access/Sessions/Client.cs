using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http;

namespace Mainstreet.Access.Sessions;

/// <summary>Where a request comes from, as far as limits and the refresh grace care.</summary>
/// <param name="Address">An IPv4 address, or the /64 of an IPv6 address: one customer has all of it.</param>
/// <param name="Fingerprint">Hash of address and user agent.</param>
/// <param name="Agent">What the client calls itself, shown in the list of sessions; at most 200 characters.</param>
internal sealed record Client(string Address, string Fingerprint, string? Agent = null)
{
    private const int LongestAgent = 200;

    internal static Client Of(HttpContext context)
    {
        var address = Network(context.Connection.RemoteIpAddress);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{address}\n{context.Request.Headers.UserAgent}"));
        return new Client(address, Convert.ToHexStringLower(hash.AsSpan(0, 16)), Named(context.Request.Headers.UserAgent.ToString()));
    }

    private static string? Named(string agent)
    {
        var text = new string([.. agent.Where(c => !char.IsControl(c)).Take(LongestAgent)]).Trim();
        return text.Length == 0 || text.Any(char.IsSurrogate) ? null : text;
    }

    private static string Network(IPAddress? address)
    {
        if (address is null) return "local";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes) + "/64";
    }
}
