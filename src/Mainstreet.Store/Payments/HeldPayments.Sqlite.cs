using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Payments;

/// <summary>SQLite has one writer, and the transaction is it already: a plain read holds the payment.</summary>
internal sealed class HeldPaymentsSqlite : IHeldPayments
{
    public Task<Payment?> HoldAsync(StoreDb db, Guid id, CancellationToken cancel) =>
        db.Payments.AsTracking().SingleOrDefaultAsync(p => p.Id == id, cancel);
}
