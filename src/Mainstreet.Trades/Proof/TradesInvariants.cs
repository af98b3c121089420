using Mainstreet.Foundation.Proving;

namespace Mainstreet.Trades.Proof;

/// <summary>What <c>mainstreet prove trades</c> decides.</summary>
internal static class TradesInvariants
{
    internal static readonly Invariant OneWinner = new("trades.one-winner",
        "A ticket has one winner or none; a later winner only after a release or reassignment that began before it won.");

    internal static readonly Invariant Linearizable = new("trades.linearizable",
        "All answers about a ticket fit one order of acts that respects real time and the rules of the ticket.");

    internal static readonly Invariant RightAnswer = new("trades.right-answer",
        "An accept is answered 200, 409 ticket_already_taken, 409 ticket_cancelled or 410 offer_expired, or 404 by who was never offered the ticket.");

    internal static readonly Invariant Expiry = new("trades.expiry",
        "No accept that began after its offer had expired wins, and none is told so before.");

    internal static readonly Invariant Repeat = new("trades.repeat",
        "A repeated accept by the contractor who holds the ticket is the same 200.");

    internal static readonly Invariant NoServerError = new("trades.no-server-error",
        "No request is answered 5xx or dropped (with faults: none but 503 with Retry-After, or a lost connection).");

    internal static readonly Invariant Stored = new("trades.stored",
        "The stored ticket names the last winner and the last status.");

    internal static readonly Invariant Audit = new("trades.audit",
        "Every acknowledged act is on the audit history exactly once, in an order that respects real time, and nothing else is.");

    internal static readonly Invariant LiveGapless = new("trades.live-gapless",
        "The live feed's offsets count up by one, through breaks and resumes, without gap, repetition or loss, the same for every reader.");

    internal static readonly Invariant LiveAgrees = new("trades.live-agrees",
        "The live feed tells every act on the audit history once, in the same order, with the same winner, status and version.");

    internal static readonly Invariant NothingLeft = new("trades.nothing-left",
        "After the run no synthetic ticket or offer is open.");

    internal static readonly IReadOnlyList<Invariant> All =
        [OneWinner, Linearizable, RightAnswer, Expiry, Repeat, NoServerError, Stored, Audit, LiveGapless, LiveAgrees, NothingLeft];
}
