using System.Text.RegularExpressions;

namespace Mainstreet.Studio.Assistant.Models;

/// <summary>
/// Keeps what looks like a secret out of questions to models: whole files that hold nothing else, and values in other files. It is a net with
/// holes, not a proof: what a model must not see does not belong into a project.
/// </summary>
internal static partial class SecretMask
{
    internal const string Masked = "(masked)";

    /// <summary>Files that are never sent.</summary>
    internal static bool IsSecretFile(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant();
        return name == ".env" || name.StartsWith(".env.", StringComparison.Ordinal) || name is "id_rsa" or "id_ed25519" or "credentials" or ".npmrc" or ".netrc" or "secrets.json"
            || Path.GetExtension(name) is ".pem" or ".key" or ".pfx" or ".p12";
    }

    /// <summary>The text with the values of likely secrets masked; lines stay lines.</summary>
    internal static string Of(string text)
    {
        try
        {
            return Masks(text);
        }
        catch (RegexMatchTimeoutException)
        {
            // A text that takes that long to look through is none that anybody wrote.
            return Lines(text);
        }
    }

    private static string Masks(string text) =>
        KnownShapes().Replace(Assigned().Replace(PrivateKey().Replace(text, match => Lines(match.Value)), match => match.Groups[1].Value + Masked + match.Groups[3].Value), Masked);

    private static string Lines(string key) => Masked + string.Concat(Enumerable.Repeat("\n", key.Count(c => c == '\n')));

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", RegexOptions.Singleline, matchTimeoutMilliseconds: 500)]
    private static partial Regex PrivateKey();

    [GeneratedRegex("""((?:api[_-]?key|secret|token|passw(?:or)?d|pwd|connection[_-]?string)["']?\s*[:=]\s*["'])([^"'\r\n]{6,})(["'])""", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 500)]
    private static partial Regex Assigned();

    [GeneratedRegex(@"\b(?:sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}|xox[abprs]-[A-Za-z0-9-]{10,}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})", RegexOptions.None, matchTimeoutMilliseconds: 500)]
    private static partial Regex KnownShapes();
}
