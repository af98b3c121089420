using System.Text.RegularExpressions;

namespace Mainstreet.Occasions;

/// <summary>Language tags (BCP 47) without extensions: language, script, region, variants.</summary>
internal static partial class LanguageTags
{
    /// <summary>The tag in its usual spelling (<c>de-AT</c>, <c>zh-Hant</c>), or null when it is not one.</summary>
    internal static string? Normalise(string text)
    {
        if (text.Length > 35 || !Form().IsMatch(text)) return null;
        var parts = text.Split('-');
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = i > 0 && parts[i].Length == 4 && char.IsAsciiLetter(parts[i][0])
                ? char.ToUpperInvariant(parts[i][0]) + parts[i][1..].ToLowerInvariant()
                : i > 0 && parts[i].Length == 2 ? parts[i].ToUpperInvariant() : parts[i].ToLowerInvariant();
        }

        return string.Join('-', parts);
    }

    /// <summary>The tag and what is left of it from right to left, in lower case: <c>de-at</c>, <c>de</c>.</summary>
    internal static IEnumerable<string> Fallbacks(string tag)
    {
        var rest = tag.ToLowerInvariant();
        while (true)
        {
            yield return rest;
            var dash = rest.LastIndexOf('-');
            if (dash < 0) yield break;
            rest = rest[..dash];
        }
    }

    [GeneratedRegex(@"\A[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*\z")]
    private static partial Regex Form();
}
