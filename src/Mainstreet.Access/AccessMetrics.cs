using System.Diagnostics.Metrics;

using Mainstreet.Access.Decisions;
using Mainstreet.Foundation.Observability;

namespace Mainstreet.Access;

/// <summary>Instruments of Access; no ids, no e-mails.</summary>
internal sealed class AccessMetrics : IKnownSeries
{
    private readonly Counter<long> _signIns;
    private readonly Counter<long> _refreshes;
    private readonly Counter<long> _snapshotReads;
    private readonly Counter<long> _rulesReads;
    private readonly Histogram<double> _decisions;

    public AccessMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Mainstreet.Access");
        _signIns = meter.CreateCounter<long>("mainstreet.access.sign_in", "{attempt}", "Sign-in attempts by outcome.");
        _refreshes = meter.CreateCounter<long>("mainstreet.access.refresh", "{attempt}", "Refreshes by outcome.");
        _snapshotReads = meter.CreateCounter<long>("mainstreet.access.snapshot.read", "{read}", "Account snapshots read from the database.");
        _rulesReads = meter.CreateCounter<long>("mainstreet.access.rules.read", "{read}", "Readings of roles and grants from the database, of changes or of all.");
        _decisions = meter.CreateHistogram<double>("mainstreet.access.check.duration", "s", "Decisions asked for over HTTP, without the request around them.");
    }

    public void Begin()
    {
        foreach (var outcome in (string[])["success", "wrong", "limited"]) _signIns.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
        foreach (var outcome in (string[])["success", AccessProblems.InvalidRefreshToken.Code, AccessProblems.RefreshReused.Code])
            _refreshes.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
    }

    internal void SignIn(string outcome) => _signIns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void Refresh(string outcome) => _refreshes.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void SnapshotRead() => _snapshotReads.Add(1);

    internal void RulesRead(bool whole) => _rulesReads.Add(1, new KeyValuePair<string, object?>("extent", whole ? "all" : "changes"));

    internal void Decided(Verdict verdict, TimeSpan took) => _decisions.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", verdict switch
    {
        Verdict.Allowed => "allowed",
        Verdict.Refused => "refused",
        _ => "too_complex",
    }));
}
