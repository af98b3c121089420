using System.Data.Common;

namespace Mainstreet.Trades.Matching;

/// <summary>The columns that both engines' candidate queries read, in one order.</summary>
internal static class CandidateRow
{
    /// <summary>Position first, so that a row out of the ring costs two columns only; table alias <c>c</c>.</summary>
    public const string Columns =
        "c.lat, c.lon, c.id, c.display_name, c.service_radius_meters, c.trades, c.working_hours, c.time_zone, "
        + "c.rating_sum, c.rating_count, c.offers_received, c.offers_accepted, c.active_jobs, c.open_offers, c.business_id";

    public static readonly Comparison<FoundCandidate> NearestFirst = (a, b) =>
    {
        var byDistance = a.DistanceMeters.CompareTo(b.DistanceMeters);
        return byDistance != 0 ? byDistance : a.Contractor.Id.CompareTo(b.Contractor.Id);
    };

    /// <summary>The contractor of the current row; what the filter fixes (status, synthetic) is not read again.</summary>
    public static ContractorCandidate Read(DbDataReader row, CandidateFilter filter, double lat, double lon) => new(
        row.GetGuid(2), row.GetString(3), lat, lon, row.IsDBNull(4) ? null : row.GetDouble(4), row.GetInt32(5),
        ContractorCandidate.Available, row.IsDBNull(6) ? null : row.GetString(6), row.GetString(7),
        row.GetInt32(8), row.GetInt32(9), row.GetInt32(10), row.GetInt32(11), row.GetInt32(12), row.GetInt32(13),
        filter.Synthetic, row.IsDBNull(14) ? null : row.GetGuid(14));
}
