using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Mainstreet.Trades.Matching;

/// <summary>
/// Candidates by PostGIS: nearest first by the KNN operator on the partial GiST index of the trade. SQL by hand, since LINQ
/// has neither the operator nor a way to name one index's predicate for each trade.
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

    private static readonly string[] Sql = [.. Enum.GetValues<TradeCategory>().Select(SqlOf)];

    /// <summary>The query for one trade: $1 lat, $2 lon, $3 metres, $4 synthetic, $5 cap, $6 business, $7 rows.</summary>
    public static string SqlFor(TradeCategory category) => Sql[(int)category];

    public async Task<CandidatePage> ReadAsync(CandidateFilter filter, CandidatePosition position, CancellationToken cancel)
    {
        var wasOpen = connection.State == System.Data.ConnectionState.Open;
        if (!wasOpen) await connection.OpenAsync(cancel);
        try
        {
            // A crowd on one spot can fill a whole page without moving the bound: then more are asked for.
            for (var rows = Math.Max(1, position.Seen + position.Wanted); ; rows = Math.Min(rows * 4, int.MaxValue / 8))
            {
                var page = await ReadAsync(filter, position, rows, cancel);
                if (page is not null) return page;
            }
        }
        finally
        {
            if (!wasOpen) await connection.CloseAsync();
        }
    }

    private async Task<CandidatePage?> ReadAsync(CandidateFilter filter, CandidatePosition position, int rows, CancellationToken cancel)
    {
        var reach = Math.Min(filter.MaxMeters, Math.Max(position.ReachMeters, position.FromMeters + 1));
        await using var command = connection.CreateCommand();
        command.CommandText = SqlFor(filter.Category);
        var parameters = command.Parameters;
        parameters.Add(new NpgsqlParameter<double> { TypedValue = filter.Lat });
        parameters.Add(new NpgsqlParameter<double> { TypedValue = filter.Lon });
        parameters.Add(new NpgsqlParameter<double> { TypedValue = reach * 1.006 + 1 });
        parameters.Add(new NpgsqlParameter<bool> { TypedValue = filter.Synthetic });
        parameters.Add(new NpgsqlParameter<int> { TypedValue = filter.Cap });
        parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)filter.BusinessId ?? DBNull.Value });
        parameters.Add(new NpgsqlParameter<int> { TypedValue = rows });
        await command.PrepareAsync(cancel);   // kept by the physical connection: a round trip the first time only

        var items = new List<FoundCandidate>();
        var count = 0;
        var farthest = 0.0;
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                count++;
                var lat = reader.GetDouble(0);
                var lon = reader.GetDouble(1);
                var meters = Geo.DistanceMeters(filter.Lat, filter.Lon, lat, lon);
                farthest = Math.Max(farthest, meters);
                if (meters < position.FromMeters || meters > filter.MaxMeters) continue;
                items.Add(new FoundCandidate(CandidateRow.Read(reader, filter, lat, lon), meters));
            }
        }

        var bound = count < rows ? reach : Math.Min(reach, farthest * BoundFactor - BoundMeters);
        if (bound >= filter.MaxMeters)
        {
            bound = double.PositiveInfinity;
        }
        else
        {
            if (bound <= position.FromMeters) return null;
            items.RemoveAll(item => item.DistanceMeters >= bound);
        }
        items.Sort(CandidateRow.NearestFirst);
        return new CandidatePage(items, bound);
    }

    // _ST_Expand is what ST_DWithin becomes inside the index; used bare it ends the scan at the reach, without the
    // second distance for every row and without the cost estimate that turns the plan into a sort.
    private static string SqlOf(TradeCategory category) => string.Create(CultureInfo.InvariantCulture, $"""
        SELECT {CandidateRow.Columns}
        FROM trades.contractors c
        WHERE c.status = 'Available' AND c.trades & {ContractorCandidate.MaskOf(category)} <> 0
          AND c.location && _ST_Expand(ST_SetSRID(ST_MakePoint($2, $1), 4326)::geography, $3)
          AND c.synthetic = $4 AND c.open_offers < $5 AND (c.business_id IS NULL OR c.business_id = $6)
        ORDER BY c.location <-> ST_SetSRID(ST_MakePoint($2, $1), 4326)::geography
        LIMIT $7
        """);
}
