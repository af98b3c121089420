using System.Collections.Concurrent;

using Mainstreet.Foundation.Configuration;
using Mainstreet.Occasions.Time;

using NodaTime.TimeZones;

namespace Mainstreet.Occasions.Recipients;

/// <summary>Zone names that were probably meant by one that tzdb does not have.</summary>
internal static class NearZones
{
    private const int LongestName = 60;
    private const int KeptSuggestions = 1_000;

    private static readonly long Rest = (long)TimeSpan.FromMinutes(1).TotalMilliseconds;

    // A file with a wrong name in every line asks again and again: the same ones are known, and of others there is a limit.
    private static readonly ConcurrentDictionary<string, string[]> Suggested = new(StringComparer.Ordinal);

    private static long _clearedAt = Environment.TickCount64 - Rest;

    /// <summary>The likeliest first, at most three: other case, a city alone, a Windows name, a slip of the pen.</summary>
    internal static IReadOnlyList<string> To(string typed)
    {
        if (typed.Length is < 2 or > LongestName) return [];
        if (Suggested.TryGetValue(typed, out var kept)) return kept;
        if (Suggested.Count >= KeptSuggestions)
        {
            var cleared = Interlocked.Read(ref _clearedAt);
            if (Environment.TickCount64 - cleared < Rest) return [];
            if (Interlocked.CompareExchange(ref _clearedAt, Environment.TickCount64, cleared) == cleared) Suggested.Clear();
        }

        return Suggested.GetOrAdd(typed, Search);
    }

    private static string[] Search(string typed)
    {
        var plain = Plain(typed);
        var found = new List<string>();
        if (TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.TryGetValue(typed, out var primary)) found.Add(primary);
        found.AddRange(Zones.Ids.Where(id => Plain(id) == plain));
        found.AddRange(Zones.Ids.Where(id => id.Contains('/', StringComparison.Ordinal) && Plain(id[(id.LastIndexOf('/') + 1)..]) == plain));
        if (NearestName.Among(Zones.Ids, typed) is { } nearest) found.Add(nearest);
        var city = typed[(typed.LastIndexOf('/') + 1)..];
        if (city.Length > 3 && NearestName.Among(Zones.Ids.Select(id => id[(id.LastIndexOf('/') + 1)..]), city) is { } slip)
            found.AddRange(Zones.Ids.Where(id => id.EndsWith("/" + slip, StringComparison.Ordinal)));
        return [.. found.Distinct(StringComparer.Ordinal).Take(3)];
    }

    private static string Plain(string name) =>
        string.Concat(name.Where(c => c is not (' ' or '_' or '-'))).ToUpperInvariant();
}
