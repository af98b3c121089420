namespace Mainstreet.Store.Payments;

/// <summary>Where a refund stands. Moves forward only; the last two are ends.</summary>
internal enum RefundState
{
    /// <summary>Accepted here: the balance is taken, the provider has not answered yet. Shown as <c>pending</c>.</summary>
    Requested,

    /// <summary>The provider works on it.</summary>
    Pending,

    /// <summary>The money went back.</summary>
    Processed,

    /// <summary>The provider could not do it: what may be refunded is open again.</summary>
    Failed,
}

/// <summary>Why money goes back.</summary>
internal enum RefundReason
{
    /// <summary>Somebody of the business asked for it.</summary>
    Requested,

    /// <summary>The order was cancelled.</summary>
    Cancelled,

    /// <summary>The reservation had ended when the money came, and the goods were gone.</summary>
    OutOfStock,

    /// <summary>What came was not what the order costs.</summary>
    WrongAmount,

    /// <summary>The order was paid already: a second attempt of the same customer.</summary>
    Duplicate,

    /// <summary>Made at the provider's own dashboard, and learnt of afterwards.</summary>
    Provider,
}
