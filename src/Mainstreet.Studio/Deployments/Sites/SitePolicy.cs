using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Mainstreet.Studio.Deployments.Sites;

/// <summary>What a published page may do, told to the browser: its own files, its own scripts as they were published, and this server's API.</summary>
internal static partial class SitePolicy
{
    /// <param name="html">The page; null for other files, which run no script of their own.</param>
    /// <param name="consoles">The origins of this server's console and API.</param>
    internal static string Of(string? html, IReadOnlyList<string> consoles)
    {
        var scripts = html is null ? "" : string.Concat(Inline(html).Select(hash => $" 'sha256-{hash}'"));
        var also = string.Concat(consoles.Select(c => " " + c));
        return $"default-src 'self'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:{also}; font-src 'self' data:; "
            + $"connect-src 'self'{also}; object-src 'none'; base-uri 'self'; form-action 'self'{also}; frame-ancestors 'self'{also}";
    }

    /// <summary>Hashes of the scripts that stand in the page itself, in its order, each once.</summary>
    internal static IReadOnlyList<string> Inline(string html) =>
        [.. Scripts.Matches(html).Where(m => !Source().IsMatch(m.Groups[1].Value))
            // A browser hashes the text as it reads it: with plain line ends.
            .Select(m => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(m.Groups[2].Value.ReplaceLineEndings("\n"))))).Distinct().Take(50)];

    // Without going back: pages are strangers', and one that never closes what it opens must not take time by the square of its length.
    private static readonly Regex Scripts = new(@"<script\b([^>]*)>(.*?)</script\s*>", RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"\bsrc\s*=", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Source();
}
