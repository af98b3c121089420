using System.Text.Json;

using Mainstreet.Foundation.Web;

using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Valid;

namespace Mainstreet.Trades.Territories;

/// <summary>Reads and writes areas as GeoJSON (RFC 7946) Polygon and MultiPolygon geometries.</summary>
internal static class GeoJsonArea
{
    private const int Wgs84 = 4326;
    private static readonly GeometryFactory Shapes = new(new PrecisionModel(), Wgs84);

    /// <summary>Reads a geometry. Unknown members and altitudes are left out, the winding of rings does not matter.</summary>
    /// <returns>
    /// The area, or a 400 problem whose detail says where: <c>area_unknown_type</c>, <c>area_malformed</c>,
    /// <c>area_out_of_range</c>, <c>area_ring_too_short</c>, <c>area_ring_open</c>, <c>area_crosses_date_line</c>,
    /// <c>area_too_many_points</c>, <c>area_self_intersecting</c>, <c>area_rings_misplaced</c>.
    /// </returns>
    internal static Outcome<GeoArea> Parse(JsonElement geometry)
    {
        if (geometry.ValueKind != JsonValueKind.Object) return Bad("area_malformed", "The geometry is no JSON object.");
        var type = geometry.TryGetProperty("type", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        if (type is not ("Polygon" or "MultiPolygon"))
        {
            return Bad("area_unknown_type", "The geometry's type must be Polygon or MultiPolygon, not wrapped in a Feature.");
        }
        if (!geometry.TryGetProperty("coordinates", out var coordinates) || coordinates.ValueKind != JsonValueKind.Array)
        {
            return Bad("area_malformed", "The geometry has no array of coordinates.");
        }

        var reader = new Reader();
        var polygons = new List<Polygon>();
        if (type == "Polygon") reader.ReadPolygon(coordinates, "coordinates", polygons);
        else
        {
            foreach (var (index, polygon) in coordinates.EnumerateArray().Index())
            {
                if (!reader.ReadPolygon(polygon, $"coordinates[{index}]", polygons)) break;
            }
        }
        if (reader.Problem is { } problem) return problem;
        if (polygons.Count == 0) return Bad("area_malformed", "The geometry has no polygon.");

        var shape = Shapes.CreateMultiPolygon([.. polygons]);
        return Misfit(shape) is { } misfit ? misfit : new GeoArea(shape);
    }

    /// <summary>Writes a MultiPolygon, outer rings counter-clockwise and holes clockwise as RFC 7946, 3.1.6 wants.</summary>
    internal static void Write(Utf8JsonWriter json, GeoArea area)
    {
        json.WriteStartObject();
        json.WriteString("type", "MultiPolygon");
        json.WriteStartArray("coordinates");
        foreach (var polygon in area.Shape.Geometries.Cast<Polygon>())
        {
            json.WriteStartArray();
            WriteRing(json, polygon.ExteriorRing, isCounterClockwise: true);
            foreach (var hole in polygon.InteriorRings) WriteRing(json, hole, isCounterClockwise: false);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRing(Utf8JsonWriter json, LineString ring, bool isCounterClockwise)
    {
        json.WriteStartArray();
        var points = Orientation.IsCCW(ring.CoordinateSequence) == isCounterClockwise
            ? ring.Coordinates
            : [.. ring.Coordinates.Reverse()];
        foreach (var point in points)
        {
            json.WriteStartArray();
            json.WriteNumberValue(point.X);
            json.WriteNumberValue(point.Y);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private static Problem Bad(string code, string detail) => new Problem(400, code, "The area is not valid.").With(detail);

    /// <summary>What is wrong with rings that are sound one by one. OGC 06-103r4, 6.1.11 and 6.1.14.</summary>
    private static Problem? Misfit(MultiPolygon shape)
    {
        if (new IsValidOp(shape).ValidationError is not { } error) return null;
        var place = error.Coordinate is { } at ? FormattableString.Invariant($" near [{at.X}, {at.Y}]") : "";
        return error.ErrorType switch
        {
            TopologyValidationErrors.SelfIntersection or TopologyValidationErrors.RingSelfIntersection =>
                Bad("area_self_intersecting", $"The border crosses or touches itself{place}."),
            TopologyValidationErrors.TooFewPoints =>
                Bad("area_ring_too_short", $"A ring has fewer than three different points{place}."),
            TopologyValidationErrors.HoleOutsideShell => Bad("area_rings_misplaced", $"A hole lies outside its polygon{place}."),
            TopologyValidationErrors.NestedHoles => Bad("area_rings_misplaced", $"A hole lies in another hole{place}."),
            TopologyValidationErrors.NestedShells => Bad("area_rings_misplaced", $"A polygon lies in another one{place}."),
            TopologyValidationErrors.DuplicateRings => Bad("area_rings_misplaced", $"A ring is there twice{place}."),
            TopologyValidationErrors.DisconnectedInteriors =>
                Bad("area_rings_misplaced", $"Holes cut a polygon into parts{place}."),
            _ => Bad("area_malformed", $"The polygons do not form an area{place}."),
        };
    }

    /// <summary>Reads rings and keeps the first thing wrong and the count of points over all of them.</summary>
    private sealed class Reader
    {
        private int _points;

        internal Problem? Problem { get; private set; }

        internal bool ReadPolygon(JsonElement rings, string path, List<Polygon> polygons)
        {
            if (rings.ValueKind != JsonValueKind.Array || rings.GetArrayLength() == 0)
            {
                return Fail("area_malformed", $"{path} must be an array of rings.");
            }
            var read = new List<LinearRing>();
            foreach (var (index, ring) in rings.EnumerateArray().Index())
            {
                if (ReadRing(ring, $"{path}[{index}]") is not { } sound) return false;
                read.Add(sound);
            }
            polygons.Add(Shapes.CreatePolygon(read[0], [.. read[1..]]));
            return true;
        }

        private LinearRing? ReadRing(JsonElement ring, string path)
        {
            if (ring.ValueKind != JsonValueKind.Array)
            {
                Fail("area_malformed", $"{path} must be an array of positions.");
                return null;
            }
            _points += ring.GetArrayLength();
            if (_points > GeoArea.MaxPoints)
            {
                Fail("area_too_many_points", $"An area may have at most {GeoArea.MaxPoints} points.");
                return null;
            }
            var points = new List<Coordinate>(ring.GetArrayLength());
            foreach (var (index, position) in ring.EnumerateArray().Index())
            {
                if (ReadPosition(position, $"{path}[{index}]") is not { } point) return null;
                if (points.Count > 0 && Math.Abs(points[^1].X - point.X) > 180)
                {
                    Fail(
                        "area_crosses_date_line",
                        $"{path}[{index}] is over 180° of longitude from the point before. Give an area over the date line as a MultiPolygon cut there.");
                    return null;
                }
                points.Add(point);
            }
            if (points.Count < 4)
            {
                Fail("area_ring_too_short", $"{path} needs at least four positions, the last equal to the first.");
                return null;
            }
            if (!points[0].Equals2D(points[^1]))
            {
                Fail("area_ring_open", $"{path} is not closed: its last position must equal its first.");
                return null;
            }
            return Shapes.CreateLinearRing([.. points]);
        }

        private Coordinate? ReadPosition(JsonElement position, string path)
        {
            if (position.ValueKind != JsonValueKind.Array || position.GetArrayLength() < 2
                || position[0].ValueKind != JsonValueKind.Number || position[1].ValueKind != JsonValueKind.Number)
            {
                Fail("area_malformed", $"{path} must be [longitude, latitude].");
                return null;
            }
            var (longitude, latitude) = (position[0].GetDouble(), position[1].GetDouble());
            if (Math.Abs(longitude) <= 180 && Math.Abs(latitude) <= 90) return new Coordinate(longitude, latitude);
            Fail("area_out_of_range", $"{path} must be [longitude within ±180, latitude within ±90].");
            return null;
        }

        private bool Fail(string code, string detail)
        {
            Problem ??= Bad(code, detail);
            return false;
        }
    }
}
