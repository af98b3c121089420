using System.Buffers;
using System.Text.RegularExpressions;

namespace Mainstreet.Foundation.Web;

/// <summary>
/// Keeps spreadsheets from running exported text as a formula (CSV injection; source: OWASP, "CSV Injection"): text that begins
/// with = + - @, a tab, CR or LF, or a full-width = + - @ gets an apostrophe in front. Plain numbers such as -73.9 stay as they
/// are. Text that already looks guarded gets one more apostrophe, so that <see cref="Remove"/> always gives back the original.
/// </summary>
public static partial class CsvGuard
{
    private static readonly SearchValues<char> Starters = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    public static string Add(string text) => IsRisky(text) && !Number().IsMatch(text) ? "'" + text : text;

    /// <summary>Undoes <see cref="Add"/>; other text stays as it is.</summary>
    public static string Remove(string text) => text.StartsWith('\'') && IsRisky(text) ? text[1..] : text;

    private static bool IsRisky(string text)
    {
        var inner = text.AsSpan().TrimStart('\'');
        return inner.Length > 0 && Starters.Contains(inner[0]);
    }

    [GeneratedRegex(@"\A[+-]?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?\z")]
    private static partial Regex Number();
}
