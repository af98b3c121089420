using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Foundation.Jobs;

/// <summary>Raw SQL because claims skip locked rows and use the database's clock, which LINQ cannot say.</summary>
internal sealed class PostgresJobClaims(IDbContextFactory<FoundationDb> contexts, TimeProvider clock) : IJobClaims
{
    public async Task<IReadOnlyList<JobRow>> ClaimAsync(string owner, string[] kinds, int count, TimeSpan time, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.Jobs.FromSql($"""
            UPDATE foundation.jobs AS j
            SET owner = {owner}, lease_until = clock_timestamp() + {time}, fence = j.fence + 1, attempts = j.attempts + 1
            FROM (
              SELECT id FROM foundation.jobs
              WHERE NOT dead AND due_at <= {clock.Now()} AND (lease_until IS NULL OR lease_until <= clock_timestamp()) AND kind = ANY({kinds})
              ORDER BY due_at LIMIT {count} FOR UPDATE SKIP LOCKED
            ) AS due
            WHERE j.id = due.id
            RETURNING j.*
            """).AsNoTracking().ToListAsync(cancel);
        return [.. rows.OrderBy(r => r.DueAt)];
    }

    public async Task RenewAsync(string owner, Guid[] ids, TimeSpan time, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        // A job whose transaction is open has locked its row: nobody can claim it, so there is nothing to renew.
        await db.Database.ExecuteSqlAsync($"""
            UPDATE foundation.jobs SET lease_until = clock_timestamp() + {time}
            WHERE id IN (SELECT id FROM foundation.jobs WHERE id = ANY({ids}) AND owner = {owner} FOR UPDATE SKIP LOCKED)
            """, cancel);
    }
}
