using Mainstreet.Occasions.Settings;

using NodaTime;

namespace Mainstreet.Occasions.Time;

/// <summary>When one occasion of one year is greeted.</summary>
/// <param name="LocalYear">
/// The year of the idempotency key: that of the date itself, before it moves. 31 December 1994 never came on Kiritimati and is kept on 1 January 1995: its
/// key is 1994, so that no year has two and none goes without.
/// </param>
/// <param name="Date">The local day on which it is kept.</param>
/// <param name="DueAt">When its message is due.</param>
/// <param name="Reasons">Why day or instant are not the plain ones.</param>
internal readonly record struct Occurrence(int LocalYear, LocalDate Date, DateTimeOffset DueAt, Reasons Reasons);

/// <summary>
/// The time policy, in one place: from a date, a zone, a year and a business's rules to an instant. Pure; the written policy is docs/guide/occasions.md,
/// "Time policy". Rules come from NodaTime's tzdb.
/// </summary>
internal static class Occurrences
{
    /// <summary>The occurrence of a year; null before the year of the date itself.</summary>
    /// <param name="date">Birthday or anniversary.</param>
    /// <param name="zone">The recipient's.</param>
    /// <param name="policy">The business's.</param>
    /// <param name="year">1 to 9998.</param>
    internal static Occurrence? Of(OccasionDate date, DateTimeZone zone, SendPolicy policy, int year)
    {
        if (date.Year > year) return null;
        var (kept, reasons) = Kept(date, policy.LeapDay, year);
        var moment = Zones.At(zone, kept, policy.SendAt);
        reasons |= moment.Reasons;
        var at = moment.At;
        if (QuietEnd(at, zone, policy) is { } end)
        {
            at = end;
            reasons |= Reasons.QuietHours;
        }

        return new Occurrence(year, moment.Date, at.ToDateTimeOffset(), reasons);
    }

    /// <summary>The local date that a year's occurrence is meant for, whether or not the zone had it.</summary>
    internal static (LocalDate Date, Reasons Reasons) Kept(OccasionDate date, LeapDayRule rule, int year)
    {
        if (date.MonthDay != OccasionDate.LeapDay || DateTime.IsLeapYear(year)) return (new LocalDate(year, date.Month, date.Day), Reasons.None);
        return (rule == LeapDayRule.March1 ? new LocalDate(year, 3, 1) : new LocalDate(year, 2, 28), Reasons.LeapDay);
    }

    /// <summary>The end of the quiet hours in which the instant lies; null when it lies in none.</summary>
    internal static DateTimeOffset? QuietEnd(DateTimeOffset at, DateTimeZone zone, SendPolicy policy) =>
        QuietEnd(Instant.FromDateTimeOffset(at), zone, policy)?.ToDateTimeOffset();

    /// <summary>The first local send time after the instant.</summary>
    internal static DateTimeOffset NextWindow(DateTimeOffset after, DateTimeZone zone, SendPolicy policy)
    {
        var from = Instant.FromDateTimeOffset(after);
        // The day before: its send time may have been moved over midnight by quiet hours.
        var day = from.InZone(zone).Date.PlusDays(-1);
        while (true)
        {
            var at = Zones.At(zone, day, policy.SendAt).At;
            at = QuietEnd(at, zone, policy) ?? at;
            if (at > from) return at.ToDateTimeOffset();
            day = day.PlusDays(1);
        }
    }

    /// <summary>The local date of an instant.</summary>
    internal static LocalDate DateOf(DateTimeOffset at, DateTimeZone zone) => Instant.FromDateTimeOffset(at).InZone(zone).Date;

    private static Instant? QuietEnd(Instant at, DateTimeZone zone, SendPolicy policy)
    {
        if (policy.QuietFrom is not { } from || policy.QuietUntil is not { } until) return null;
        var local = at.InZone(zone).LocalDateTime;
        if (!policy.IsQuiet(local.TimeOfDay)) return null;
        var day = from > until && local.TimeOfDay >= from ? local.Date.PlusDays(1) : local.Date;
        var end = Zones.At(zone, day, until).At;
        // Clocks went back and show the quiet hours again: their end, too, comes again.
        return end > at ? end : zone.MapLocal(day.At(until)).Last().ToInstant();
    }
}
