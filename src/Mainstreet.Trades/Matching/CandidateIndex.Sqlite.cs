using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Mainstreet.Trades.Matching;

/// <summary>
/// Candidates by SQLite's R*Tree: everything in a box round the centre, the box growing from ring to ring. SQL by hand,
/// since LINQ cannot join a virtual table.
/// </summary>
/// <remarks>
/// The size of the next box is guessed from the density met so far; a wrong guess costs time, never a candidate. The connection may be
/// open or closed, and may be in a transaction; it is left as it was.
/// </remarks>
internal sealed class CandidateIndexSqlite(SqliteConnection connection) : ICandidateIndex
{
    private static readonly string Sql = string.Create(CultureInfo.InvariantCulture, $"""
        SELECT {CandidateRow.Columns}
        FROM trades_contractors_near n
        CROSS JOIN trades_contractors c ON c.seq = n.id >> 3
        WHERE n.min_trade <= $trade AND n.max_trade >= $trade
          AND n.max_lat >= $south AND n.min_lat <= $north AND n.max_lon >= $west AND n.min_lon <= $east
          AND NOT (n.min_lat > $innerSouth AND n.max_lat < $innerNorth AND n.min_lon > $innerWest AND n.max_lon < $innerEast)
          AND c.synthetic = $synthetic AND c.open_offers < $cap AND (c.business_id IS NULL OR c.business_id = $business)
        """);

    public async Task<CandidatePage> ReadAsync(CandidateFilter filter, CandidatePosition position, CancellationToken cancel)
    {
        var wasOpen = connection.State == System.Data.ConnectionState.Open;
        if (!wasOpen) await connection.OpenAsync(cancel);
        try
        {
            using var command = Command(filter, position);
            var radius = position.FromMeters;
            var seen = position.Seen;
            while (true)
            {
                radius = RingSize.Next(filter, position, radius, seen);
                var isLast = radius >= filter.MaxMeters;
                var items = Ring(command, filter, position.FromMeters, isLast ? filter.MaxMeters : radius, isLast, cancel);
                // Too few to be worth a ring of their own: take a larger one at once.
                if (isLast || items.Count * 4 >= position.Wanted || radius >= position.ReachMeters)
                    return new CandidatePage(items, isLast ? double.PositiveInfinity : radius);
                seen = position.Seen + items.Count;
            }
        }
        finally
        {
            if (!wasOpen) await connection.CloseAsync();
        }
    }

    private SqliteCommand Command(CandidateFilter filter, CandidatePosition position)
    {
        var command = connection.CreateCommand();
        command.CommandText = Sql;
        command.Parameters.AddWithValue("$trade", (int)filter.Category);
        command.Parameters.AddWithValue("$synthetic", filter.Synthetic ? 1 : 0);
        command.Parameters.AddWithValue("$cap", filter.Cap);
        command.Parameters.AddWithValue("$business", (object?)filter.BusinessId ?? DBNull.Value);
        command.Parameters.Add("$south", SqliteType.Real);
        command.Parameters.Add("$north", SqliteType.Real);
        command.Parameters.Add("$west", SqliteType.Real);
        command.Parameters.Add("$east", SqliteType.Real);
        var inner = Geo.InnerBox(filter.Lat, filter.Lon, position.FromMeters);
        command.Parameters.AddWithValue("$innerSouth", inner.SouthLat);
        command.Parameters.AddWithValue("$innerNorth", inner.NorthLat);
        command.Parameters.AddWithValue("$innerWest", inner.WestLon);
        command.Parameters.AddWithValue("$innerEast", inner.EastLon);
        return command;
    }

    private static List<FoundCandidate> Ring(
        SqliteCommand command, CandidateFilter filter, double from, double to, bool isToIncluded, CancellationToken cancel)
    {
        var items = new List<FoundCandidate>();
        foreach (var box in Geo.BoundingBoxes(filter.Lat, filter.Lon, to))
        {
            cancel.ThrowIfCancellationRequested();
            command.Parameters["$south"].Value = box.SouthLat;
            command.Parameters["$north"].Value = box.NorthLat;
            command.Parameters["$west"].Value = box.WestLon;
            command.Parameters["$east"].Value = box.EastLon;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var lat = reader.GetDouble(0);
                var lon = reader.GetDouble(1);
                // The tree's coordinates are rounded outwards: a point at a box's edge may come with either box.
                if (!box.Contains(lat, lon)) continue;
                var meters = Geo.DistanceMeters(filter.Lat, filter.Lon, lat, lon);
                if (meters < from || meters > to || (meters == to && !isToIncluded)) continue;
                items.Add(new FoundCandidate(CandidateRow.Read(reader, filter, lat, lon), meters));
            }
        }
        items.Sort(CandidateRow.NearestFirst);
        return items;
    }
}
