using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Trades;

/// <summary>A point on the sphere, in degrees (WGS 84).</summary>
public sealed record GeoPoint(
    [property: Range(-90.0, 90.0)] double Lat,
    [property: Range(-180.0, 180.0)] double Lon);
