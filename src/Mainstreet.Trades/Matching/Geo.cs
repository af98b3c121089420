namespace Mainstreet.Trades.Matching;

/// <summary>A rectangle of latitudes and longitudes in degrees, bounds included; <c>WestLon &lt;= EastLon</c> always.</summary>
internal readonly record struct GeoBox(double SouthLat, double NorthLat, double WestLon, double EastLon)
{
    public bool Contains(double lat, double lon) =>
        lat >= SouthLat && lat <= NorthLat && lon >= WestLon && lon <= EastLon;
}

/// <summary>Distances and areas on a sphere. Degrees in and out, metres for lengths.</summary>
internal static class Geo
{
    /// <summary>Mean radius of the earth in metres (IUGG mean radius R1 of WGS 84).</summary>
    public const double EarthRadiusMeters = 6_371_008.8;

    /// <summary>Metres in one international mile.</summary>
    public const double MetersPerMile = 1609.344;

    /// <summary>The longest distance there is: half of the circumference, in metres.</summary>
    public const double MaxDistanceMeters = Math.PI * EarthRadiusMeters;

    // 0.6 m: more than haversine loses to rounding between antipodes (0.2 m), where it is at its worst.
    private const double RoundingRadians = 1e-7;

    /// <summary>Great-circle distance by haversine on a sphere of 6 371 008.8 m.</summary>
    /// <returns>Metres, 0 or more; within 0.6 % of the ellipsoid. The same for (a, b) and (b, a), to the bit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Latitude outside ±90° or longitude outside ±180°, or not a number.</exception>
    public static double DistanceMeters(double lat1, double lon1, double lat2, double lon2)
    {
        CheckPoint(lat1, lon1);
        CheckPoint(lat2, lon2);
        var phi1 = double.DegreesToRadians(lat1);
        var phi2 = double.DegreesToRadians(lat2);
        var halfLat = Math.Sin(double.DegreesToRadians(lat2 - lat1) / 2);
        var halfLon = Math.Sin(double.DegreesToRadians(lon2 - lon1) / 2);
        var h = halfLat * halfLat + Math.Cos(phi1) * Math.Cos(phi2) * (halfLon * halfLon);
        return 2 * EarthRadiusMeters * Math.Asin(Math.Sqrt(Math.Min(1, h)));
    }

    /// <summary>Metres as international miles.</summary>
    public static double ToMiles(double meters) => meters / MetersPerMile;

    /// <summary>The point that lies <paramref name="meters"/> from a start in a direction, along the great circle.</summary>
    /// <param name="bearingDegrees">Clockwise from north; any finite number.</param>
    /// <returns>Latitude within ±90°, longitude within ±180°.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A start that is no point, a negative or infinite distance, or a bearing that is not finite.</exception>
    public static (double Lat, double Lon) Destination(double lat, double lon, double bearingDegrees, double meters)
    {
        CheckPoint(lat, lon);
        CheckLength(meters);
        if (!double.IsFinite(bearingDegrees))
            throw new ArgumentOutOfRangeException(nameof(bearingDegrees), bearingDegrees, "A bearing is a finite number of degrees.");

        var arc = meters / EarthRadiusMeters;
        var phi = double.DegreesToRadians(lat);
        var bearing = double.DegreesToRadians(bearingDegrees);
        var sinLat = Math.Sin(phi) * Math.Cos(arc) + Math.Cos(phi) * Math.Sin(arc) * Math.Cos(bearing);
        var east = Math.Sin(bearing) * Math.Sin(arc) * Math.Cos(phi);
        var north = Math.Cos(arc) - Math.Sin(phi) * sinLat;
        var toLat = double.RadiansToDegrees(Math.Asin(Math.Clamp(sinLat, -1, 1)));
        var toLon = Math.IEEERemainder(lon + double.RadiansToDegrees(Math.Atan2(east, north)), 360);
        return (toLat, Math.Clamp(toLon, -180, 180));
    }

    /// <summary>Boxes that together hold every point within a distance of a centre.</summary>
    /// <returns>One box, or two that meet at the date line; no point lies in both. Around a pole all longitudes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A centre that is no point, or a negative or infinite distance.</exception>
    /// <remarks>The half width is asin(sin r / cos lat): the widest longitude lies off the centre's own latitude.</remarks>
    public static IReadOnlyList<GeoBox> BoundingBoxes(double lat, double lon, double meters)
    {
        CheckPoint(lat, lon);
        CheckLength(meters);
        var arc = meters / EarthRadiusMeters + RoundingRadians;
        var height = double.RadiansToDegrees(arc);
        var south = Math.Max(-90, lat - height);
        var north = Math.Min(90, lat + height);
        if (south <= -90 || north >= 90) return [new GeoBox(south, north, -180, 180)];

        var ratio = Math.Sin(arc) / Math.Cos(double.DegreesToRadians(lat));
        if (!(ratio < 1)) return [new GeoBox(south, north, -180, 180)];
        // Close to a pole asin grows steeply, so the margin is taken on the width too.
        var width = double.RadiansToDegrees(Math.Asin(ratio)) * (1 + 1e-9) + 1e-7;
        var west = lon - width;
        var east = lon + width;
        if (west >= -180 && east <= 180) return [new GeoBox(south, north, west, east)];
        // A gap that 32-bit coordinates cannot tell from none is no gap: then one box round the earth.
        if (2 * width > 359.99) return [new GeoBox(south, north, -180, 180)];
        return west < -180
            ? [new GeoBox(south, north, west + 360, 180), new GeoBox(south, north, -180, east)]
            : [new GeoBox(south, north, west, 180), new GeoBox(south, north, -180, east - 360)];
    }

    /// <summary>A box of which every point is nearer to its centre than a distance: what a search may skip once that far.</summary>
    /// <returns>About two thirds of the disc; an empty box (south above north) where none is worth having: near a pole, over the date line,
    /// and beyond 1 000 km.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A centre that is no point, or a negative or infinite distance.</exception>
    public static GeoBox InnerBox(double lat, double lon, double meters)
    {
        CheckPoint(lat, lon);
        CheckLength(meters);
        var height = double.RadiansToDegrees(0.7 * meters / EarthRadiusMeters);
        var width = height / Math.Cos(double.DegreesToRadians(lat));
        var box = new GeoBox(lat - height, lat + height, lon - width, lon + width);
        // Within these limits the corners are the farthest points of a box; they are measured, not assumed.
        var isPlain = meters is > 1 and < 1_000_000 && Math.Abs(lat) + height < 80 && box.WestLon >= -180 && box.EastLon <= 180;
        return isPlain
            && DistanceMeters(lat, lon, box.SouthLat, box.WestLon) < meters * (1 - 1e-9)
            && DistanceMeters(lat, lon, box.NorthLat, box.WestLon) < meters * (1 - 1e-9)
            ? box
            : new GeoBox(1, -1, 0, 0);
    }

    /// <summary>Refuses what is no point on earth.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Latitude outside ±90° or longitude outside ±180°, or not a number.</exception>
    public static void CheckPoint(double lat, double lon)
    {
        if (!(lat >= -90 && lat <= 90))
            throw new ArgumentOutOfRangeException(nameof(lat), lat, "A latitude lies between -90 and 90 degrees.");
        if (!(lon >= -180 && lon <= 180))
            throw new ArgumentOutOfRangeException(nameof(lon), lon, "A longitude lies between -180 and 180 degrees.");
    }

    private static void CheckLength(double meters)
    {
        if (!(meters >= 0) || double.IsInfinity(meters))
            throw new ArgumentOutOfRangeException(nameof(meters), meters, "A distance is finite and not negative.");
    }
}
