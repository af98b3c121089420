using System.Globalization;
using System.Text.RegularExpressions;

namespace Mainstreet.Careers.Profiles.Import;

/// <summary>A stretch of time as résumés write it.</summary>
/// <param name="To">Null when it goes on, or when there is only one date.</param>
/// <param name="Single">One date, no range.</param>
/// <param name="At">Where it stands in its line.</param>
internal sealed record DateRange(PartialDate From, PartialDate? To, bool Single, int At, int Length);

/// <summary>Finds dates in lines: <c>Jan 2019 – present</c>, <c>03/2017 - 2019</c>, <c>2015–2017</c>, <c>2020-05</c>. Nothing is filled in that is not there.</summary>
internal static partial class DateRanges
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>The first range of the line, else its first date; null when there is neither.</summary>
    internal static DateRange? Find(string line)
    {
        if (RangeForm().Match(line) is { Success: true } range && Read(range.Groups["from"].Value, range) is { } from)
        {
            var end = range.Groups["to"].Value;
            var to = OpenForm().IsMatch(end) ? null : Read(end, null);
            if (to is null || to.Value.Year >= from.Year) return new DateRange(from, to, Single: false, range.Index, range.Length);
        }

        return DateForm().Match(line) is { Success: true } one && Read(one.Value, null) is { } date ? new DateRange(date, null, Single: true, one.Index, one.Length) : null;
    }

    private static PartialDate? Read(string text, Match? range)
    {
        var match = PartsForm().Match(text);
        var yearText = match.Groups["year"].Value is { Length: > 0 } own ? own : range?.Groups["to"].Value is { } other && PartsForm().Match(other).Groups["year"].Value is { Length: > 0 } shared ? shared : null;
        if (!int.TryParse(yearText, NumberStyles.None, CultureInfo.InvariantCulture, out var year)) return null;
        if (match.Groups["word"].Value is { Length: >= 3 } word) return new PartialDate(year, Array.IndexOf(Months, word[..3].ToLowerInvariant()) is >= 0 and var index ? index + 1 : null);
        return int.TryParse(match.Groups["month"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var month) && month is >= 1 and <= 12
            ? new PartialDate(year, month) : new PartialDate(year);
    }

    private const string Word = "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
    private const string Year = "(?:19|20)\\d\\d";
    private const string Date = "(?:" + Word + ",?\\s+" + Year + "|(?:0?[1-9]|1[0-2])\\s?[/.]\\s?" + Year + "|" + Year + "-(?:0[1-9]|1[0-2])(?!\\d)|" + Year + ")";
    private const string Open = "(?:present|current(?:ly)?|now|today|ongoing|to date)";
    private const string Between = "\\s*(?:[-–—−~]|to|until|through)\\s*";

    [GeneratedRegex("(?<![\\d/])(?<from>" + Date + "|" + Word + ")" + Between + "(?<to>" + Open + "|" + Date + ")(?![\\d/])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RangeForm();

    [GeneratedRegex("(?<![\\d/\\w])" + Date + "(?![\\d/])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DateForm();

    [GeneratedRegex("^" + Open + "$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OpenForm();

    [GeneratedRegex("^(?:(?<word>[a-z]+)\\.?,?\\s*|(?<month>\\d{1,2})\\s?[/.]\\s?)?(?<year>" + Year + ")?(?:-(?<month>\\d\\d))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PartsForm();
}
