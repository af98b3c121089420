using Microsoft.AspNetCore.Http;

namespace Mainstreet.Foundation.Web;

/// <summary>Strong entity tags made of a row's version, and <c>If-Match</c>.</summary>
public static class ETags
{
    public static string Of(int version) => $"\"{version.ToString(System.Globalization.CultureInfo.InvariantCulture)}\"";

    /// <summary>Sets the answer's <c>ETag</c>.</summary>
    public static void SetETag(this HttpContext context, int version) => context.Response.Headers.ETag = Of(version);

    /// <summary>The problem when the request carries an <c>If-Match</c> that this version does not satisfy; else null.</summary>
    public static Problem? CheckIfMatch(this HttpContext context, int version)
    {
        var header = context.Request.Headers.IfMatch;
        if (header.Count == 0) return null;
        foreach (var value in header)
        {
            foreach (var tag in (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (tag == "*" || tag == Of(version)) return null;
            }
        }

        return Problem.Stale;
    }
}
