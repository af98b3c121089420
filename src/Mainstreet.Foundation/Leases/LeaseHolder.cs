using System.Security.Cryptography;

using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Leases;

/// <summary>This process as a holder of named leases in the database: one holder at a time, and another soon after one died.</summary>
public sealed class LeaseHolder
{
    private readonly ILeaseTable _table;
    private readonly TimeProvider _clock;
    private readonly ILogger<LeaseHolder> _log;

    internal LeaseHolder(ILeaseTable table, TimeProvider clock, ILogger<LeaseHolder> log)
    {
        _table = table;
        _clock = clock;
        _log = log;
    }

    /// <summary>Machine, process, and a part that no other start has.</summary>
    public string Owner { get; } =
        $"{Environment.MachineName}/{Environment.ProcessId}/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";

    /// <summary>Takes the lease if nobody has it, this process included; <c>null</c> otherwise. Not renewed by itself.</summary>
    /// <exception cref="System.Data.Common.DbException">The database is away.</exception>
    public async Task<Lease?> TryAcquireAsync(string name, TimeSpan time, CancellationToken cancel) =>
        await _table.AcquireAsync(name, Owner, time, cancel) is { } fence ? new Lease(name, Owner, fence) : null;

    /// <summary>Prolongs from now on; false when somebody else was granted the lease since.</summary>
    public Task<bool> RenewAsync(Lease lease, TimeSpan time, CancellationToken cancel) => _table.RenewAsync(lease, time, cancel);

    /// <summary>Ends the lease, unless it is another's by now.</summary>
    public Task ReleaseAsync(Lease lease, CancellationToken cancel) => _table.ReleaseAsync(lease, cancel);

    /// <summary>Takes the lease like <see cref="TryAcquireAsync"/> and renews it three times per period until disposed.</summary>
    public async Task<HeldLease?> TryHoldAsync(string name, TimeSpan time, CancellationToken cancel)
    {
        var asked = _clock.GetTimestamp();
        var lease = await TryAcquireAsync(name, time, cancel);
        return lease is null ? null : new HeldLease(this, lease, time, asked, _clock, _log);
    }
}
