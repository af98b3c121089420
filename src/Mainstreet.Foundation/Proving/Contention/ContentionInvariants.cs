namespace Mainstreet.Foundation.Proving.Contention;

/// <summary>What <c>mainstreet prove foundation</c> can decide; which of it depends on the features that the modules present offer.</summary>
public static class ContentionInvariants
{
    public static readonly Invariant NoLostUpdate = new("foundation.no-lost-update",
        "Of changes that were made from one version and carry its ETag one is acknowledged, the others are refused, and what was acknowledged stays.");

    public static readonly Invariant NoDirtyRead = new("foundation.no-dirty-read",
        "Nobody reads what was refused, what was never written, or half of a change.");

    public static readonly Invariant Serializable = new("foundation.serializable",
        "One order of all acknowledged changes and reads, in keeping with real time over all replicas, explains every answer.");

    public static readonly Invariant Linearizable = new("foundation.linearizable",
        "A row's version is one register: every read and every If-Match is answered as if it happened at one instant of its request.");

    public static readonly Invariant VersionCounts = new("foundation.version-counts",
        "A row's version is raised once by each acknowledged change and never otherwise.");

    public static readonly Invariant NoWriteSkew = new("foundation.no-write-skew",
        "Two requests that each keep a rule over two rows do not break it together.");

    public static readonly Invariant ExactlyOnce = new("foundation.exactly-once",
        "However often and wherever a request is sent under one Idempotency-Key, it takes effect once and is answered the same.");

    public static readonly Invariant FeedOnceInOrder = new("foundation.feed-once-in-order",
        "Every acknowledged act is told once on its live topic, to all readers in the same order without gaps, and nothing else is told.");

    public static readonly Invariant NoServerError = new("foundation.no-server-error",
        "No request is answered 5xx or dropped (with faults: none but 503 with Retry-After, or a lost connection).");
}
