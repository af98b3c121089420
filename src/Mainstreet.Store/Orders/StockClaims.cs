using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Orders;

/// <summary>
/// Moves goods between free, reserved and sold, inside the caller's transaction. One guarded UPDATE per stock item, always in ascending product
/// id, so that two orders over the same goods wait for each other in one direction only; the affected rows say whether the goods were there.
/// </summary>
internal static class StockClaims
{
    /// <summary>Reserves all, or reserves nothing and says what is missing.</summary>
    /// <param name="db">With an open transaction.</param>
    /// <param name="wanted">Product and pieces, each product once.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The products that are short; empty when everything is reserved.</returns>
    internal static async Task<IReadOnlyList<Guid>> ReserveAsync(StoreDb db, IEnumerable<StockReservation> wanted, CancellationToken cancel)
    {
        var got = new List<StockReservation>();
        var missing = new List<Guid>();
        foreach (var claim in InOrder(wanted))
        {
            var quantity = claim.Quantity;
            var rows = await db.Stock.Where(s => s.ProductId == claim.ProductId && s.OnHand - s.Reserved >= quantity).ExecuteUpdateAsync(s => s
                .SetProperty(x => x.Reserved, x => x.Reserved + quantity)
                .SetProperty(x => x.Version, x => x.Version + 1), cancel);
            if (rows == 1) got.Add(claim);
            else missing.Add(claim.ProductId);
        }

        if (missing.Count > 0)
        {
            foreach (var claim in got) await UnreserveAsync(db, claim, cancel);
        }

        return missing;
    }

    /// <summary>Makes a list of an order's goods.</summary>
    internal static List<StockReservation> Of(Guid orderId, IEnumerable<(Guid ProductId, int Quantity)> goods) =>
        [.. goods.GroupBy(g => g.ProductId).Select(g => new StockReservation
        {
            OrderId = orderId, ProductId = g.Key, Quantity = g.Sum(x => x.Quantity), State = ReservationState.Held,
        })];

    /// <summary>The order's goods leave the shelf.</summary>
    internal static async Task TakeAsync(StoreDb db, Guid orderId, CancellationToken cancel)
    {
        foreach (var held in InOrder(await OfOrderAsync(db, orderId, cancel)).Where(r => r.State == ReservationState.Held))
        {
            var quantity = held.Quantity;
            await MustAsync(held.ProductId, db.Stock.Where(s => s.ProductId == held.ProductId && s.Reserved >= quantity).ExecuteUpdateAsync(s => s
                .SetProperty(x => x.OnHand, x => x.OnHand - quantity)
                .SetProperty(x => x.Reserved, x => x.Reserved - quantity)
                .SetProperty(x => x.Version, x => x.Version + 1), cancel));
            held.State = ReservationState.Taken;
        }
    }

    /// <summary>The order is off: what was reserved is free again, what was packed goes back on the shelf.</summary>
    internal static async Task ReturnAsync(StoreDb db, Guid orderId, CancellationToken cancel)
    {
        foreach (var held in InOrder(await OfOrderAsync(db, orderId, cancel)))
        {
            if (held.State == ReservationState.Held) await UnreserveAsync(db, held, cancel);
            else if (held.State == ReservationState.Taken) await PutBackAsync(db, held, cancel);
            held.State = ReservationState.Released;
        }
    }

    /// <summary>Reserves an expired order's goods once more. False, with nothing reserved, when they are gone.</summary>
    internal static async Task<bool> ReserveAgainAsync(StoreDb db, Guid orderId, CancellationToken cancel)
    {
        var goods = await OfOrderAsync(db, orderId, cancel);
        var missing = await ReserveAsync(db, goods.Where(r => r.State == ReservationState.Released), cancel);
        if (missing.Count > 0) return false;
        foreach (var reservation in goods) reservation.State = ReservationState.Held;
        return true;
    }

    private static Task<List<StockReservation>> OfOrderAsync(StoreDb db, Guid orderId, CancellationToken cancel) =>
        db.Reservations.Where(r => r.OrderId == orderId).ToListAsync(cancel);

    private static Task UnreserveAsync(StoreDb db, StockReservation claim, CancellationToken cancel)
    {
        var quantity = claim.Quantity;
        return MustAsync(claim.ProductId, db.Stock.Where(s => s.ProductId == claim.ProductId && s.Reserved >= quantity).ExecuteUpdateAsync(s => s
            .SetProperty(x => x.Reserved, x => x.Reserved - quantity)
            .SetProperty(x => x.Version, x => x.Version + 1), cancel));
    }

    private static Task PutBackAsync(StoreDb db, StockReservation claim, CancellationToken cancel)
    {
        var quantity = claim.Quantity;
        return MustAsync(claim.ProductId, db.Stock.Where(s => s.ProductId == claim.ProductId).ExecuteUpdateAsync(s => s
            .SetProperty(x => x.OnHand, x => x.OnHand + quantity)
            .SetProperty(x => x.Version, x => x.Version + 1), cancel));
    }

    private static async Task MustAsync(Guid productId, Task<int> update)
    {
        if (await update != 1) throw new InvalidOperationException($"The stock of product {productId} does not hold what its orders reserved.");
    }

    private static IEnumerable<StockReservation> InOrder(IEnumerable<StockReservation> claims) => claims.OrderBy(c => c.ProductId);
}
