using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Loyalty.Achievements;

/// <summary>Reads what rules look at from the ledger.</summary>
internal static class Facts
{
    internal static async Task<ShopperFacts> ReadAsync(StoreDb db, Guid customerId, CancellationToken cancel)
    {
        var shops = await db.Set<PointsEntry>().AsNoTracking()
            .Where(e => e.CustomerId == customerId && (e.Kind == PointsKind.Confirm || e.Kind == PointsKind.Redeem || e.Kind == PointsKind.Return))
            .GroupBy(e => new { e.BusinessId, e.Kind })
            .Select(g => new { g.Key.Kind, Count = g.LongCount(), Points = g.Sum(e => e.Score) }).ToListAsync(cancel);
        var delivered = shops.Where(s => s.Kind == PointsKind.Confirm).ToList();
        return new ShopperFacts(
            delivered.Sum(s => s.Count), delivered.Count, delivered.Sum(s => s.Points),
            shops.Where(s => s.Kind == PointsKind.Redeem).Sum(s => s.Count) - shops.Where(s => s.Kind == PointsKind.Return).Sum(s => s.Count));
    }
}
