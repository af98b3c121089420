using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Payments;

/// <summary>Money that nothing moves any more, so that a person has to look. In a shop that runs well there is none.</summary>
/// <param name="Kept">Payments whose money is here for longer than <see cref="Patience"/>, while no order is paid by it and no refund is under way.</param>
/// <param name="Held">Payments that the customer's bank has held for as long, and nobody captured.</param>
/// <param name="Returning">Refunds that have been under way for longer than <see cref="RefundPatience"/>.</param>
internal sealed record StuckMoney(long Kept, long Held, long Returning)
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    internal static readonly TimeSpan RefundPatience = TimeSpan.FromDays(1);

    internal bool Any => Kept + Held + Returning > 0;

    internal static async Task<StuckMoney> CountAsync(StoreDb db, DateTimeOffset now, CancellationToken cancel)
    {
        var (before, longBefore) = (now - Patience, now - RefundPatience);
        var kept = await db.Payments.LongCountAsync(
            p => p.CapturedAt < before && p.Captured > p.Refunded
                && db.Orders.Any(o => o.Id == p.OrderId && (o.Status == OrderStatus.Placed || o.Status == OrderStatus.Cancelled)), cancel);
        var held = await db.Payments.LongCountAsync(p => (p.State == PaymentState.Authorized || p.State == PaymentState.LateAuthorized) && p.UpdatedAt < before, cancel);
        var returning = await db.Refunds.LongCountAsync(r => (r.State == RefundState.Requested || r.State == RefundState.Pending) && r.CreatedAt < longBefore, cancel);
        return new StuckMoney(kept, held, returning);
    }
}
