using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Mainstreet.Trades.Territories;
using Shouldly;
using Xunit;

namespace Mainstreet.Trades.Tests.Territories;

[Trait("kind", "unit")]
public class GeoAreaTests
{
    private const string Square = "[[0,0],[10,0],[10,10],[0,10],[0,0]]";

    private static GeoArea Area(string json) => GeoArea.Parse(JsonElement.Parse(json)).Value.ShouldNotBeNull();

    private static string Polygon(params string[] rings) => $$"""{"type":"Polygon","coordinates":[{{string.Join(',', rings)}}]}""";

    private static string MultiPolygon(params string[] polygons) =>
        $$"""{"type":"MultiPolygon","coordinates":[{{string.Join(',', polygons)}}]}""";

    [Theory]
    [InlineData(5, 5, true)]
    [InlineData(0, 5, true)]
    [InlineData(10, 10, true)]
    [InlineData(-0.001, 5, false)]
    [InlineData(5, 10.001, false)]
    [InlineData(double.NaN, 5, false)]
    [InlineData(double.PositiveInfinity, 5, false)]
    public void A_polygon_covers_its_inside_and_its_edge(double latitude, double longitude, bool isCovered) =>
        Area(Polygon(Square)).Covers(latitude, longitude).ShouldBe(isCovered);

    [Fact]
    public void A_hole_is_not_covered_but_its_edge_is()
    {
        var area = Area(Polygon(Square, "[[2,2],[2,4],[4,4],[4,2],[2,2]]"));
        area.Covers(3, 3).ShouldBeFalse();
        area.Covers(2, 3).ShouldBeTrue();
        area.Covers(5, 5).ShouldBeTrue();
    }

    [Fact]
    public void Latitude_and_longitude_are_not_mixed_up()
    {
        var area = Area(Polygon("[[100,10],[120,10],[120,20],[100,20],[100,10]]"));
        area.Covers(15, 110).ShouldBeTrue();
        (area.South, area.North, area.West, area.East).ShouldBe((10, 20, 100, 120));
    }

    [Fact]
    public void An_area_over_the_date_line_is_two_polygons()
    {
        var fiji = Area(MultiPolygon(
            "[[[177,-19],[180,-19],[180,-16],[177,-16],[177,-19]]]", "[[[-180,-19],[-178,-19],[-178,-16],[-180,-16],[-180,-19]]]"));
        foreach (var longitude in new[] { 177.5, 180, -180, -178.5 }) fiji.Covers(-17, longitude).ShouldBeTrue();
        foreach (var longitude in new[] { 176, -177, 0.0 }) fiji.Covers(-17, longitude).ShouldBeFalse();

        var westOnly = Area(Polygon("[[177,-19],[180,-19],[180,-16],[177,-16],[177,-19]]"));
        westOnly.Covers(-17, -180).ShouldBeTrue();
    }

    [Fact]
    public void A_polar_cap_covers_its_pole() =>
        Area(Polygon("[[-180,66],[0,66],[180,66],[180,90],[0,90],[-180,90],[-180,66]]")).Covers(90, 12).ShouldBeTrue();

