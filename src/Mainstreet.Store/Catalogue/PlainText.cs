using System.Globalization;

namespace Mainstreet.Store.Catalogue;

/// <summary>Text that people type and others read.</summary>
internal static class PlainText
{
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
}
