using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Foundation.Jobs;

/// <summary>Raw SQL because a claim changes rows and reads them back in one statement, which LINQ cannot say.</summary>
internal sealed class SqliteJobClaims(IDbContextFactory<FoundationDb> contexts, TimeProvider clock) : IJobClaims
{
    public async Task<IReadOnlyList<JobRow>> ClaimAsync(string owner, string[] kinds, int count, TimeSpan time, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var now = clock.Now();
        // A reader does not queue for the one writer.
        if (!await db.Jobs.AnyAsync(j => !j.Dead && j.DueAt <= now && (j.LeaseUntil == null || j.LeaseUntil <= now) && kinds.Contains(j.Kind), cancel))
            return [];
        var names = JsonSerializer.Serialize(kinds);
        var rows = await db.InTransactionAsync(token =>
        {
            var at = clock.Now().ToMicroseconds();
            var until = at + (long)time.TotalMicroseconds;
            return db.Jobs.FromSql($"""
                UPDATE foundation_jobs SET owner = {owner}, lease_until = {until}, fence = fence + 1, attempts = attempts + 1
                WHERE id IN (
                  SELECT id FROM foundation_jobs
                  WHERE dead = 0 AND due_at <= {at} AND (lease_until IS NULL OR lease_until <= {at})
                    AND kind IN (SELECT value FROM json_each({names}))
                  ORDER BY due_at LIMIT {count})
                RETURNING *
                """).AsNoTracking().ToListAsync(token);
        }, cancel);
        return [.. rows.OrderBy(r => r.DueAt)];
    }

    public async Task RenewAsync(string owner, Guid[] ids, TimeSpan time, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.InTransactionAsync(token =>
        {
            DateTimeOffset? until = (clock.Now() + time).Cut();
            return db.Jobs.Where(j => ids.Contains(j.Id) && j.Owner == owner)
                .ExecuteUpdateAsync(set => set.SetProperty(j => j.LeaseUntil, until), token);
        }, cancel);
    }
}
