using Mainstreet.Foundation.Proving;

namespace Mainstreet.Store.Proof;

/// <summary>What <c>mainstreet prove store</c> decides.</summary>
internal static class StoreInvariants
{
    internal static readonly Invariant NoOversell = new("store.no-oversell",
        "Of many buyers at once as many get an order as there are pieces, no more and no fewer, and each of these orders is paid.");

    internal static readonly Invariant RefusedBeforePaying = new("store.refused-before-paying",
        "Every other buyer is told 409 out_of_stock, with what is left, before there is anything to pay, and has no order.");

    internal static readonly Invariant OnePaidOrder = new("store.one-paid-order",
        "Webhooks and callbacks of a payment, in any order and number, make one paid order: one capture of its total, told once, with one entry for its points.");

    internal static readonly Invariant Taken = new("store.taken",
        "Every genuine webhook and callback is answered 200, however often it comes.");

    internal static readonly Invariant ForgedRefused = new("store.forged-refused",
        "A webhook or callback whose signature does not fit is answered 401, and the order stays unpaid.");

    internal static readonly Invariant Money = new("store.money",
        "Captured less refunded is what the order keeps, for each order and in all, and no refund is left open.");

    internal static readonly Invariant ProviderAgrees = new("store.provider-agrees",
        "The provider has captured and refunded for each order what the shop says.");

    internal static readonly Invariant Stock = new("store.stock",
        "Of every product what is free, reserved and sold adds up to what there was in the beginning.");

    internal static readonly Invariant Points = new("store.points",
        "The postings of each ledger entry sum to zero, the balances are the sums of their postings, and what was paid back in full leaves no points.");

    internal static readonly Invariant Apart = new("store.apart",
        "Without signing in nothing of the run is to be seen: neither shop nor products.");

    internal static readonly Invariant Accounted = new("store.accounted",
        "Every request is accounted for by reading back, those whose answer was lost included: the orders that exist are those that were made.");

    internal static readonly Invariant NoServerError = new("store.no-server-error",
        "No request is answered 5xx or dropped (with faults: none but 503 with Retry-After, or a lost connection).");

    internal static readonly IReadOnlyList<Invariant> All =
        [NoOversell, RefusedBeforePaying, OnePaidOrder, Taken, ForgedRefused, Money, ProviderAgrees, Stock, Points, Apart, Accounted, NoServerError];
}
