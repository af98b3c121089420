namespace Mainstreet.Trades.Territories;

/// <summary>An area whose new tickets go to its agents.</summary>
internal sealed class Territory
{
    public Guid Id { get; init; }

    public Guid BusinessId { get; init; }

    public required string Name { get; set; }

    /// <summary>GeoJSON Polygon or MultiPolygon (RFC 7946).</summary>
    public required string Area { get; set; }

    public double MinLat { get; set; }

    public double MinLon { get; set; }

    public double MaxLat { get; set; }

    public double MaxLon { get; set; }

    public int Version { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    internal void SetArea(GeoArea area)
    {
        using var stream = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(stream)) GeoJsonArea.Write(json, area);
        Area = System.Text.Encoding.UTF8.GetString(stream.ToArray());
        (MinLat, MinLon, MaxLat, MaxLon) = (area.South, area.West, area.North, area.East);
    }
}

/// <summary>An agent who covers a territory.</summary>
internal sealed class TerritoryAgent
{
    public Guid TerritoryId { get; init; }

    public Guid AccountId { get; init; }
}

/// <summary>How many open tickets an agent may hold in one business, and holds. Raised and lowered by guarded updates only.</summary>
internal sealed class Agent
{
    public Guid BusinessId { get; init; }

    public Guid AccountId { get; init; }

    public int Capacity { get; set; }

    public int OpenTickets { get; set; }
}
