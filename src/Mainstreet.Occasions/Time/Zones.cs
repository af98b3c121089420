using System.Collections.Concurrent;
using System.Collections.Frozen;

using NodaTime;

namespace Mainstreet.Occasions.Time;

/// <summary>
/// Time zones by their tzdb names, aliases included, and local times on them. Source: the IANA time zone database as NodaTime
/// carries it (<see cref="Version"/>), never the operating system's.
/// </summary>
internal static class Zones
{
    private const int MostCached = 200_000;

    private static readonly FrozenSet<string> Known = DateTimeZoneProviders.Tzdb.Ids.ToFrozenSet(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, DateTimeZone> Loaded = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<LocalKey, LocalMoment> Moments = new();
    private static int _cached;

    /// <summary>Such as <c>TZDB: 2026f (mapping: ...)</c>.</summary>
    internal static string Version => DateTimeZoneProviders.Tzdb.VersionId;

    /// <summary>Every name, sorted.</summary>
    internal static IReadOnlyList<string> Ids { get; } = [.. DateTimeZoneProviders.Tzdb.Ids.Order(StringComparer.Ordinal)];

    /// <summary>The zone of this name, in tzdb's own spelling; null when there is none.</summary>
    internal static DateTimeZone? Find(string? id)
    {
        if (id is null) return null;
        if (Loaded.TryGetValue(id, out var zone)) return zone;
        return Known.Contains(id) ? Loaded.GetOrAdd(id, static name => DateTimeZoneProviders.Tzdb[name]) : null;
    }

    /// <summary>
    /// The instant at which the zone's clocks show the time on the date. A day that never existed: the same time of the next one. A time that
    /// clocks jumped over: the first instant after the jump. A time that they showed twice: the first of the two.
    /// </summary>
    internal static LocalMoment At(DateTimeZone zone, LocalDate date, LocalTime time)
    {
        var key = new LocalKey(zone, date, time.TickOfDay);
        if (Moments.TryGetValue(key, out var known)) return known;
        var moment = Resolve(zone, date, time);
        // Many recipients share few moments; when an odd use fills the table, start again.
        if (Interlocked.Increment(ref _cached) > MostCached)
        {
            Moments.Clear();
            Interlocked.Exchange(ref _cached, 0);
        }

        Moments[key] = moment;
        return moment;
    }

    /// <summary><see cref="At"/> without its table.</summary>
    internal static LocalMoment Resolve(DateTimeZone zone, LocalDate date, LocalTime time)
    {
        var reasons = Reasons.None;
        while (true)
        {
            var map = zone.MapLocal(date.At(time));
            switch (map.Count)
            {
                case 1:
                    return new LocalMoment(date, map.Single().ToInstant(), reasons);
                case 2:
                    return new LocalMoment(date, map.First().ToInstant(), reasons | Reasons.Overlap);
            }

            var next = date.PlusDays(1);
            if (map.EarlyInterval.IsoLocalEnd > date.AtMidnight() || map.LateInterval.IsoLocalStart < next.AtMidnight())
                return new LocalMoment(date, map.LateInterval.Start, reasons | Reasons.Gap);
            date = next;
            reasons |= Reasons.MissingDay;
        }
    }

    private readonly record struct LocalKey(DateTimeZone Zone, LocalDate Date, long Tick);
}

/// <summary>When a local time comes.</summary>
/// <param name="Date">The day asked for, or the next when that one never existed.</param>
/// <param name="At">The instant.</param>
/// <param name="Reasons">What was special.</param>
internal readonly record struct LocalMoment(LocalDate Date, Instant At, Reasons Reasons);
