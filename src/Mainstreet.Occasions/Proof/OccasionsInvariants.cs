using Mainstreet.Foundation.Proving;

namespace Mainstreet.Occasions.Proof;

/// <summary>What <c>mainstreet prove occasions</c> decides.</summary>
internal static class OccasionsInvariants
{
    internal static readonly Invariant OneEffect = new("occasions.one-effect",
        "Every message that was due has exactly one effect at the provider, however slow, busy or broken the provider was; none is missing.");

    internal static readonly Invariant NeverEarly = new("occasions.never-early",
        "Nothing arrives at the provider before the instant at which the recipient's clocks show the send time.");

    internal static readonly Invariant OneKey = new("occasions.one-key",
        "Every attempt at a greeting carries the same Idempotency-Key, and no other greeting carries it.");

    internal static readonly Invariant DueInstant = new("occasions.due-instant",
        "A recipient has one message for the day, due when the clocks there show the send time.");

    internal static readonly Invariant Stored = new("occasions.stored",
        "What the server says of a message agrees with the provider: sent has an effect, skipped and cancelled have none, nothing due is left open.");

    internal static readonly Invariant MisfireRules = new("occasions.misfire",
        "After 24 hours down each misfire policy gives what it says: sendLate sends up to its limit and skips the rest, skip skips, nextWindow sends at the next local send time.");

    internal static readonly Invariant OneCreate = new("occasions.one-create",
        "Creates at the same time with one Idempotency-Key make one recipient and one message.");

    internal static readonly Invariant LastPut = new("occasions.last-put",
        "Of racing changes of zone and date the last one holds, and there is never more than one message.");

    internal static readonly Invariant Forward = new("occasions.status-forward",
        "The status of a message never goes backwards, and a final one stays (but a dead one that is replayed by hand).");

    internal static readonly Invariant CancelOrSend = new("occasions.cancel-or-send",
        "A message that is cancelled while it falls due is either cancelled without effect or sent once.");

    internal static readonly Invariant ReplayOnce = new("occasions.replay-once",
        "Two replays of a dead message at once send it once.");

    internal static readonly Invariant DeleteCancels = new("occasions.delete-cancels",
        "What was planned for a recipient who was deleted is cancelled and has no effect.");

    internal static readonly Invariant PauseHolds = new("occasions.pause-holds",
        "A paused recipient, occasion or business gets nothing while it is paused, and what was held once when it is resumed.");

    internal static readonly Invariant Accounted = new("occasions.accounted",
        "Every request is accounted for by reading back, those whose answer was lost included: the recipients that exist are those that were made.");

    internal static readonly Invariant NoServerError = new("occasions.no-server-error",
        "No request is answered 5xx or dropped (with faults: none but 503 with Retry-After, or a lost connection).");

    internal static readonly IReadOnlyList<Invariant> All =
    [
        OneEffect, NeverEarly, OneKey, DueInstant, Stored, MisfireRules, OneCreate, LastPut, Forward, CancelOrSend, ReplayOnce, DeleteCancels, PauseHolds,
        Accounted, NoServerError,
    ];
}
