using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Store.Loyalty;

/// <summary>
/// Writes off lots that grew too old, a transaction for each customer and shop. Late or stopped half-way it does no harm: nothing too old can
/// be spent before it came by, and what is written off is not found again.
/// </summary>
internal sealed partial class ExpirePoints(IDbContextFactory<StoreDb> contexts, Ledger ledger, TimeProvider clock, ILogger<ExpirePoints> log) : IRecurringJob
{
    private const int Batch = 500;

    public async Task RunAsync(CancellationToken cancel)
    {
        var (points, customers) = (0L, 0);
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(cancel);
            var now = clock.Now();
            var due = await db.Set<PointsLot>().AsNoTracking().Where(l => l.Remaining > 0 && l.ExpiresAt <= now)
                .OrderBy(l => l.ExpiresAt).Select(l => new { l.CustomerId, l.BusinessId }).Take(Batch).ToListAsync(cancel);
            foreach (var holder in due.Distinct())
            {
                points += await db.InTransactionAsync(token => ledger.ExpireAsync(db, holder.CustomerId, holder.BusinessId, token), cancel);
                customers++;
                db.ChangeTracker.Clear();
            }

            if (due.Count < Batch) break;
        }

        if (points > 0) Log.Expired(log, points, customers);
    }

    private static partial class Log
    {
        [LoggerMessage(4300, LogLevel.Information, "{Points} points of {Customers} customers grew too old")]
        internal static partial void Expired(ILogger log, long points, int customers);
    }
}
