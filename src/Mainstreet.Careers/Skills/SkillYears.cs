using Mainstreet.Careers.Profiles;

namespace Mainstreet.Careers.Skills;

/// <summary>
/// Time spent, in whole months: ranges that overlap count once. Both ends belong to a range when they name a month ("2020-01" to "2020-12" is twelve).
/// A year alone is read cautiously: from its January, until its January ("2018" to "2020" is 24 months); a range within one year counts one month.
/// </summary>
internal static class SkillYears
{
    /// <param name="ranges">From and to; a missing end goes on until <paramref name="today"/>, a missing beginning counts nothing.</param>
    /// <returns>Months, 0 or more.</returns>
    internal static int Months(IEnumerable<(PartialDate? From, PartialDate? To)> ranges, DateOnly today)
    {
        var spans = new List<(int First, int End)>();
        foreach (var (from, to) in ranges)
        {
            if (from is not { } begin) continue;
            var first = begin.Year * 12 + (begin.Month ?? 1) - 1;
            var end = to switch
            {
                null => today.Year * 12 + today.Month,
                { Month: { } month, Year: var year } => year * 12 + month,
                { Year: var year } => Math.Max(year * 12, year == begin.Year ? first + 1 : 0),
            };
            end = Math.Min(end, today.Year * 12 + today.Month);
            if (end > first) spans.Add((first, end));
        }
        spans.Sort();
        var months = 0;
        var reached = int.MinValue;
        foreach (var (first, end) in spans)
        {
            if (end <= reached) continue;
            months += end - Math.Max(first, reached);
            reached = end;
        }
        return months;
    }

    /// <summary>Years with one digit, cut, not rounded up.</summary>
    internal static decimal Years(int months) => Math.Floor(months * 10m / 12m) / 10m;
}
