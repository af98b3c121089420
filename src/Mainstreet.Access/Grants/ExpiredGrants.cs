using Mainstreet.Access.Data;
using Mainstreet.Access.Decisions;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Grants;

/// <summary>
/// Clears away grants that have ended (they gave nothing since that instant) and changes older than a day, which no replica still needs.
/// </summary>
internal sealed class ExpiredGrants(AccessDb db, RuleBook book, TimeProvider clock) : IRecurringJob
{
    private const int Chunk = 500;

    public async Task RunAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var dayAgo = now - TimeSpan.FromDays(1);
        await db.InTransactionAsync(token => db.RuleChanges.Where(c => c.At < dayAgo).ExecuteDeleteAsync(token), cancel);
        while (await db.Grants.AnyAsync(g => g.ExpiresAt <= now, cancel))
        {
            var version = await db.InTransactionAsync(token => ClearAsync(now, token), cancel);
            db.ChangeTracker.Clear();
            await book.ChangedAsync(version, cancel);
        }
    }

    private async Task<long> ClearAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var version = await db.RaiseRulesAsync(cancel);
        var ended = await db.Grants.Where(g => g.ExpiresAt <= now).OrderBy(g => g.ExpiresAt).Take(Chunk).ToListAsync(cancel);
        var number = 0;
        foreach (var row in ended)
        {
            db.Grants.Remove(row);
            db.RuleChanges.Add(RuleChange.Of(RuleChangeKind.GrantGone, row, version, ++number, now));
            await db.AuditAsync(new AuditEntry($"{row.Resource}:grants", null, "grant.expired",
                Detail: new { grant = row.Id, row.Subject, row.Permission, row.ExpiresAt }), cancel);
        }

        // A version without a change would look to replicas like a log that was cut.
        if (number == 0) db.RuleChanges.Add(new RuleChange { Version = version, Number = 1, Kind = RuleChangeKind.Member, At = now });
        await db.SaveChangesAsync(cancel);
        return version;
    }
}
