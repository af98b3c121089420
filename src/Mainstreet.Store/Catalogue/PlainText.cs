using System.Globalization;

namespace Mainstreet.Store.Catalogue;

/// <summary>Text that people type and others read.</summary>
internal static class PlainText
{
    /// <summary>U+0080 to U+009F; a space where Windows-1252 has nothing.</summary>
    private const string Windows1252 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

    /// <summary>Without the spaces around it; null when nothing is left.</summary>
    internal static string? Trimmed(string? text) => text?.Trim() is { Length: > 0 } some ? some : null;

    /// <summary>False where it holds control characters, or marks that turn the reading direction of what follows.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lines">Line ends and tabs are allowed.</param>
    internal static bool IsClean(string text, bool lines = false)
    {
        foreach (var c in text)
        {
            if (lines && c is '\n' or '\r' or '\t') continue;
            if (c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069') return false;
            if (CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) return false;
        }

        return true;
    }

    /// <summary>
    /// The text of a file, mended: control characters from U+0080 to U+009F are read as the quotes and dashes that Windows-1252 has there (many
    /// exports mistake one for the other), anything else that <see cref="IsClean"/> refuses becomes a space.
    /// </summary>
    internal static string Mend(string text, bool lines = false) => IsClean(text, lines) ? text : string.Concat(text.Select(c => Mend(c, lines)));

    private static char Mend(char c, bool lines)
    {
        if (c is >= '\u0080' and <= '\u009F') return Windows1252[c - 0x80];
        return IsClean(c.ToString(), lines) ? c : ' ';
    }
}
