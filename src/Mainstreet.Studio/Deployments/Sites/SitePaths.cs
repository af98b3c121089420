namespace Mainstreet.Studio.Deployments.Sites;

/// <summary>Which file of a deployment answers a path.</summary>
internal static class SitePaths
{
    internal const string Index = "index.html";
    internal const string PublicIndex = "public/index.html";
    internal const string NotFound = "404.html";

    private const string Public = "public/";

    /// <summary>The files that may answer, best first, below the site's root. Empty when the path can be no file's.</summary>
    /// <param name="path">Decoded, with its slash at the beginning.</param>
    internal static IReadOnlyList<string> Candidates(string path)
    {
        if (path.Length is 0 or > 1_000 || path[0] != '/' || path.Contains('\\', StringComparison.Ordinal) || path.Any(char.IsControl)) return [];
        var rest = path[1..];
        if (rest.Length == 0) return [Index];
        var folder = rest.EndsWith('/');
        var parts = (folder ? rest[..^1] : rest).Split('/');
        // Nothing hidden is served: what begins with a dot is a tool's, or a secret.
        if (parts.Any(p => p.Length == 0 || (p[0] == '.' && p != ".well-known"))) return [];
        return folder ? [rest + Index] : [rest, rest + ".html", rest + "/" + Index];
    }

    /// <summary>The folder that is the site: <c>public/</c> where the page at the top is there.</summary>
    internal static string Root(bool hasIndex) => hasIndex ? "" : Public;
}
