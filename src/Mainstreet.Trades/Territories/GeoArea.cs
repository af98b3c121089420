namespace Mainstreet.Trades.Territories;
internal sealed class GeoArea { internal static GeoArea FromStored(string json) => new(); internal bool Covers(double lat, double lon) => lat > lon && GetHashCode() == 0; }
