using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Mainstreet.Trades.Matching;
using NodaTime;
using Shouldly;
using Xunit;

namespace Mainstreet.Trades.Tests.Matching;

[Trait("kind", "unit")]
public sealed class WorkingHoursTests
{
    private static readonly string[] Days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    private static readonly string[] Zones =
    [
        "Etc/UTC", "America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns",
        "Pacific/Apia", "Africa/Casablanca", "Asia/Kathmandu", "America/Sao_Paulo",
    ];

    private static readonly Gen<(int Day, int From, int To)> Spans =
        from day in Gen.Choose(0, 6)
        from start in Gen.Choose(0, 1439)
        from end in Gen.Frequency((4, Gen.Choose(0, 1439)), (1, Gen.Constant(start)), (1, Gen.Constant(0)), (1, Gen.Constant(1440)))
        select (day, start, end);

    /// <summary>An instant somewhere in 2005 to 2035, half of them within two days of a change of clocks.</summary>
    private static Instant InstantFrom(string zone, int a, int b)
    {
        var start = Instant.FromUtc(2005, 1, 1, 0, 0);
        var random = start + Duration.FromSeconds(a % 946_000_000L);
        if (b % 2 == 0) return random;
        var interval = DateTimeZoneProviders.Tzdb[zone].GetZoneInterval(random);
        return interval.HasEnd ? interval.End + Duration.FromSeconds(b % 172_800 - 86_400) : random;
    }

    [Fact]
    public void An_instant_is_worked_exactly_when_a_minute_by_minute_calendar_says_so() =>
        Prop.ForAll(
            Spans.ArrayOf().Resize(8).ToArbitrary(), Gen.Elements(Zones).ToArbitrary(), Gen.Choose(0, int.MaxValue - 1).Two().ToArbitrary(),
            (spans, zone, draw) =>
            {
                var read = WorkingHours.Read(ToJson(spans), zone);
                read.Errors.ShouldBeEmpty();
                var at = InstantFrom(zone, draw.Item1, draw.Item2);
                read.Value!.IsWorking(at).ShouldBe(Oracle(spans, zone, at), $"{ToJson(spans)} {zone} {at}");
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Theory]
    [InlineData("2026-03-08T06:30:00Z", true)]    // 01:30, before the clocks go forward at 02:00
    [InlineData("2026-03-08T07:00:00Z", false)]   // 03:00: the hour from 02:00 does not exist, the span is over
    [InlineData("2026-11-01T05:30:00Z", true)]    // 01:30 for the first time
    [InlineData("2026-11-01T06:30:00Z", true)]    // 01:30 for the second time
    [InlineData("2026-11-01T08:00:00Z", false)]   // 03:00
    public void Clock_changes_follow_the_wall_clock(string at, bool expected) =>
        WorkingHours.Read("""{"sunday":[{"from":"01:00","to":"03:00"}]}""", "America/New_York").Value!
            .IsWorking(Instant.FromDateTimeOffset(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture))).ShouldBe(expected);

    [Theory]
    [InlineData("2026-11-06T21:59:59Z", false)]   // Friday
    [InlineData("2026-11-06T22:00:00Z", true)]
    [InlineData("2026-11-07T05:59:59Z", true)]    // Saturday
    [InlineData("2026-11-07T06:00:00Z", false)]
    [InlineData("2026-11-07T22:30:00Z", false)]
    public void A_span_past_midnight_belongs_to_the_day_it_starts_on(string at, bool expected) =>
        WorkingHours.Read("""{"friday":[{"from":"22:00","to":"06:00"}]}""", "Etc/UTC").Value!
            .IsWorking(Instant.FromDateTimeOffset(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture))).ShouldBe(expected);

    [Fact]
    public void No_rule_means_always_and_an_empty_rule_never()
    {
        var at = Instant.FromUtc(2026, 11, 4, 3, 0);
        WorkingHours.Read(null, "Asia/Kolkata").Value!.IsWorking(at).ShouldBeTrue();
        WorkingHours.Read("{}", "Asia/Kolkata").Value!.IsWorking(at).ShouldBeFalse();
    }

    [Theory]
    [InlineData("", "workingHours: not JSON")]
    [InlineData("[1", "workingHours: not JSON")]
    [InlineData("[]", "workingHours: expected an object")]
    [InlineData("""{"Monday":[]}""", "workingHours: a day is one of")]
    [InlineData("""{"monday":{}}""", "monday: expected a list")]
    [InlineData("""{"monday":[],"monday":[]}""", "monday: given twice")]
    [InlineData("""{"monday":[3]}""", "monday[0]: expected")]
    [InlineData("""{"monday":[{"from":"08:00"}]}""", "monday[0].to: a time HH:mm is required")]
    [InlineData("""{"monday":[{"from":"8:00","to":"17:00"}]}""", "monday[0].from: not a time")]
    [InlineData("""{"monday":[{"from":"24:00","to":"17:00"}]}""", "monday[0].from: not a time")]
    [InlineData("""{"monday":[{"from":"08:00","to":"24:01"}]}""", "monday[0].to: not a time")]
    [InlineData("""{"monday":[{"from":"08:00","to":"17:00","x":1}]}""", "monday[0]: only from and to")]
    public void A_bad_rule_is_refused_with_its_place(string json, string error)
    {
        var read = WorkingHours.Read(json, "Etc/UTC");
        read.Value.ShouldBeNull();
        read.Errors.ShouldHaveSingleItem().ShouldStartWith(error);
    }

    [Fact]
    public void Every_error_is_reported_at_once() =>
        WorkingHours.Read("""{"monday":[{"from":"x","to":"y"}],"funday":[]}""", "Mars/Olympus").Errors.Count.ShouldBe(4);

    [Fact]
    public void Oversized_rules_are_refused()
    {
        var many = $$"""{"monday":[{{string.Join(',', Enumerable.Repeat("""{"from":"08:00","to":"09:00"}""", 13))}}]}""";
        WorkingHours.Read(many, "Etc/UTC").Errors.ShouldHaveSingleItem().ShouldContain("more than 12 spans");
        WorkingHours.Read(new string(' ', 9_000), "Etc/UTC").Errors.ShouldHaveSingleItem().ShouldContain("longer than");
        WorkingHours.Read(new string('[', 5_000), "Etc/UTC").Errors.ShouldHaveSingleItem().ShouldContain("not JSON");
    }

    // Walks each span a minute at a time over a paper week and looks the local minute up on it.
    private static bool Oracle((int Day, int From, int To)[] spans, string zone, Instant at)
    {
        var week = new bool[7 * 1440];
        foreach (var (day, from, to) in spans)
        {
            var minute = from;
            var today = day;
            do
            {
                week[today * 1440 + minute] = true;
                minute++;
                if (minute == 1440 && to == 1440) break;
                if (minute == 1440) (today, minute) = ((today + 1) % 7, 0);
            }
            while (minute != to);
        }
        var local = at.InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime;
        return week[((int)local.DayOfWeek - 1) * 1440 + local.Hour * 60 + local.Minute];
    }

    private static string ToJson((int Day, int From, int To)[] spans) => JsonSerializer.Serialize(
        spans.GroupBy(s => Days[s.Day]).ToDictionary(
            g => g.Key, g => g.Select(s => new { from = Time(s.From), to = Time(s.To) }).ToArray()));

    private static string Time(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");
}
