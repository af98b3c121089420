using NodaTime;

namespace Mainstreet.Occasions.Tests.Time;

/// <summary>
/// What a zone's clocks show, found out the slow way: every minute of the years is looked at, and the offset at that minute is all that is asked of NodaTime.
/// A wanted local time comes at the first minute at which clocks show it or, having jumped over it, a later one.
/// </summary>
internal sealed class TimeOracle
{
    private const int DayMinutes = 1440;

    private readonly DateTimeZone _zone;
    private readonly int _firstDay;
    private readonly bool[] _exists;
    private readonly Dictionary<int, long[]> _firsts;

    /// <param name="zone">The zone.</param>
    /// <param name="firstYear">First local year.</param>
    /// <param name="lastYear">Last local year.</param>
    /// <param name="minutesOfDay">Local times that will be asked for.</param>
    internal TimeOracle(DateTimeZone zone, int firstYear, int lastYear, IEnumerable<int> minutesOfDay)
    {
        _zone = zone;
        _firstDay = new DateOnly(firstYear, 1, 1).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber - 5;
        var days = new DateOnly(lastYear, 12, 31).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber + 6 - _firstDay;
        _exists = new bool[days];
        _firsts = minutesOfDay.Distinct().ToDictionary(m => m, _ => new long[days]);
        var wanted = new long[DayMinutes][];
        foreach (var (minute, firsts) in _firsts) wanted[minute] = firsts;

        var latest = long.MaxValue;
        for (var utc = (long)(_firstDay - 2) * DayMinutes; utc < (long)(_firstDay + days + 2) * DayMinutes; utc++)
        {
            var local = LocalMinute(utc);
            var day = local / DayMinutes - _firstDay;
            if (day >= 0 && day < days) _exists[day] = true;
            if (latest == long.MaxValue) latest = local - 1;
            for (; latest < local; latest++)
            {
                var passed = latest + 1;
                var passedDay = passed / DayMinutes - _firstDay;
                if (passedDay < 0 || passedDay >= days) continue;
                if (wanted[passed % DayMinutes] is { } firsts) firsts[passedDay] = utc;
            }
        }
    }

    /// <summary>Some clock of the zone showed this day. Days are counted from 1 January 1970.</summary>
    internal bool Exists(int day) => _exists[day - _firstDay];

    /// <summary>The first minute, counted in UTC from 1970, at which clocks show the local time or, having jumped over it, a later one.</summary>
    internal long First(int day, int minuteOfDay) => _firsts[minuteOfDay][day - _firstDay];

    /// <summary>What clocks show, in minutes since 1 January 1970 there.</summary>
    internal long LocalMinute(long utcMinute)
    {
        var seconds = _zone.GetUtcOffset(Instant.FromUnixTimeSeconds(utcMinute * 60)).Seconds;
        return seconds % 60 == 0 ? utcMinute + seconds / 60 : throw new InvalidOperationException($"{_zone.Id} has an offset of {seconds} s.");
    }
}
