using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Time;

using NodaTime;

namespace Mainstreet.Occasions.Tests.Time;

/// <summary>
/// Every date of some years in a zone, every kind of birthday and a dozen rules of sending: <see cref="Occurrences"/> against <see cref="TimeOracle"/>, and whether
/// the planner's window of that day asks for that birthday.
/// </summary>
internal sealed class OracleComparison
{
    private const int MostReported = 20;

    private static readonly (int Send, int QuietFrom, int QuietUntil)[] Rules =
    [
        (Minutes(9, 0), 0, 0), (Minutes(0, 0), 0, 0), (Minutes(0, 30), 0, 0), (Minutes(1, 30), 0, 0), (Minutes(2, 0), 0, 0), (Minutes(2, 30), 0, 0),
        (Minutes(3, 0), 0, 0), (Minutes(23, 30), 0, 0),
        (Minutes(0, 30), Minutes(22, 0), Minutes(8, 0)), (Minutes(9, 0), Minutes(8, 30), Minutes(10, 15)),
        (Minutes(23, 30), Minutes(23, 0), Minutes(2, 30)), (Minutes(2, 0), Minutes(1, 30), Minutes(2, 30)),
    ];

    private static readonly int[] Asked = [.. Rules.Select(r => r.Send).Concat(Rules.Select(r => r.QuietUntil)).Distinct()];

    private readonly Dictionary<long, PlanWindow> _windows = [];

    internal long Count { get; private set; }

    internal List<string> Differences { get; } = [];

    internal void Run(string zoneId, int firstYear, int lastYear)
    {
        var zone = Zones.Find(zoneId) ?? throw new ArgumentException($"There is no zone {zoneId}.", nameof(zoneId));
        var oracle = new TimeOracle(zone, firstYear, lastYear, Asked);
        foreach (var (send, quietFrom, quietUntil) in Rules)
        {
            var hasQuiet = quietFrom != quietUntil;
            var policies = Enum.GetValues<LeapDayRule>().ToDictionary(rule => rule, rule => new SendPolicy(
                TimeOf(send), rule, MisfirePolicy.SendLate, TimeSpan.FromHours(12), TimeSpan.FromMinutes(15), hasQuiet ? TimeOf(quietFrom) : null,
                hasQuiet ? TimeOf(quietUntil) : null, null, "en", ["webhook"], false, false, false, 0));
            for (var year = firstYear; year <= lastYear; year++)
            {
                for (var day = new DateOnly(2000, 1, 1); day.Year == 2000; day = day.AddDays(1))
                {
                    var isLeapDay = day is { Month: 2, Day: 29 };
                    foreach (var rule in isLeapDay ? Enum.GetValues<LeapDayRule>() : [LeapDayRule.February28])
                    {
                        int? born = (day.Day + year) % 2 == 0 ? null : isLeapDay ? 1940 : 1941;
                        var expected = Expect(oracle, day, year, rule, send, quietFrom, quietUntil);
                        Compare(zone, new OccasionDate(born, day.Month, day.Day), policies[rule], year, expected);
                    }
                }
            }
        }
    }

    private void Compare(DateTimeZone zone, OccasionDate date, SendPolicy policy, int year, (int Day, long Utc) expected)
    {
        Count++;
        var actual = Occurrences.Of(date, zone, policy, year);
        var due = DateTimeOffset.UnixEpoch.AddMinutes(expected.Utc);
        var kept = DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(expected.Day);
        if (actual is { } found && found.DueAt == due && found.LocalYear == year && found.Date == LocalDate.FromDateOnly(kept))
        {
            if (WindowOf(due).Has(date.MonthDay)) return;
            Note($"{zone.Id} {date} in {year}: the window of {due:u} does not ask for it");
            return;
        }

        Note($"{zone.Id} {date} in {year} at {policy.SendAt}: expected {kept:O} {due:u}, found {actual}");
    }

    private void Note(string difference)
    {
        if (Differences.Count < MostReported) Differences.Add(difference);
    }

    // The day before 09:00 UTC to the next: as the daily job would plan it.
    private PlanWindow WindowOf(DateTimeOffset due)
    {
        var day = (long)Math.Floor((due - DateTimeOffset.UnixEpoch).TotalDays);
        if (_windows.TryGetValue(day, out var window)) return window;
        var from = DateTimeOffset.UnixEpoch.AddDays(day);
        return _windows[day] = new PlanWindow(from, from.AddDays(1));
    }

    private static (int Day, long Utc) Expect(TimeOracle oracle, DateOnly date, int year, LeapDayRule rule, int send, int quietFrom, int quietUntil)
    {
        var nominal = (date.Month, date.Day) != (2, 29) || DateTime.IsLeapYear(year) ? new DateOnly(year, date.Month, date.Day)
            : rule == LeapDayRule.March1 ? new DateOnly(year, 3, 1) : new DateOnly(year, 2, 28);
        var day = nominal.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        while (!oracle.Exists(day)) day++;
        var utc = oracle.First(day, send);
        if (quietFrom == quietUntil) return (day, utc);
        var local = oracle.LocalMinute(utc);
        var (localDay, minute) = ((int)(local / 1440), (int)(local % 1440));
        var isQuiet = quietFrom < quietUntil ? minute >= quietFrom && minute < quietUntil : minute >= quietFrom || minute < quietUntil;
        if (!isQuiet) return (day, utc);
        if (quietFrom > quietUntil && minute >= quietFrom) localDay++;
        while (!oracle.Exists(localDay)) localDay++;
        return (day, oracle.First(localDay, quietUntil));
    }

    private static int Minutes(int hour, int minute) => hour * 60 + minute;

    private static LocalTime TimeOf(int minuteOfDay) => new(minuteOfDay / 60, minuteOfDay % 60);
}
