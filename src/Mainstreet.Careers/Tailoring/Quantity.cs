using System.Globalization;
using System.Text.RegularExpressions;

namespace Mainstreet.Careers.Tailoring;

/// <summary>A number with what belongs to it: "$2.5 million", "40 %", "twelve".</summary>
/// <param name="Value">With its multiplier worked in.</param>
/// <param name="Unit">A currency sign or code, <c>%</c>, <c>x</c>, or empty.</param>
/// <param name="OrMore">A plus sign follows.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends, exclusive.</param>
internal readonly partial record struct Quantity(decimal Value, string Unit, bool OrMore, int Start, int End)
{
    private static readonly string[] Words =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
        "eighteen", "nineteen", "twenty",
    ];

    private static readonly Dictionary<string, decimal> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        ["thirty"] = 30, ["forty"] = 40, ["fifty"] = 50, ["sixty"] = 60, ["seventy"] = 70, ["eighty"] = 80, ["ninety"] = 90, ["hundred"] = 100, ["dozen"] = 12,
        ["thousand"] = 1000, ["million"] = 1_000_000, ["double"] = 2, ["doubled"] = 2, ["triple"] = 3, ["tripled"] = 3, ["half"] = 0.5m, ["halved"] = 0.5m, ["twice"] = 2,
    };

    internal bool SameAmount(Quantity other) => Value == other.Value && Unit == other.Unit;

    internal static List<Quantity> In(string text)
    {
        var found = new List<Quantity>();
        foreach (Match match in Digits().Matches(text))
        {
            if (!decimal.TryParse(match.Groups["number"].Value.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) continue;
            var suffix = match.Groups["suffix"].Value.ToLowerInvariant();
            var unit = match.Groups["currency"].Value.ToUpperInvariant();
            (value, unit) = suffix switch
            {
                "%" or "percent" or "per cent" => (value, "%"),
                "k" or "thousand" => (value * 1000, unit),
                "m" or "million" => (value * 1_000_000, unit),
                "bn" or "billion" => (value * 1_000_000_000, unit),
                "lakh" => (value * 100_000, unit),
                "crore" => (value * 10_000_000, unit),
                "x" => (value, "x"),
                _ => (value, unit),
            };
            found.Add(new Quantity(value, unit, match.Groups["plus"].Success, match.Index, match.Index + match.Length));
        }
        foreach (Match match in Spelled().Matches(text))
        {
            if (found.Exists(one => match.Index < one.End && one.Start < match.Index + match.Length)) continue;
            var at = Array.FindIndex(Words, word => word.Equals(match.Value, StringComparison.OrdinalIgnoreCase));
            found.Add(new Quantity(at >= 0 ? at : Others[match.Value], "", false, match.Index, match.Index + match.Length));
        }
        found.Sort((left, right) => left.Start.CompareTo(right.Start));
        return found;
    }

    [GeneratedRegex(@"(?:(?<currency>[$€£₹]|\b(?:USD|EUR|GBP|INR)\s?))?(?<![\w.])(?<number>\d[\d,]*(?:\.\d+)?)(?:\s?(?<suffix>%|percent\b|per cent\b|thousand\b|million\b|billion\b|lakh\b|crore\b|k\b|m\b|bn\b|x\b))?(?<plus>\+)?(?![\w])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Digits();

    [GeneratedRegex(@"\b(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|dozen|thousand|million|doubled?|tripled?|half|halved|twice)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Spelled();
}
