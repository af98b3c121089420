using System.Text.Json;

namespace Mainstreet.Trades.Pages;

/// <summary>A dot on a map.</summary>
/// <param name="Kind">ticket, chosen, candidate, holder or open: its colour.</param>
/// <param name="Label">What it is, for readers and as a tooltip.</param>
/// <param name="Href">Where a click leads, if anywhere.</param>
public sealed record MapPoint(double Lat, double Lon, string Kind, string Label, string? Href = null);

/// <summary>A circle around a point; metres on the ground.</summary>
public sealed record MapCircle(double Lat, double Lon, double Meters);

/// <summary>Outlines out of stored GeoJSON.</summary>
internal static class MapAreas
{
    /// <summary>The outer rings of a Polygon or MultiPolygon; none when it is neither.</summary>
    internal static IEnumerable<IReadOnlyList<(double Lat, double Lon)>> Rings(string geometry)
    {
        using var document = JsonDocument.Parse(geometry);
        var root = document.RootElement;
        var coordinates = root.GetProperty("coordinates");
        var polygons = root.GetProperty("type").GetString() switch
        {
            "Polygon" => [coordinates],
            "MultiPolygon" => coordinates.EnumerateArray().ToArray(),
            _ => [],
        };
        return [.. polygons.Select(p => (IReadOnlyList<(double, double)>)[.. p[0].EnumerateArray().Select(c => (c[1].GetDouble(), c[0].GetDouble()))])];
    }
}
