using FsCheck;
using FsCheck.Fluent;
using Mainstreet.Trades.Matching;

namespace Mainstreet.Trades.Tests.Matching;

/// <summary>A random crowd round a centre, options, and a question to ask of it.</summary>
internal sealed record World(IReadOnlyList<ContractorCandidate> Contractors, MatchingOptions Options, MatchQuery Query)
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 4, 17, 0, 0, TimeSpan.Zero);   // Wednesday, noon in New York
    private static readonly Guid[] Businesses = [new("0197a000-0000-7000-8000-000000000001"), new("0197a000-0000-7000-8000-000000000002")];
    private static readonly string?[] Hours =
    [
        null, null, null, null, null, null,
        """{"wednesday":[{"from":"08:00","to":"17:00"}]}""",
        """{"wednesday":[{"from":"13:00","to":"15:00"}]}""",
        """{"tuesday":[{"from":"22:00","to":"22:00"}]}""",
        """{"wednesday":"broken"}""",
    ];

    /// <summary>Worlds on the equator, at the date line, at and near the poles and anywhere, from ten metres to the whole earth wide.</summary>
    public static Gen<World> Any(int most) =>
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from count in Gen.Choose(0, most)
        select From(new Random(seed), count);

    public override string ToString() => $"{Contractors.Count} contractors, page {Options.PageSize}, scale {Options.DistanceScaleMeters}, {Query}";

    private static World From(Random random, int count)
    {
        var (lat, lon) = Centre(random);
        var width = Pick(random, 10.0, 1_000, 20_000, 500_000, 5_000_000, Geo.MaxDistanceMeters);
        var contractors = new List<ContractorCandidate>(count);
        for (var i = 0; i < count; i++)
        {
            var (atLat, atLon) = random.Next(8) switch
            {
                0 => (lat, lon),
                1 when i > 0 => (contractors[random.Next(i)].Lat, contractors[random.Next(i)].Lon),
                2 when i > 0 => (contractors[i - 1].Lat, contractors[i - 1].Lon),
                _ => Geo.Destination(lat, lon, random.NextDouble() * 360, width * Math.Sqrt(random.NextDouble())),
            };
            contractors.Add(Contractor(random, atLat, atLon, width));
        }
        // Most searches start beside the crowd's middle, some at a contractor, some in the empty far.
        var (fromLat, fromLon) = random.Next(5) switch
        {
            0 => (lat, lon),
            1 when count > 0 => (contractors[0].Lat, contractors[0].Lon),
            2 when random.Next(3) == 0 => Centre(random),
            _ => Geo.Destination(lat, lon, random.NextDouble() * 360, width * random.NextDouble() * 0.3),
        };
        var others = Pick(random, 0.02, 0.05, 0.2, 1);
        var options = new MatchingOptions
        {
            DistanceWeight = Pick(random, 0, 0.6, 1, 1),
            PerformanceWeight = random.NextDouble() * others,
            AcceptanceWeight = random.NextDouble() * others,
            LoadWeight = random.NextDouble() * others,
            ExplorationWeight = random.NextDouble() * others,
            DistanceScaleMeters = Math.Max(1, Math.Min(1_000_000, width * Pick(random, 0.005, 0.05, 0.3))),
            PageSize = Pick(random, 1, 2, 7, 7, 64),
        };
        var query = new MatchQuery(
            fromLat, fromLon, (TradeCategory)random.Next(8), Radius(random, width), Pick(random, 1, 3, 3, 20), NewId(random), Noon,
            Pick<Guid?>(random, null, Businesses[0]), random.Next(8) == 0,
            [.. contractors.Where(_ => random.Next(20) == 0).Select(c => c.Id)], Pick(random, 1, 3, 100, 100));
        return new World(contractors, options, query);
    }

    private static double Radius(Random random, double width) =>
        Pick(random, 0, 1, width * 0.1, width * 0.5, width, width * 3, width * 3, Geo.MaxDistanceMeters, 1e9);

    private static (double, double) Centre(Random random) => random.Next(8) switch
    {
        0 => (0, 0),
        1 => (random.NextDouble() - 0.5, 180),
        2 => (random.NextDouble() * 140 - 70, -180 + random.NextDouble() * 0.01),
        3 => (90, 0),
        4 => (-90 + random.NextDouble() * 0.05, random.NextDouble() * 360 - 180),
        5 => (89.9, 179.9),
        _ => (random.NextDouble() * 180 - 90, random.NextDouble() * 360 - 180),
    };

    private static ContractorCandidate Contractor(Random random, double lat, double lon, double width)
    {
        var offered = random.Next(3) == 0 ? 0 : random.Next(60);
        var ratings = random.Next(3) == 0 ? 0 : random.Next(40);
        return new ContractorCandidate(
            NewId(random), "Contractor", lat, lon,
            random.Next(3) == 0 ? random.NextDouble() * width : random.Next(3) == 0 ? null : Geo.MaxDistanceMeters,
            random.Next(2) == 0 ? 255 : random.Next(256), random.Next(6) == 0 ? Pick(random, "Busy", "Offline") : "Available",
            Pick(random, Hours), Pick(random, "America/New_York", "America/New_York", "Etc/UTC", "Nowhere/Land"),
            ratings * random.Next(1, 6), ratings, offered, offered == 0 ? 0 : random.Next(offered + 1),
            random.Next(3), random.Next(4), random.Next(8) == 0,
            Pick<Guid?>(random, null, null, Businesses[0], Businesses[1]));
    }

    private static Guid NewId(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static T Pick<T>(Random random, params T[] items) => items[random.Next(items.Length)];
}
