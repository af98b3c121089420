using Mainstreet.Foundation.Data;

using Npgsql;

namespace Mainstreet.Foundation.Leases;

/// <summary>Raw SQL because a grant is one guarded upsert by the database's clock, which LINQ cannot say.</summary>
internal sealed class PostgresLeaseTable(Storage storage) : ILeaseTable
{
    public async Task<int?> AcquireAsync(string name, string owner, TimeSpan time, CancellationToken cancel)
    {
        await using var command = Command("""
            INSERT INTO foundation.leases AS held (name, owner, until, fence) VALUES (@name, @owner, clock_timestamp() + @time, 1)
            ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until, fence = held.fence + 1
            WHERE held.until <= clock_timestamp()
            RETURNING fence
            """, name, owner);
        command.Parameters.AddWithValue("time", time);
        return (int?)await command.ExecuteScalarAsync(cancel);
    }

    public async Task<bool> RenewAsync(Lease lease, TimeSpan time, CancellationToken cancel)
    {
        await using var command = Command("""
            UPDATE foundation.leases SET until = clock_timestamp() + @time
            WHERE name = @name AND owner = @owner AND fence = @fence
            """, lease.Name, lease.Owner);
        command.Parameters.AddWithValue("time", time);
        command.Parameters.AddWithValue("fence", lease.Fence);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    public async Task ReleaseAsync(Lease lease, CancellationToken cancel)
    {
        await using var command = Command("""
            UPDATE foundation.leases SET until = clock_timestamp()
            WHERE name = @name AND owner = @owner AND fence = @fence
            """, lease.Name, lease.Owner);
        command.Parameters.AddWithValue("fence", lease.Fence);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private NpgsqlCommand Command(string sql, string name, string owner)
    {
        var command = storage.Postgres.CreateCommand(sql);
        command.Parameters.AddWithValue("name", name);
        command.Parameters.AddWithValue("owner", owner);
        return command;
    }
}
