using System.Globalization;

using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Time;

using NodaTime;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Time;

/// <summary>The written time policy, sentence by sentence.</summary>
[Trait("kind", "unit")]
public sealed class OccurrencesTests
{
    [Theory]
    [InlineData("1990-05-17", "America/New_York", 2026, "2026-05-17", "2026-05-17T13:00:00Z", "")]
    [InlineData("--05-17", "America/New_York", 2026, "2026-05-17", "2026-05-17T13:00:00Z", "")]
    [InlineData("2000-02-29", "Europe/Berlin", 2027, "2027-02-28", "2027-02-28T08:00:00Z", "leapDay")]
    [InlineData("2000-02-29", "Europe/Berlin", 2028, "2028-02-29", "2028-02-29T08:00:00Z", "")]
    [InlineData("--02-29", "Europe/Berlin", 2100, "2100-02-28", "2100-02-28T08:00:00Z", "leapDay")]
    [InlineData("--12-30", "Pacific/Apia", 2011, "2011-12-31", "2011-12-30T19:00:00Z", "missingDay")]
    [InlineData("--12-31", "Pacific/Apia", 2011, "2011-12-31", "2011-12-30T19:00:00Z", "")]
    [InlineData("--12-31", "Pacific/Kiritimati", 1994, "1995-01-01", "1994-12-31T19:00:00Z", "missingDay")]
    [InlineData("--08-21", "Pacific/Kwajalein", 1993, "1993-08-22", "1993-08-21T21:00:00Z", "missingDay")]
    [InlineData("--01-01", "Pacific/Auckland", 2027, "2027-01-01", "2026-12-31T20:00:00Z", "")]
    [InlineData("--07-01", "Etc/GMT-14", 2026, "2026-07-01", "2026-06-30T19:00:00Z", "")]
    [InlineData("--07-01", "Etc/GMT+12", 2026, "2026-07-01", "2026-07-01T21:00:00Z", "")]
    [InlineData("--07-01", "US/Pacific", 2026, "2026-07-01", "2026-07-01T16:00:00Z", "")]
    public void At_nine_where_they_live(string date, string zone, int year, string day, string due, string reasons) =>
        Check(Policy(), date, zone, year, day, due, reasons);

    [Theory]
    [InlineData(2027, "2027-03-01", "2027-03-01T08:00:00Z", "leapDay")]
    [InlineData(2028, "2028-02-29", "2028-02-29T08:00:00Z", "")]
    public void The_leap_day_may_be_kept_on_1_March(int year, string day, string due, string reasons) =>
        Check(Policy() with { LeapDay = LeapDayRule.March1 }, "--02-29", "Europe/Berlin", year, day, due, reasons);

    [Theory]
    // 2026-03-08 02:00 -> 03:00 in New York; 2026-11-01 02:00 -> 01:00.
    [InlineData("02:00", "--03-08", "2026-03-08T07:00:00Z", "gap")]
    [InlineData("02:30", "--03-08", "2026-03-08T07:00:00Z", "gap")]
    [InlineData("03:00", "--03-08", "2026-03-08T07:00:00Z", "")]
    [InlineData("01:30", "--11-01", "2026-11-01T05:30:00Z", "overlap")]
    [InlineData("01:00", "--11-01", "2026-11-01T05:00:00Z", "overlap")]
    [InlineData("02:00", "--11-01", "2026-11-01T07:00:00Z", "")]
    public void A_gap_gives_the_first_instant_after_and_an_overlap_the_first_of_the_two(string sendAt, string date, string due, string reasons) =>
        Check(Policy() with { SendAt = SendPolicy.ParseTime(sendAt) }, date, "America/New_York", 2026, $"2026-{date[2..]}", due, reasons);

    [Theory]
    [InlineData("09:00", "22:00", "08:00", "2026-05-17T13:00:00Z", "")]
    [InlineData("23:00", "22:00", "08:00", "2026-05-18T12:00:00Z", "quietHours")]
    [InlineData("06:00", "22:00", "08:00", "2026-05-17T12:00:00Z", "quietHours")]
    [InlineData("08:00", "22:00", "08:00", "2026-05-17T12:00:00Z", "")]
    [InlineData("12:30", "12:00", "14:00", "2026-05-17T18:00:00Z", "quietHours")]
    [InlineData("11:59", "12:00", "14:00", "2026-05-17T15:59:00Z", "")]
    public void Quiet_hours_move_a_message_to_their_end(string sendAt, string from, string until, string due, string reasons)
    {
        var policy = Policy() with { SendAt = SendPolicy.ParseTime(sendAt), QuietFrom = SendPolicy.ParseTime(from), QuietUntil = SendPolicy.ParseTime(until) };
        Check(policy, "--05-17", "America/New_York", 2026, "2026-05-17", due, reasons);
    }

