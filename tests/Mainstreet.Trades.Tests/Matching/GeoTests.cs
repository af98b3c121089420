using FsCheck;
using FsCheck.Fluent;
using Mainstreet.Trades.Matching;
using Shouldly;
using Xunit;

namespace Mainstreet.Trades.Tests.Matching;

[Trait("kind", "unit")]
public sealed class GeoTests
{
    private static readonly Gen<(double Lat, double Lon)> Points =
        from kind in Gen.Choose(0, 7)
        from a in Gen.Choose(0, 1_000_000_000)
        from b in Gen.Choose(0, 1_000_000_000)
        let u = a / 1e9
        let v = b / 1e9
        select kind switch
        {
            0 => (90.0, v * 360 - 180),
            1 => (-90 + u * 1e-3, v * 360 - 180),
            2 => (u * 180 - 90, 180.0),
            3 => (u * 180 - 90, -180 + v * 1e-6),
            4 => (0.0, v * 360 - 180),
            _ => (u * 180 - 90, v * 360 - 180),
        };

    private static readonly Gen<double> Lengths =
        from kind in Gen.Choose(0, 6)
        from a in Gen.Choose(0, 1_000_000_000)
        select a / 1e9 * (kind switch { 0 => 0, 1 => 1, 2 => 1_000, 3 => 40_000, 4 => 2_000_000, _ => Geo.MaxDistanceMeters });

