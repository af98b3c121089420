namespace Mainstreet.Foundation.Leases;

/// <summary>A lease as it was granted.</summary>
/// <param name="Name">What is leased.</param>
/// <param name="Owner">Who holds it; unique to one holder in one process.</param>
/// <param name="Fence">Grows by one with each grant of the name, so what an earlier holder does late can be told apart.</param>
public sealed record Lease(string Name, string Owner, int Fence);

/// <summary>
/// The table of leases on one engine. On PostgreSQL the database's clock decides when a lease ends: replicas then need no
/// common clock, whereas one whose own clock ran ahead by more than the lease would take a healthy leader's place again and
/// again. SQLite serves one machine, whose clock all processes share, so there the application's clock decides.
/// Either way a lease only makes double work rare; what must not happen twice is guarded by a fence or a unique key.
/// </summary>
internal interface ILeaseTable
{
    /// <summary>Grants a lease that nobody holds; answers <c>null</c> while somebody does, the asking owner included.</summary>
    Task<int?> AcquireAsync(string name, string owner, TimeSpan time, CancellationToken cancel);

    /// <summary>Prolongs from now; false when it ended and was granted to another.</summary>
    Task<bool> RenewAsync(Lease lease, TimeSpan time, CancellationToken cancel);

    /// <summary>Ends the lease if it is still this one.</summary>
    Task ReleaseAsync(Lease lease, CancellationToken cancel);
}
