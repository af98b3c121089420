using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Orders;

/// <summary>What waits in the Store: paid orders for their packing, money for its next step. Orders of proofs do not count.</summary>
internal sealed class OrderFigures(StoreDb db, TimeProvider clock) : IFigures
{
    private const string Unpacked = "mainstreet.store.order.unpacked";
    private const string UnpackedAge = "mainstreet.store.order.unpacked.age";
    private const string ErrandAge = "mainstreet.store.payment.errand.age";

    public static IReadOnlyList<FigureShape> Shapes { get; } =
    [
        new(Unpacked, "{order}", "Paid orders that nobody packs yet."),
        new(UnpackedAge, "s", "Time since the payment of the order that waits longest for its packing."),
        new(ErrandAge, "s", "How long the capture, refund or question to the payment provider that waits longest has been due."),
    ];

    public async Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var unpacked = db.Orders.Where(o => o.Status == OrderStatus.Paid && o.Kind != OrderKind.Service && !o.Synthetic);
        var paid = await unpacked.MinAsync(o => o.PaidAt, cancel);
        var payment = await db.Payments.MinAsync(p => p.WorkAt, cancel);
        var refund = await db.Refunds.MinAsync(r => r.WorkAt, cancel);
        return
        [
            new(Unpacked, await unpacked.CountAsync(cancel)),
            new(UnpackedAge, Since(paid, now)),
            new(ErrandAge, Math.Max(Since(payment, now), Since(refund, now))),
        ];
    }

    private static double Since(DateTimeOffset? instant, DateTimeOffset now) => instant is null ? 0 : Math.Max(0, (now - instant.Value).TotalSeconds);
}
