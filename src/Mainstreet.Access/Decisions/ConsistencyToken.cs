using System.Buffers.Text;
using System.Globalization;
using System.Text;

using Microsoft.AspNetCore.Http;

namespace Mainstreet.Access.Decisions;

/// <summary>
/// The version of the rules as clients carry it. Every change answers one, in the body or the header <c>Consistency-Token</c>; a request
/// that shows it, in the same header or as <c>consistency</c>, is decided by rules at least as new.
/// </summary>
internal static class ConsistencyToken
{
    internal const string Header = "Consistency-Token";
    private const string Prefix = "r1.";

    internal static string Of(long version) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{version}")));

    internal static bool TryRead(string? text, out long version)
    {
        version = 0;
        if (text is null || text.Length is 0 or > 64 || !Base64Url.IsValid(text)) return false;
        var plain = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text));
        return plain.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(plain.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }

    /// <summary>The version that the request shows; 0 without a token. One that cannot be read asks for the newest there is.</summary>
    internal static long Shown(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Header, out var header)) return 0;
        return TryRead(header.ToString(), out var version) ? version : long.MaxValue;
    }

    /// <summary>Sets the answer's header.</summary>
    internal static string Answer(HttpContext context, long version)
    {
        var token = Of(version);
        context.Response.Headers[Header] = token;
        return token;
    }
}
