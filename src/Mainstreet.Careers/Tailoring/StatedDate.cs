using System.Globalization;
using System.Text.RegularExpressions;

using Mainstreet.Careers.Profiles;

namespace Mainstreet.Careers.Tailoring;

/// <summary>A date, or a stretch from one to another, as a document states it.</summary>
/// <param name="From">The first or only date.</param>
/// <param name="To">The second; null with <paramref name="GoesOn"/>, and for a single date.</param>
/// <param name="IsRange">Two ends are stated.</param>
/// <param name="GoesOn">The second end is "present", or "since" stands before.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How long.</param>
internal readonly partial record struct StatedDate(PartialDate From, PartialDate? To, bool IsRange, bool GoesOn, int Start, int Length)
{
    internal static List<StatedDate> In(string text)
    {
        var dates = new List<StatedDate>();
        foreach (Match match in Pattern().Matches(text))
        {
            var from = Read(match.Groups["m1"].Value, match.Groups["y1"].Value);
            var present = match.Groups["present"].Success || match.Groups["since"].Success;
            PartialDate? to = match.Groups["y2"].Success ? Read(match.Groups["m2"].Value, match.Groups["y2"].Value) : null;
            dates.Add(new StatedDate(from, to, present || to is not null, present, match.Index, match.Length));
        }
        return dates;
    }

    /// <summary>The fact has these dates: both ends of a range; a single date is one of its ends, or is in its text.</summary>
    internal bool IsOf(Fact fact)
    {
        if (fact.Text.Contains(From.Year.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) && (To is null || fact.Text.Contains(To.Value.Year.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)) && !GoesOn)
        {
            var stated = In(fact.Text);
            var one = this;
            if (stated.Exists(date => Within(one.From, date.From) && (one.To is null || (date.To is { } to && Within(one.To.Value, to))))) return true;
            if (To is null && stated.Exists(date => date.To is { } to && Within(one.From, to))) return true;
        }
        if (IsRange) return Within(From, fact.From) && (GoesOn ? fact.To is null : Within(To!.Value, fact.To));
        return fact.Kind is not (FactKind.Highlight or FactKind.WorkSummary) && (Within(From, fact.From) || Within(From, fact.To));
    }

    // A date may be stated less exactly than it is known, not more exactly.
    private static bool Within(PartialDate stated, PartialDate? known) =>
        known is { } date && stated.Year == date.Year && (stated.Month is null || stated.Month == date.Month);

    private static PartialDate Read(string month, string year) =>
        new(int.Parse(year, CultureInfo.InvariantCulture), month.Length == 0 ? null : char.IsDigit(month[0]) ? int.Parse(month, CultureInfo.InvariantCulture)
            : Array.FindIndex(Months, name => month.StartsWith(name, StringComparison.OrdinalIgnoreCase)) + 1);

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private const string Month = @"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";

    [GeneratedRegex(
        @"(?:\b(?<since>since)\s+)?(?:\b(?<m1>" + Month + @")\.?,?\s+)?(?<![\w$€£₹.,-])(?<y1>(?:19|20)\d\d)(?:-(?<m1>0[1-9]|1[0-2])\b)?(?![\w%])(?:\s*(?:-|–|—|to|until|till)\s*(?:(?<present>present|now|today|current)\b|(?:(?<m2>" + Month + @")\.?,?\s+)?(?<y2>(?:19|20)\d\d)(?:-(?<m2>0[1-9]|1[0-2])\b)?(?![\w%])))?",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
