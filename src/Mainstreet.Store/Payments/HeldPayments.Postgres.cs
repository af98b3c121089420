using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Payments;

/// <summary>Raw, since LINQ has no FOR UPDATE: three signals of one capture arrive at the same moment, and each must see what the one before it did.</summary>
internal sealed class HeldPaymentsPostgres : IHeldPayments
{
    public Task<Payment?> HoldAsync(StoreDb db, Guid id, CancellationToken cancel) =>
        db.Payments.FromSql($"SELECT * FROM store.payments WHERE id = {id} FOR UPDATE").AsTracking().SingleOrDefaultAsync(cancel);
}
