using System.Globalization;

using NodaTime;
using NodaTime.TimeZones;

namespace Mainstreet.Occasions.Proof;

/// <summary>A day on which somebody somewhere is greeted.</summary>
/// <param name="Zone">IANA zone.</param>
/// <param name="Date">The local day.</param>
/// <param name="DueAt">When clocks there show the send time.</param>
internal sealed record Slot(string Zone, LocalDate Date, DateTimeOffset DueAt)
{
    /// <summary><c>--MM-DD</c>.</summary>
    internal string Birthday => string.Create(CultureInfo.InvariantCulture, $"--{Date.Month:00}-{Date.Day:00}");
}

/// <summary>
/// Nine o'clock everywhere, reckoned apart from the module's own rules: only days that have one nine o'clock, and no 29 February. Source of zones: the
/// inhabited ones of tzdb (zone1970.tab).
/// </summary>
internal static class GreetingTimes
{
    internal static readonly LocalTime SendAt = new(9, 0);

    private static readonly IReadOnlyList<DateTimeZone> Everywhere =
        [.. TzdbDateTimeZoneSource.Default.Zone1970Locations!.Select(l => l.ZoneId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(id => DateTimeZoneProviders.Tzdb[id])];

    /// <summary>Every slot due in [from, to), soonest first.</summary>
    internal static IReadOnlyList<Slot> Between(DateTimeOffset from, DateTimeOffset to)
    {
        var first = LocalDate.FromDateTime(from.UtcDateTime).PlusDays(-1);
        var last = LocalDate.FromDateTime(to.UtcDateTime).PlusDays(1);
        var slots = new List<Slot>();
        for (var date = first; date <= last; date = date.PlusDays(1))
        {
            if (date is { Month: 2, Day: 28 or 29 } or { Month: 3, Day: 1 }) continue;
            foreach (var zone in Everywhere)
            {
                if (At(zone, date) is { } at && at >= from && at < to) slots.Add(new Slot(zone.Id, date, at));
            }
        }

        return [.. slots.OrderBy(s => s.DueAt).ThenBy(s => s.Zone, StringComparer.Ordinal)];
    }

    /// <summary>The next send time in a slot's zone after an instant.</summary>
    internal static DateTimeOffset NextAfter(Slot slot, DateTimeOffset after)
    {
        var zone = DateTimeZoneProviders.Tzdb[slot.Zone];
        for (var date = slot.Date; ; date = date.PlusDays(1))
        {
            if (At(zone, date) is { } at && at > after) return at;
        }
    }

    private static DateTimeOffset? At(DateTimeZone zone, LocalDate date)
    {
        var mapped = zone.MapLocal(date.At(SendAt));
        return mapped.Count == 1 ? mapped.Single().ToDateTimeOffset().ToUniversalTime() : null;
    }
}