    [Fact]
    public void There_is_no_occurrence_before_the_year_of_the_date()
    {
        var zone = Zones.Find("Europe/London")!;
        Occurrences.Of(new OccasionDate(2026, 5, 1), zone, Policy(), 2025).ShouldBeNull();
        Occurrences.Of(new OccasionDate(2026, 5, 1), zone, Policy(), 2026).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("2026-05-17T12:00:00Z", "2026-05-17T13:00:00Z")]
    [InlineData("2026-05-17T13:00:00Z", "2026-05-18T13:00:00Z")]
    [InlineData("2026-03-07T15:00:00Z", "2026-03-08T13:00:00Z")]
    public void The_next_window_is_the_next_local_send_time(string after, string next) =>
        Occurrences.NextWindow(Instant(after), Zones.Find("America/New_York")!, Policy()).ShouldBe(Instant(next));

    [Fact]
    public void Quiet_hours_that_come_twice_end_twice()
    {
        // 01:50 for the second time, in the hour after New York's clocks went back.
        var policy = Policy() with { QuietFrom = new LocalTime(1, 45), QuietUntil = new LocalTime(1, 55) };
        Occurrences.QuietEnd(Instant("2026-11-01T06:50:00Z"), Zones.Find("America/New_York")!, policy).ShouldBe(Instant("2026-11-01T06:55:00Z"));
        Occurrences.QuietEnd(Instant("2026-11-01T05:50:00Z"), Zones.Find("America/New_York")!, policy).ShouldBe(Instant("2026-11-01T05:55:00Z"));
    }

    [Theory]
    [InlineData("1990-02-29")]
    [InlineData("1990-13-01")]
    [InlineData("1990-00-10")]
    [InlineData("1990-04-31")]
    [InlineData("--02-30")]
    [InlineData("-02-28")]
    [InlineData("--2-28")]
    [InlineData("02-28")]
    [InlineData("1990-5-17")]
    [InlineData("1990-05-17 ")]
    [InlineData(" 1990-05-17")]
    [InlineData("1990/05/17")]
    [InlineData("19900517")]
    [InlineData("٢٠٢٠-05-17")]
    [InlineData("1799-05-17")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_date_is_refused(string? text) => OccasionDate.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData("1990-05-17", 517)]
    [InlineData("2000-02-29", 229)]
    [InlineData("--02-29", 229)]
    [InlineData("--12-31", 1231)]
    public void A_date_reads_back_as_it_was_written(string text, int monthDay)
    {
        var date = OccasionDate.Parse(text).ShouldNotBeNull();
        date.MonthDay.ShouldBe(monthDay);
        date.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("Europe/London", true)]
    [InlineData("US/Pacific", true)]
    [InlineData("europe/london", false)]
    [InlineData("UTC+5", false)]
    [InlineData("UTC+05:30", false)]
    [InlineData("Pacific Standard Time", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Zones_are_those_of_tzdb_in_its_own_spelling(string? id, bool isKnown) => (Zones.Find(id) is not null).ShouldBe(isKnown);

    [Theory]
    [InlineData(Reasons.None, null)]
    [InlineData(Reasons.LeapDay, "leapDay")]
    [InlineData(Reasons.MissingDay | Reasons.QuietHours | Reasons.Late, "missingDay quietHours late")]
    public void Reasons_are_words(object reasons, string? text)
    {
        ReasonWords.Of((Reasons)reasons).ShouldBe(text);
        ReasonWords.Parse(text).ShouldBe((Reasons)reasons);
    }

    internal static SendPolicy Policy() => new(
        new LocalTime(9, 0), LeapDayRule.February28, MisfirePolicy.SendLate, TimeSpan.FromHours(12), TimeSpan.FromMinutes(15), null, null, null, "en",
        ["webhook"], false, false, false, 0);

    internal static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static void Check(SendPolicy policy, string date, string zone, int year, string day, string due, string reasons)
    {
        var found = Occurrences.Of(OccasionDate.Parse(date).ShouldNotBeNull(), Zones.Find(zone).ShouldNotBeNull(), policy, year).ShouldNotBeNull();
        Mainstreet.Occasions.Planning.PlannedRow.TextOf(found.Date).ShouldBe(day);
        found.DueAt.ShouldBe(Instant(due));
        (ReasonWords.Of(found.Reasons) ?? "").ShouldBe(reasons);
        found.LocalYear.ShouldBe(year);
    }
}
