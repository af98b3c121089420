using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Web;

using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;

namespace Mainstreet.Trades.Territories;

/// <summary>
/// An area on the map: one polygon or several, with or without holes, in degrees of WGS 84 (SRID 4326). Edges are straight in
/// longitude and latitude, as RFC 7946 draws them. An area over the date line is given as polygons on either side of it (RFC 7946,
/// 3.1.9). Immutable; safe for concurrent use.
/// </summary>
internal sealed class GeoArea
{
    internal const int MaxPoints = 10_000;

    private readonly IndexedPointInAreaLocator _locator;

    internal GeoArea(MultiPolygon shape)
    {
        Shape = shape;
        _locator = new IndexedPointInAreaLocator(shape);
        // The index is made at the first question; asked here, it is ready before other threads come.
        _locator.Locate(shape.Coordinate);
    }

    /// <summary>The polygons; x is longitude, y latitude.</summary>
    internal MultiPolygon Shape { get; }

    internal double South => Shape.EnvelopeInternal.MinY;

    internal double North => Shape.EnvelopeInternal.MaxY;

    internal double West => Shape.EnvelopeInternal.MinX;

    internal double East => Shape.EnvelopeInternal.MaxX;

    /// <summary>Reads a GeoJSON geometry; see <see cref="GeoJsonArea.Parse"/> for the problems.</summary>
    internal static Outcome<GeoArea> Parse(JsonElement geometry) => GeoJsonArea.Parse(geometry);

    /// <summary>Reads an area that <see cref="Parse"/> once let in.</summary>
    /// <exception cref="InvalidOperationException">It is not valid: the row was changed from outside.</exception>
    internal static GeoArea FromStored(string json)
    {
        var parsed = GeoJsonArea.Parse(JsonElement.Parse(json));
        return parsed.Ok ? parsed.Value : throw new InvalidOperationException($"A stored area is not valid: {parsed.Problem.Code}.");
    }

    /// <summary>The area as a GeoJSON MultiPolygon, to store and to answer with.</summary>
    internal string ToGeoJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) GeoJsonArea.Write(json, this);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Whether the point lies in the area or on its edge; ±180° are the same meridian. False for what is no point on earth.</summary>
    internal bool Covers(double latitude, double longitude) =>
        Holds(latitude, longitude) || (Math.Abs(longitude) == 180 && Holds(latitude, -longitude));

    private bool Holds(double latitude, double longitude) =>
        _locator.Locate(new Coordinate(longitude, latitude)) != Location.Exterior;
}
