using Mainstreet.Trades.Matching;

namespace Mainstreet.Benchmarks;

/// <summary>A city-like crowd of contractors: dense neighbourhoods in a wide, thin spread, fixed by its seed.</summary>
internal static class MatchingCrowd
{
    private const double CityLat = 40.73;
    private const double CityLon = -73.94;
    private static readonly string?[] Schedules =
    [
        null, null, null,
        Weekdays("08:00", "17:00"), Weekdays("07:00", "16:00"), Weekdays("09:00", "18:00"), Weekdays("16:00", "00:00"),
        """{"saturday":[{"from":"08:00","to":"20:00"}],"sunday":[{"from":"08:00","to":"20:00"}]}""",
    ];

    /// <summary>Wednesday, eleven in the morning in New York.</summary>
    public static readonly DateTimeOffset At = new(2026, 11, 4, 16, 0, 0, TimeSpan.Zero);

    public static IEnumerable<ContractorCandidate> Contractors(int count, int seed = 1)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var (lat, lon) = Point(random, seed);
            var offered = random.Next(4) == 0 ? 0 : random.Next(200);
            var ratings = random.Next(1 + offered / 2);
            var trades = 1 << random.Next(8);
            if (random.Next(2) == 0) trades |= 1 << random.Next(8);
            yield return new ContractorCandidate(
                NewId(random), $"Contractor {i}", lat, lon, random.Next(3) == 0 ? null : 3_000 + random.Next(30_000), trades,
                random.Next(5) == 0 ? "Offline" : "Available", Schedules[random.Next(Schedules.Length)], "America/New_York",
                Enumerable.Range(0, ratings).Sum(_ => random.Next(10) == 0 ? 2 : random.Next(4, 6)), ratings,
                offered, (int)(offered * (0.3 + 0.6 * random.NextDouble())), random.Next(3), random.Next(3), false, null);
        }
    }

    /// <summary>Questions from where people live, over all trades.</summary>
    public static MatchQuery[] Queries(int count, int crowdSeed = 1)
    {
        var random = new Random(99);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var (lat, lon) = Point(random, crowdSeed);
            return new MatchQuery(lat, lon, (Trades.TradeCategory)(i % 8), 20_000, 20, NewId(random), At, null, false, [], 3);
        })];
    }

    // Six in ten live in one of forty neighbourhoods, the others anywhere within 35 km.
    private static (double Lat, double Lon) Point(Random random, int seed)
    {
        if (random.Next(10) >= 6) return Geo.Destination(CityLat, CityLon, random.NextDouble() * 360, 35_000 * Math.Sqrt(random.NextDouble()));
        var neighbourhood = new Random(seed * 1_000 + random.Next(40));
        var (lat, lon) = Geo.Destination(CityLat, CityLon, neighbourhood.NextDouble() * 360, 25_000 * Math.Sqrt(neighbourhood.NextDouble()));
        var spread = 500 + neighbourhood.NextDouble() * 2_000;
        return Geo.Destination(lat, lon, random.NextDouble() * 360, spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())));
    }

    private static Guid NewId(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static string Weekdays(string from, string to) =>
        "{" + string.Join(',', "monday tuesday wednesday thursday friday".Split(' ')
            .Select(day => $$"""
                "{{day}}":[{"from":"{{from}}","to":"{{to}}"}]
                """)) + "}";
}