    [Fact]
    public void Haversine_agrees_with_the_angle_between_vectors() =>
        Prop.ForAll(Points.Two().ToArbitrary(), pair =>
        {
            var ((lat1, lon1), (lat2, lon2)) = pair;
            var expected = VectorMeters(lat1, lon1, lat2, lon2);
            // A quarter of a metre only close to the antipodes, where haversine is at its worst.
            var tolerance = expected > 19_900_000 ? 0.25 : 1e-4;
            Geo.DistanceMeters(lat1, lon1, lat2, lon2).ShouldBe(expected, tolerance);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Distance_is_symmetric_and_keeps_the_triangle_inequality() =>
        Prop.ForAll(Points.Three().ToArbitrary(), three =>
        {
            var (a, b, c) = three;
            var ab = Geo.DistanceMeters(a.Lat, a.Lon, b.Lat, b.Lon);
            ab.ShouldBe(Geo.DistanceMeters(b.Lat, b.Lon, a.Lat, a.Lon));
            ab.ShouldBeInRange(0, Geo.MaxDistanceMeters);
            var detour = Geo.DistanceMeters(a.Lat, a.Lon, c.Lat, c.Lon) + Geo.DistanceMeters(c.Lat, c.Lon, b.Lat, b.Lon);
            ab.ShouldBeLessThanOrEqualTo(detour + 0.5);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Theory]
    [InlineData(0, 0, 0, 180, 20_015_114.352)]          // half of the equator
    [InlineData(90, 0, -90, 0, 20_015_114.352)]         // pole to pole
    [InlineData(0, 179.5, 0, -179.5, 111_195.080)]      // one degree over the date line
    [InlineData(90, 13, 90, -170, 0)]                   // a pole has every longitude
    [InlineData(12, 180, 12, -180, 0)]                  // the date line has two names
    [InlineData(40.7128, -74.0060, 51.5074, -0.1278, 5_570_229.9)]   // New York to London, by the spherical law of cosines
    public void Known_distances_hold(double lat1, double lon1, double lat2, double lon2, double meters) =>
        Geo.DistanceMeters(lat1, lon1, lat2, lon2).ShouldBe(meters, 10);

    [Fact]
    public void A_destination_lies_at_its_distance() =>
        Prop.ForAll(Points.ToArbitrary(), Lengths.ToArbitrary(), Gen.Choose(-720, 720).ToArbitrary(), (from, meters, bearing) =>
        {
            var (lat, lon) = Geo.Destination(from.Lat, from.Lon, bearing, meters);
            lat.ShouldBeInRange(-90, 90);
            lon.ShouldBeInRange(-180, 180);
            Geo.DistanceMeters(from.Lat, from.Lon, lat, lon).ShouldBe(meters, 0.5);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Boxes_hold_every_point_within_the_distance_exactly_once() =>
        Prop.ForAll(Points.ToArbitrary(), Lengths.ToArbitrary(), Gen.Choose(0, 3_600).Two().ToArbitrary(), (from, meters, draw) =>
        {
            var (bearing, share) = draw;
            var (lat, lon) = Geo.Destination(from.Lat, from.Lon, bearing / 10.0, meters * Math.Min(1, share / 3_000.0));
            if (Geo.DistanceMeters(from.Lat, from.Lon, lat, lon) > meters) return;
            var boxes = Geo.BoundingBoxes(from.Lat, from.Lon, meters);
            boxes.Count(b => b.Contains(lat, lon)).ShouldBe(1, $"{lat} {lon} of {string.Join(' ', boxes)}");
            boxes.ShouldAllBe(b => b.WestLon <= b.EastLon && b.SouthLat <= b.NorthLat && b.WestLon >= -180 && b.EastLon <= 180);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void An_inner_box_holds_only_points_within_the_distance() =>
        Prop.ForAll(Points.ToArbitrary(), Lengths.ToArbitrary(), Gen.Choose(0, 1_000).Two().ToArbitrary(), (centre, meters, draw) =>
        {
            var box = Geo.InnerBox(centre.Lat, centre.Lon, meters);
            if (box.SouthLat > box.NorthLat) return;
            var lat = box.SouthLat + (box.NorthLat - box.SouthLat) * draw.Item1 / 1_000;
            var lon = box.WestLon + (box.EastLon - box.WestLon) * draw.Item2 / 1_000;
            Geo.DistanceMeters(centre.Lat, centre.Lon, lat, lon).ShouldBeLessThan(meters);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void A_box_is_no_larger_than_it_must_be()
    {
        var box = Geo.BoundingBoxes(40.7, -74, 20_000).ShouldHaveSingleItem();
        Geo.DistanceMeters(box.NorthLat, -74, 40.7, -74).ShouldBe(20_000, 2);
        Geo.DistanceMeters(40.7, box.WestLon, 40.7, -74).ShouldBeInRange(19_990, 20_010);
        Geo.BoundingBoxes(10, 179.99, 20_000).Count.ShouldBe(2);
        Geo.BoundingBoxes(89.99, 0, 20_000).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            b => (b.WestLon, b.EastLon, b.NorthLat).ShouldBe((-180, 180, 90)), b => b.SouthLat.ShouldBeGreaterThan(89));
    }

    [Fact]
    public void What_is_no_point_or_no_length_is_refused()
    {
        foreach (var (lat, lon) in ((double, double)[])[(90.0001, 0), (-91, 0), (0, 180.1), (0, -181), (double.NaN, 0), (0, double.NaN), (double.PositiveInfinity, 0)])
        {
            Should.Throw<ArgumentOutOfRangeException>(() => Geo.DistanceMeters(lat, lon, 0, 0));
            Should.Throw<ArgumentOutOfRangeException>(() => Geo.DistanceMeters(0, 0, lat, lon));
            Should.Throw<ArgumentOutOfRangeException>(() => Geo.BoundingBoxes(lat, lon, 1));
            Should.Throw<ArgumentOutOfRangeException>(() => Geo.Destination(lat, lon, 0, 1));
        }
        foreach (var meters in (double[])[-1, double.NaN, double.PositiveInfinity])
        {
            Should.Throw<ArgumentOutOfRangeException>(() => Geo.BoundingBoxes(0, 0, meters));
            Should.Throw<ArgumentOutOfRangeException>(() => Geo.Destination(0, 0, 0, meters));
        }
        Should.Throw<ArgumentOutOfRangeException>(() => Geo.Destination(0, 0, double.NaN, 1));
    }

    [Fact]
    public void A_mile_is_1609_344_metres() => Geo.ToMiles(16_093.44).ShouldBe(10, 1e-12);

    // atan2 of cross and dot product: no formula in common with haversine, and well-conditioned everywhere.
    private static double VectorMeters(double lat1, double lon1, double lat2, double lon2)
    {
        var (a, b) = (Vector(lat1, lon1), Vector(lat2, lon2));
        var (x, y, z) = (a.Y * b.Z - a.Z * b.Y, a.Z * b.X - a.X * b.Z, a.X * b.Y - a.Y * b.X);
        return 6_371_008.8 * Math.Atan2(Math.Sqrt(x * x + y * y + z * z), a.X * b.X + a.Y * b.Y + a.Z * b.Z);
    }

    private static (double X, double Y, double Z) Vector(double lat, double lon)
    {
        var (phi, lambda) = (lat * Math.PI / 180, lon * Math.PI / 180);
        return (Math.Cos(phi) * Math.Cos(lambda), Math.Cos(phi) * Math.Sin(lambda), Math.Sin(phi));
    }
}
