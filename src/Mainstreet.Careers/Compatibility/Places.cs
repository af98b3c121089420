namespace Mainstreet.Careers.Compatibility;

/// <summary>Compares places by their names. It knows no map: two towns side by side are two towns.</summary>
internal static class Places
{
    /// <returns>1 same town, 0.5 same region or country, 0 elsewhere (0.7 for who would move); null when one is unknown.</returns>
    internal static decimal? Fit(string? candidate, string? posting, bool willRelocate)
    {
        var home = Parts(candidate);
        var work = Parts(posting);
        if (home.Count == 0 || work.Count == 0) return null;
        if (home[0] == work[0]) return 1;
        var near = home.Exists(work.Contains) ? 0.5m : 0m;
        return willRelocate ? Math.Max(near, 0.7m) : near;
    }

    private static List<string> Parts(string? place) =>
        place is null ? [] : [.. place.Split(',', '\n').Select(part => part.Trim().ToLowerInvariant()).Where(part => part.Length > 0 && !char.IsDigit(part[0]))];
}
