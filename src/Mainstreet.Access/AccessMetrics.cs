using System.Diagnostics.Metrics;

namespace Mainstreet.Access;

/// <summary>Instruments of Access; no ids, no e-mails.</summary>
internal sealed class AccessMetrics
{
    private readonly Counter<long> _signIns;
    private readonly Counter<long> _refreshes;
    private readonly Counter<long> _snapshotReads;

    public AccessMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Mainstreet.Access");
        _signIns = meter.CreateCounter<long>("mainstreet.access.sign_in", "{attempt}", "Sign-in attempts by outcome.");
        _refreshes = meter.CreateCounter<long>("mainstreet.access.refresh", "{attempt}", "Refreshes by outcome.");
        _snapshotReads = meter.CreateCounter<long>("mainstreet.access.snapshot.read", "{read}", "Account snapshots read from the database.");
    }

    internal void SignIn(string outcome) => _signIns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void Refresh(string outcome) => _refreshes.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void SnapshotRead() => _snapshotReads.Add(1);
}
