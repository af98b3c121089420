using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Mainstreet.Studio.Projects;

/// <summary>A file's ETag is its content's SHA-256; what a request says about it, RFC 9110, 13.1.</summary>
internal static class FileMatch
{
    internal static string Tag(string sha256) => $"\"{sha256}\"";

    /// <summary>stale_version when If-Match or If-None-Match does not hold for this content; null stands for no such file.</summary>
    internal static Problem? Check(HttpRequest request, string? sha256)
    {
        if (request.Headers.IfMatch.Count > 0 && !Holds(request.Headers.IfMatch, sha256)) return Problem.Stale;
        return request.Headers.IfNoneMatch.Count > 0 && Holds(request.Headers.IfNoneMatch, sha256) ? Problem.Stale : null;
    }

    /// <summary>True when the client has this content already.</summary>
    internal static bool IsKnown(HttpRequest request, string sha256) => request.Headers.IfNoneMatch.Count > 0 && Holds(request.Headers.IfNoneMatch, sha256);

    private static bool Holds(Microsoft.Extensions.Primitives.StringValues header, string? sha256) =>
        sha256 is not null && EntityTagHeaderValue.TryParseList(header, out var tags) && tags.Any(t => t.Tag == "*" || t.Tag == Tag(sha256));
}
