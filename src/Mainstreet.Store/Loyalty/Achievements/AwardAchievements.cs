using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Loyalty.Achievements;

/// <summary>
/// After a delivery: writes what was reached and tells the customer (<c>achievement.reached</c> on <c>user:{id}</c>). Not part of the
/// delivery itself: it looks at all of the customer's orders, and two shops that deliver at once would not see each other's.
/// </summary>
internal sealed class AwardAchievements(StoreDb db, TimeProvider clock) : IEventHandler<PointsConfirmed>
{
    public ModuleDb Db => db;

    public async Task HandleAsync(PointsConfirmed @event, Guid eventId, CancellationToken cancel)
    {
        var customer = @event.CustomerId;
        var facts = await Facts.ReadAsync(db, customer, cancel);
        var had = await db.Set<Achievement>().AsNoTracking().Where(a => a.CustomerId == customer).Select(a => a.Code).ToListAsync(cancel);
        foreach (var rule in AchievementRules.All.Where(r => r.Measure(facts) >= r.Target && !had.Contains(r.Code)))
        {
            if (!await ReachAsync(customer, rule.Code, cancel)) continue;
            db.Notify($"user:{customer}", "achievement.reached", new { rule.Code, rule.Title, rule.Description }, $"user:{customer}");
            LoyaltyMetrics.Reached();
        }

        await db.SaveChangesAsync(cancel);
    }

    // EF has no ON CONFLICT: a broken unique key would end PostgreSQL's transaction.
    private async Task<bool> ReachAsync(Guid customer, string code, CancellationToken cancel)
    {
        object at = db.Engine == Engine.Postgres ? clock.Now() : clock.Now().ToMicroseconds();
        var sql = $$"""
            INSERT INTO {{db.Storage.Table("store", "loyalty_achievements")}} (customer_id, code, achieved_at) VALUES ({0}, {1}, {2})
            ON CONFLICT (customer_id, code) DO NOTHING
            """;
        return await db.Database.ExecuteSqlRawAsync(sql, [customer, code, at], cancel) == 1;
    }
}
