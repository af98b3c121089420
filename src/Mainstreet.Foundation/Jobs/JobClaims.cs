namespace Mainstreet.Foundation.Jobs;

/// <summary>
/// Hands out due jobs, each to one runner. A claim raises the row's fence and its attempts and ends by itself after the lease
/// time; when it ends is decided by the database's clock on PostgreSQL (see <see cref="Leases.ILeaseTable"/>), whether a job is
/// due by the application's clock, which also set the instant.
/// </summary>
internal interface IJobClaims
{
    /// <summary>Claims at most <paramref name="count"/> due jobs of the kinds, those longest due first.</summary>
    Task<IReadOnlyList<JobRow>> ClaimAsync(string owner, string[] kinds, int count, TimeSpan time, CancellationToken cancel);

    /// <summary>Prolongs what the owner still holds of these. Never waits for a running job's transaction.</summary>
    Task RenewAsync(string owner, Guid[] ids, TimeSpan time, CancellationToken cancel);
}
