using Mainstreet.Foundation.Proving;

namespace Mainstreet.Occasions.Proof;

/// <summary>What <c>mainstreet prove occasions</c> decides.</summary>
internal static class OccasionsInvariants
{
    internal static readonly Invariant Planned = new("occasions.planned",
        "A recipient whose day comes has exactly one message for it, due at the send time where it lives.");

    internal static readonly Invariant OneEffect = new("occasions.one-effect",
        "A message has at most one effect at a provider that honours keys, whatever answers were lost and however often it was replayed.");

    internal static readonly Invariant NoneMissing = new("occasions.none-missing",
        "Every due message has its effect, and the server says that it was sent; nothing else has one.");

    internal static readonly Invariant NoneEarly = new("occasions.none-early",
        "No effect comes before the instant at which its message is due.");

    internal static readonly Invariant Forward = new("occasions.status-forward",
        "A message's status only ever moves forward, except that a dead one may be queued by a replay.");

    internal static readonly Invariant Attempts = new("occasions.attempts-told",
        "A message tells each of its attempts, and is marked uncertain exactly when one of them ended without a clear answer.");

    internal static readonly Invariant ReplayOnce = new("occasions.replay-once",
        "A dead message replayed twice at once is accepted for replay once and sent once.");

    internal static readonly Invariant MisfirePolicies = new("occasions.misfire",
        "After a day in which nothing ran, each misfire policy does what it says: sent late within its limit, skipped, or moved to the next send time.");

    internal static readonly Invariant OneRecipient = new("occasions.one-recipient",
        "Creates that race with one idempotency key make one recipient and one message, and all answer with it.");

    internal static readonly Invariant LastHolds = new("occasions.last-put-holds",
        "Of racing changes of zone and date the last one holds, and the recipient has one message, due by that change.");

    internal static readonly Invariant NoServerError = new("occasions.no-server-error",
        "No request is answered 5xx or dropped (with faults: none but 503 with Retry-After, or a lost connection).");

    internal static readonly Invariant NothingLeft = new("occasions.nothing-left",
        "After the run nothing of it waits to be sent.");

    internal static readonly IReadOnlyList<Invariant> All =
        [Planned, OneEffect, NoneMissing, NoneEarly, Forward, Attempts, ReplayOnce, MisfirePolicies, OneRecipient, LastHolds, NoServerError, NothingLeft];
}
