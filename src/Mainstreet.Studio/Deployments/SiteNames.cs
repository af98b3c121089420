using System.Text;

namespace Mainstreet.Studio.Deployments;

/// <summary>Names for projects where they are published: lower-case letters, digits and single hyphens, with an end that is the project's own.</summary>
internal static class SiteNames
{
    /// <summary>The same for the same name and id; at most 52 characters, so that it fits a label of a host name.</summary>
    internal static string Of(string projectName, Guid projectId)
    {
        var name = new StringBuilder(60);
        foreach (var c in projectName.Normalize(NormalizationForm.FormD))
        {
            if (name.Length >= 40) break;
            if (char.IsAsciiLetterOrDigit(c)) name.Append(char.ToLowerInvariant(c));
            else if (name.Length > 0 && name[^1] != '-' && !char.IsSurrogate(c) && char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.NonSpacingMark) name.Append('-');
        }

        while (name.Length > 0 && name[^1] == '-') name.Length--;
        if (name.Length == 0) name.Append("site");
        // The end of a UUIDv7 is random.
        return name.Append('-').Append(projectId.ToString("N")[^10..]).ToString();
    }
}
