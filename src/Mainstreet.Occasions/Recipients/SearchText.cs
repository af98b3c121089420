using System.Globalization;
using System.Text;

namespace Mainstreet.Occasions.Recipients;

/// <summary>Text as it is searched: lower case, without accents, single spaces. Folded here, because the engines fold differently.</summary>
internal static class SearchText
{
    internal static string Of(params ReadOnlySpan<string?> parts)
    {
        var folded = new StringBuilder();
        foreach (var part in parts)
        {
            foreach (var c in (part ?? "").Normalize(NormalizationForm.FormD))
            {
                var kind = CharUnicodeInfo.GetUnicodeCategory(c);
                if (kind is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format) continue;
                if (!char.IsWhiteSpace(c)) folded.Append(char.ToLowerInvariant(c));
                else if (folded.Length > 0 && folded[^1] != ' ') folded.Append(' ');
            }

            if (folded.Length > 0 && folded[^1] != ' ') folded.Append(' ');
        }

        return folded.ToString().TrimEnd();
    }
}
