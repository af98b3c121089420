using Mainstreet.Occasions.Time;

namespace Mainstreet.Occasions.Planning;

/// <summary>
/// A span of instants [<see cref="From"/>, <see cref="Until"/>) and the days of the year that greetings in it may belong to. The days are too many rather than
/// too few; each candidate's instant decides.
/// </summary>
internal sealed class PlanWindow
{
    // A greeting of local day D is due from D 00:00 at UTC+15 up to: the end of that day, had the day been missing another, moved by quiet hours another,
    // behind a gap of at most three hours, at UTC-15.
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(15);
    private static readonly TimeSpan Behind = TimeSpan.FromHours(24 + 24 + 24 + 3 + 15);

    private readonly bool[] _has = new bool[1300];

    internal PlanWindow(DateTimeOffset from, DateTimeOffset until)
    {
        (From, Until) = (from, until);
        var first = DateOnly.FromDateTime((from - Behind).UtcDateTime);
        var last = DateOnly.FromDateTime((until + Ahead).UtcDateTime);
        (FirstYear, LastYear) = (first.Year, last.Year);
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            _has[day.Month * 100 + day.Day] = true;
            // Kept on one of these in common years.
            if (!DateTime.IsLeapYear(day.Year) && day is { Month: 2, Day: 28 } or { Month: 3, Day: 1 }) _has[OccasionDate.LeapDay] = true;
        }

        Days = [.. Enumerable.Range(0, _has.Length).Where(day => _has[day])];
    }

    public DateTimeOffset From { get; }

    public DateTimeOffset Until { get; }

    /// <summary>Month * 100 + day, ascending.</summary>
    public int[] Days { get; }

    /// <summary>The first local year that an occurrence in the window can have.</summary>
    public int FirstYear { get; }

    public int LastYear { get; }

    public bool Has(int monthDay) => _has[monthDay];
}