    [Theory]
    [InlineData("[]", "area_malformed")]
    [InlineData("null", "area_malformed")]
    [InlineData("{}", "area_unknown_type")]
    [InlineData("""{"type":"Point","coordinates":[0,0]}""", "area_unknown_type")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Polygon","coordinates":[]}}""", "area_unknown_type")]
    [InlineData("""{"type":7,"coordinates":[]}""", "area_unknown_type")]
    [InlineData("""{"type":"Polygon"}""", "area_malformed")]
    [InlineData("""{"type":"Polygon","coordinates":[]}""", "area_malformed")]
    [InlineData("""{"type":"Polygon","coordinates":[7]}""", "area_malformed")]
    [InlineData("""{"type":"Polygon","coordinates":[[7]]}""", "area_malformed")]
    [InlineData("""{"type":"Polygon","coordinates":[[["0","0"]]]}""", "area_malformed")]
    [InlineData("""{"type":"MultiPolygon","coordinates":[]}""", "area_malformed")]
    [InlineData("""{"type":"MultiPolygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}""", "area_malformed")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}""", "area_ring_too_short")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[0,0],[0,0],[0,0]]]}""", "area_ring_too_short")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10]]]}""", "area_ring_open")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[181,0],[10,10],[0,0]]]}""", "area_out_of_range")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[10,-91],[10,10],[0,0]]]}""", "area_out_of_range")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1e400,0],[10,10],[0,0]]]}""", "area_out_of_range")]
    [InlineData("""{"type":"Polygon","coordinates":[[[170,0],[-170,0],[-170,10],[170,10],[170,0]]]}""", "area_crosses_date_line")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[10,10],[10,0],[0,10],[0,0]]]}""", "area_self_intersecting")]
    public void A_wrong_geometry_is_told_what_is_wrong(string json, string code)
    {
        var problem = GeoArea.Parse(JsonElement.Parse(json)).Problem.ShouldNotBeNull();
        (problem.Status, problem.Code).ShouldBe((400, code));
    }

    [Fact]
    public void Rings_must_fit_each_other()
    {
        static string CodeOf(string json) => GeoArea.Parse(JsonElement.Parse(json)).Problem.ShouldNotBeNull().Code;
        CodeOf(Polygon(Square, "[[20,20],[21,20],[21,21],[20,20]]")).ShouldBe("area_rings_misplaced");
        CodeOf(Polygon(Square, "[[1,1],[9,1],[9,9],[1,1]]", "[[5,3],[6,3],[6,4],[5,3]]")).ShouldBe("area_rings_misplaced");
        CodeOf(MultiPolygon($"[{Square}]", "[[[1,1],[2,1],[2,2],[1,1]]]")).ShouldBe("area_rings_misplaced");
        CodeOf(MultiPolygon($"[{Square}]", "[[[5,5],[15,5],[15,15],[5,5]]]")).ShouldBe("area_self_intersecting");
    }

    [Fact]
    public void The_place_of_a_fault_is_named()
    {
        var json = MultiPolygon($"[{Square}]", "[[[20,0],[30,0],[30,10],[20,0]],[[22,0],[23,200],[23,1],[22,0]]]");
        GeoArea.Parse(JsonElement.Parse(json)).Problem!.Detail!.ShouldStartWith("coordinates[1][1][1] ");
    }

    [Fact]
    public void Points_are_counted_over_all_rings()
    {
        static string Circle(int points, double x) => "[" + string.Join(',', Enumerable.Range(0, points).Append(0).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"[{x + Math.Cos(Math.Tau * i / points)},{Math.Sin(Math.Tau * i / points)}]"))) + "]";
        Area(MultiPolygon($"[{Circle(4999, 0)}]", $"[{Circle(4999, 5)}]")).Shape.NumPoints.ShouldBe(10_000);
        GeoArea.Parse(JsonElement.Parse(MultiPolygon($"[{Circle(4999, 0)}]", $"[{Circle(5000, 5)}]")))
            .Problem!.Code.ShouldBe("area_too_many_points");
    }

    [Fact]
    public void A_border_that_crosses_itself_everywhere_is_refused_all_the_same()
    {
        var star = Enumerable.Range(0, 9_999).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"[{80 * Math.Cos(i * 3.0)},{80 * Math.Sin(i * 3.0)}]")).ToList();
        star.Add(star[0]);
        GeoArea.Parse(JsonElement.Parse(Polygon($"[{string.Join(',', star)}]"))).Problem!.Code.ShouldBe("area_self_intersecting");
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var area = Area(MultiPolygon($"[{Square},[[2,2],[4,2],[4,4],[2,4],[2,2]]]", "[[[20,0,7],[20,10,7],[30,10,7],[20,0,7]]]"));
        var again = GeoArea.FromStored(area.ToGeoJson());
        again.Shape.EqualsTopologically(area.Shape).ShouldBeTrue();
        foreach (var polygon in again.Shape.Geometries.Cast<NetTopologySuite.Geometries.Polygon>())
        {
            NetTopologySuite.Algorithm.Orientation.IsCCW(polygon.Shell.CoordinateSequence).ShouldBeTrue();
            polygon.Holes.ShouldAllBe(h => !NetTopologySuite.Algorithm.Orientation.IsCCW(h.CoordinateSequence));
        }
    }

    [Fact]
    public void Covers_agrees_with_counting_crossings()
    {
        // A star-shaped ring around a centre never crosses itself, whatever its radii.
        var radii = Gen.Choose(1, 40).ArrayOf(24);
        var points = Gen.Choose(-500, 500).Two().ArrayOf(40);
        Prop.ForAll(radii.ToArbitrary(), points.ToArbitrary(), (r, ps) =>
        {
            (double X, double Y)[] ring = [.. r.Select((radius, i) => (radius * Math.Cos(Math.Tau * i / 24), radius * Math.Sin(Math.Tau * i / 24)))];
            var json = string.Join(',', ring.Append(ring[0]).Select(p => string.Create(CultureInfo.InvariantCulture, $"[{p.X:R},{p.Y:R}]")));
            var area = Area(Polygon($"[{json}]"));
            foreach (var (a, b) in ps)
            {
                // Off the grid on which points could lie on an edge.
                var (x, y) = (a / 11.0 + 0.0123, b / 11.0 + 0.0371);
                area.Covers(y, x).ShouldBe(Inside(ring, x, y));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    private static bool Inside((double X, double Y)[] ring, double x, double y)
    {
        var inside = false;
        for (int i = 0, j = ring.Length - 1; i < ring.Length; j = i++)
        {
            if (ring[i].Y > y == ring[j].Y > y) continue;
            if (x < (ring[j].X - ring[i].X) * (y - ring[i].Y) / (ring[j].Y - ring[i].Y) + ring[i].X) inside = !inside;
        }
        return inside;
    }

    [Fact]
    public void Many_threads_get_the_same_answers()
    {
        for (var round = 0; round < 20; round++)
        {
            var area = Area(Polygon(Square));
            Parallel.For(0, 2_000, i => area.Covers(i % 20, 5).ShouldBe(i % 20 <= 10));
        }
    }
}
