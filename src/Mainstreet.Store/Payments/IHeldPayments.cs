using Mainstreet.Store.Data;

namespace Mainstreet.Store.Payments;

/// <summary>Reads a payment as it is now and keeps others from changing it until the transaction ends.</summary>
internal interface IHeldPayments
{
    /// <summary>The tracked payment, or null. Call inside a transaction, after its order is held and before the payment was read by the same context.</summary>
    Task<Payment?> HoldAsync(StoreDb db, Guid id, CancellationToken cancel);
}
