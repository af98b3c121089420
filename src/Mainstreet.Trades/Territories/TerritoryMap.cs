using System.Collections.Concurrent;
using System.Text.Json;

using Mainstreet.Trades.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Trades.Territories;

/// <summary>
/// Whose territories cover a point. Boxes are compared by the database, polygons here; a parsed polygon is kept by territory
/// and version, so that it is prepared once.
/// </summary>
internal sealed class TerritoryMap(IServiceScopeFactory scopes)
{
    private readonly ConcurrentDictionary<Guid, (int Version, GeoArea Area)> _areas = new();

    /// <summary>Agents of the business whose territory covers the point and who have room, the least busy first.</summary>
    internal async Task<IReadOnlyList<Guid>> AgentsAsync(Guid businessId, GeoPoint point, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TradesDb>();
        var near = await db.Territories.AsNoTracking()
            .Where(t => t.BusinessId == businessId && t.MinLat <= point.Lat && t.MaxLat >= point.Lat && t.MinLon <= point.Lon && t.MaxLon >= point.Lon)
            .ToListAsync(cancel);
        var covering = near.Where(t => AreaOf(t).Covers(point.Lat, point.Lon)).Select(t => t.Id).ToList();
        if (covering.Count == 0) return [];
        return await db.Agents.AsNoTracking()
            .Where(a => a.BusinessId == businessId && a.OpenTickets < a.Capacity
                && db.TerritoryAgents.Any(t => t.AccountId == a.AccountId && covering.Contains(t.TerritoryId)))
            .OrderBy(a => a.OpenTickets).ThenBy(a => a.AccountId).Select(a => a.AccountId).ToListAsync(cancel);
    }

    private GeoArea AreaOf(Territory territory)
    {
        if (_areas.TryGetValue(territory.Id, out var known) && known.Version == territory.Version) return known.Area;
        var area = GeoArea.Parse(JsonSerializer.Deserialize<JsonElement>(territory.Area)).Value
            ?? throw new InvalidOperationException("A stored territory cannot be read.");
        _areas[territory.Id] = (territory.Version, area);
        return area;
    }
}
