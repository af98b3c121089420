using System.Globalization;
using System.Text.RegularExpressions;

namespace Mainstreet.Occasions.Recipients;

/// <summary>E-mail addresses as RFC 5321 sends them: a dot-atom of at most 64, a domain of labels; no quotes, comments or display names.</summary>
internal static partial class EmailAddresses
{
    internal const int Longest = 254;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    internal static bool IsValid(string text)
    {
        if (text.Length > Longest) return false;
        var at = text.LastIndexOf('@');
        if (at is < 1 or > 64 || !Local().IsMatch(text.AsSpan(0, at))) return false;
        var domain = text[(at + 1)..];
        if (!domain.Contains('.', StringComparison.Ordinal) || domain.StartsWith('.') || domain.EndsWith('.')) return false;
        try
        {
            return Domain().IsMatch(Idn.GetAscii(domain));
        }
        catch (ArgumentException)
        {
            // Not a domain name in any script.
            return false;
        }
    }

    [GeneratedRegex(@"\A[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*\z")]
    private static partial Regex Local();

    [GeneratedRegex(@"\A([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]\z")]
    private static partial Regex Domain();
}
