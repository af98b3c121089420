namespace Mainstreet.Store.Payments;

/// <summary>
/// Where a payment stands. The order of the members is the order of the states: a payment only moves to a later one, whatever is told in whatever
/// order and how often. <see cref="Due"/> and <see cref="Created"/> are two beginnings.
/// </summary>
internal enum PaymentState
{
    /// <summary>Cash on delivery: to be collected.</summary>
    Due,

    /// <summary>Stored here; the provider has not been asked yet, or did not answer.</summary>
    Created,

    /// <summary>The provider waits for the customer.</summary>
    Pending,

    /// <summary>The latest attempt failed; the customer may try again on the same order.</summary>
    Failed,

    /// <summary>The order was given up before money came.</summary>
    Cancelled,

    /// <summary>The customer's bank holds the money for us; not yet captured.</summary>
    Authorized,

    /// <summary>As <see cref="Authorized"/>, but after the attempt had been told to have failed, or after the order was given up.</summary>
    LateAuthorized,

    /// <summary>The money is ours.</summary>
    Captured,

    /// <summary>Some of it went back.</summary>
    PartiallyRefunded,

    /// <summary>All of it went back, or the bank let go of it before it was captured.</summary>
    Refunded,
}

/// <summary>Rules of the states.</summary>
internal static class PaymentStates
{
    /// <summary>Whether a payment may move from one state to the other: only forward, and cash only to what cash knows.</summary>
    internal static bool MayBecome(this PaymentState from, PaymentState to) =>
        to > from && to is not (PaymentState.Due or PaymentState.Created)
        && (from != PaymentState.Due || to is PaymentState.Captured or PaymentState.Cancelled);

    /// <summary>The customer can still pay.</summary>
    internal static bool IsPayable(this PaymentState state) => state is PaymentState.Created or PaymentState.Pending or PaymentState.Failed;

    /// <summary>Money of the customer is here.</summary>
    internal static bool IsCaptured(this PaymentState state) => state is PaymentState.Captured or PaymentState.PartiallyRefunded or PaymentState.Refunded;
}
