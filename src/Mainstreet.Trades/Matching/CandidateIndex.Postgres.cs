using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Mainstreet.Trades.Matching;

/// <summary>
/// Candidates by PostGIS: the first ring nearest first by the KNN operator, further rings by area, all on the partial GiST index of
/// the trade. SQL by hand, since LINQ has neither operator nor a way to name one index's predicate for each trade.
/// </summary>
/// <remarks>
/// PostGIS orders geography by distance on a sphere, elsewhere it measures on the spheroid; the two differ by 0.56 % downwards
/// and 0.45 % upwards at most (radii of curvature of WGS 84 against the mean radius), and the lower bound allows for both.
/// The connection may be open or closed, and may be in a transaction; it is left as it was. Errors surface as <see cref="NpgsqlException"/>.
/// </remarks>
internal sealed class CandidateIndexPostgres(NpgsqlConnection connection) : ICandidateIndex
{
    // (1 - 0.0056) / (1 + 0.0045), rounded down: right whichever of the two the operator measures. A centimetre for rounding.
    private const double BoundFactor = 0.9899;
    private const double BoundMeters = 0.01;

    private static readonly string[] Nearest = [.. Enum.GetValues<TradeCategory>().Select(c => SqlOf(c, isOrdered: true))];
    private static readonly string[] Area = [.. Enum.GetValues<TradeCategory>().Select(c => SqlOf(c, isOrdered: false))];

    /// <summary>
    /// The nearest of one trade: $1 lat, $2 lon, $3 metres, $4 synthetic, $5 cap, $6 business, $7 rows.
    /// By area $8 to $11 name a box to skip besides: south, north, west, east.
    /// </summary>
    public static string NearestSql(TradeCategory category) => Nearest[(int)category];

    public async Task<CandidatePage> ReadAsync(CandidateFilter filter, CandidatePosition position, CancellationToken cancel)
    {
        var wasOpen = connection.State == System.Data.ConnectionState.Open;
        if (!wasOpen) await connection.OpenAsync(cancel);
        try
        {
            if (IsUnsafeForKnn(filter))
            {
                var whole = RingSize.Farthest(filter, position);
                return (await ReadAsync(Area, filter, position, whole, int.MaxValue / 8, cancel)).Upto(whole, filter);
            }

            if (position.Seen > 0)
            {
                // All of an area costs a fifth of the same rows by distance. A guess that meets a city it did not expect is given up.
                var radius = RingSize.Next(filter, position, position.FromMeters, position.Seen);
                var most = Math.Max(4_096, 8 * (position.Seen + position.Wanted));
                var ring = await ReadAsync(Area, filter, position, radius, most, cancel);
                if (ring.Count < most) return ring.Upto(radius, filter);
            }
            // A crowd on one spot can fill a whole page without moving the bound: then more are asked for.
            for (var rows = Math.Max(1, position.Seen + position.Wanted); ; rows = Math.Min(rows * 4, int.MaxValue / 8))
            {
                var reach = RingSize.Farthest(filter, position);
                var page = await ReadAsync(Nearest, filter, position, reach, rows, cancel);
                var bound = page.Count < rows ? reach : Math.Min(reach, page.FarthestMeters * BoundFactor - BoundMeters);
                if (bound > position.FromMeters || bound >= filter.MaxMeters) return page.Upto(bound, filter);
            }
        }
        finally
        {
            if (!wasOpen) await connection.CloseAsync();
        }
    }

    // PostGIS 3.3 can end a scan by distance with "index returned tuples in wrong order" where rounding weighs most: at the
    // date line and the poles, and among points a few metres apart. There everything in the circle is read by area.
    private static bool IsUnsafeForKnn(CandidateFilter filter) =>
        Math.Abs(filter.Lon) > 179 || Math.Abs(filter.Lat) > 89 || filter.MaxMeters < 1_000;

    private async Task<Rows> ReadAsync(
        string[] sql, CandidateFilter filter, CandidatePosition position, double reach, int rows, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql[(int)filter.Category];
        var parameters = command.Parameters;
        parameters.Add(new NpgsqlParameter<double> { TypedValue = filter.Lat });
        parameters.Add(new NpgsqlParameter<double> { TypedValue = filter.Lon });
        parameters.Add(new NpgsqlParameter<double> { TypedValue = reach * 1.006 + 1 });
        parameters.Add(new NpgsqlParameter<bool> { TypedValue = filter.Synthetic });
        parameters.Add(new NpgsqlParameter<int> { TypedValue = filter.Cap });
        parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)filter.BusinessId ?? DBNull.Value });
        parameters.Add(new NpgsqlParameter<int> { TypedValue = rows });
        if (sql == Area)
        {
            var inner = Geo.InnerBox(filter.Lat, filter.Lon, position.FromMeters);
            foreach (var bound in (ReadOnlySpan<double>)[inner.SouthLat, inner.NorthLat, inner.WestLon, inner.EastLon])
                parameters.Add(new NpgsqlParameter<double> { TypedValue = bound });
        }
        await command.PrepareAsync(cancel);   // kept by the physical connection: a round trip the first time only

        var items = new List<FoundCandidate>();
        var count = 0;
        var farthest = 0.0;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            count++;
            var lat = reader.GetDouble(0);
            var lon = reader.GetDouble(1);
            var meters = Geo.DistanceMeters(filter.Lat, filter.Lon, lat, lon);
            farthest = Math.Max(farthest, meters);
            if (meters < position.FromMeters || meters > filter.MaxMeters || meters > reach) continue;
            items.Add(new FoundCandidate(CandidateRow.Read(reader, filter, lat, lon), meters));
        }
        return new Rows(items, count, farthest);
    }

    // _ST_Expand is what ST_DWithin becomes inside the index; used bare it ends the scan at the reach, without a second
    // distance for every row and without the cost estimate that turns the plan into a sort. The sub-selects are evaluated once,
    // where bare expressions would be built again for every row; and they hide the values: of a limit that it cannot see the planner
    // expects a tenth of the rows, which a scan by distance always gives cheaper than a sort, however it misjudges the area.
    private static string SqlOf(TradeCategory category, bool isOrdered) => string.Create(CultureInfo.InvariantCulture, $"""
        SELECT {CandidateRow.Columns}
        FROM trades.contractors c
        WHERE c.status = 'Available' AND c.trades & {ContractorCandidate.MaskOf(category)} <> 0
          AND c.location && (SELECT _ST_Expand(ST_SetSRID(ST_MakePoint($2, $1), 4326)::geography, $3))
          AND c.synthetic = $4 AND c.open_offers < $5 AND (c.business_id IS NULL OR c.business_id = $6)
        {(isOrdered
            ? "ORDER BY c.location <-> (SELECT ST_SetSRID(ST_MakePoint($2, $1), 4326)::geography)"
            : "AND NOT (c.lat > $8 AND c.lat < $9 AND c.lon > $10 AND c.lon < $11)")}
        LIMIT (SELECT $7)
        """);

    /// <summary>What one query gave: those of the ring, how many rows there were in all, and how far the farthest lay.</summary>
    private readonly record struct Rows(List<FoundCandidate> Items, int Count, double FarthestMeters)
    {
        public CandidatePage Upto(double bound, CandidateFilter filter)
        {
            if (bound >= filter.MaxMeters) bound = double.PositiveInfinity;
            else Items.RemoveAll(item => item.DistanceMeters >= bound);
            Items.Sort(CandidateRow.NearestFirst);
            return new CandidatePage(Items, bound);
        }
    }
}
