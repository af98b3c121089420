using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Foundation.Leases;

/// <summary>Raw SQL because a grant is one guarded upsert, which LINQ cannot say.</summary>
internal sealed class SqliteLeaseTable(IDbContextFactory<FoundationDb> contexts, TimeProvider clock) : ILeaseTable
{
    public async Task<int?> AcquireAsync(string name, string owner, TimeSpan time, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        // A reader does not queue for the one writer, and a standby asks every second.
        var now = Now();
        var held = await db.Database.SqlQuery<long>(
            $"SELECT until AS Value FROM foundation_leases WHERE name = {name} AND until > {now}").AnyAsync(cancel);
        if (held) return null;
        return await db.InTransactionAsync<int?>(async token =>
        {
            now = Now();
            var until = now + (long)time.TotalMicroseconds;
            var fences = await db.Database.SqlQuery<int>($"""
                INSERT INTO foundation_leases (name, owner, until, fence) VALUES ({name}, {owner}, {until}, 1)
                ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until, fence = foundation_leases.fence + 1
                WHERE foundation_leases.until <= {now}
                RETURNING fence AS Value
                """).ToListAsync(token);
            return fences.Count == 1 ? fences[0] : null;
        }, cancel);
    }

    public async Task<bool> RenewAsync(Lease lease, TimeSpan time, CancellationToken cancel) =>
        await SetUntilAsync(lease, time, cancel) == 1;

    public Task ReleaseAsync(Lease lease, CancellationToken cancel) => SetUntilAsync(lease, TimeSpan.Zero, cancel);

    private async Task<int> SetUntilAsync(Lease lease, TimeSpan time, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.InTransactionAsync(token =>
        {
            var until = Now() + (long)time.TotalMicroseconds;
            return db.Database.ExecuteSqlAsync(
                $"UPDATE foundation_leases SET until = {until} WHERE name = {lease.Name} AND owner = {lease.Owner} AND fence = {lease.Fence}", token);
        }, cancel);
    }

    private long Now() => clock.Now().ToMicroseconds();
}
