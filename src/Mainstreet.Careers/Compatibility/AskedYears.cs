using System.Globalization;
using System.Text.RegularExpressions;

namespace Mainstreet.Careers.Compatibility;

/// <summary>Years that a sentence asks for. An age, a company's history or "the last five years" asks for none.</summary>
/// <param name="Years">The least that is asked.</param>
/// <param name="Start">Where it is said.</param>
/// <param name="Length">How long.</param>
internal readonly partial record struct AskedYears(int Years, int Start, int Length)
{
    private static readonly string[] NumberWords = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"];

    internal static IEnumerable<AskedYears> In(string text)
    {
        if (!text.Contains('y', StringComparison.OrdinalIgnoreCase)) yield break;
        foreach (Match match in Pattern().Matches(text))
        {
            var before = text[Math.Max(0, match.Index - 24)..match.Index];
            var after = text[(match.Index + match.Length)..];
            if (OtherBefore().IsMatch(before) || OtherAfter().IsMatch(after)) continue;
            var word = match.Groups["least"].Value;
            var years = int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : Array.FindIndex(NumberWords, name => name.Equals(word, StringComparison.OrdinalIgnoreCase)) + 1;
            if (years is > 0 and <= 40) yield return new AskedYears(years, match.Index, match.Length);
        }
    }

    [GeneratedRegex(@"(?<![\w.,$€£])(?<least>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen)\s*\+?\s*(?:\(\d+\)\s*)?(?:(?:-|–|to|or)\s*\d{1,2}\s*\+?\s*|or more\s+|plus\s+)?(?:years?|yrs?)\b(?:'|’)?\+?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\b(last|past|next|previous|aged?|for over|for more than|founded|after|every|within|first)\s+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherBefore();

    [GeneratedRegex(@"^\s*(old\b|of age\b|ago\b|in business|of history|of growth|warranty|contract\b|plan\b|term\b|fixed)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherAfter();
}
