using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Carts;
using Mainstreet.Store.Data;
using Mainstreet.Store.Loyalty;
using Mainstreet.Store.Payments;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Orders;

/// <summary>
/// Ends orders that nobody paid in time, and frees their goods. Each order in a transaction of its own, decided under its lock: one that is paid at
/// that very moment is left alone.
/// </summary>
internal sealed class ExpireOrders(
    IDbContextFactory<StoreDb> factory, TimeProvider clock, IPayments payments, ILoyalty loyalty, OrderMetrics metrics) : IRecurringJob
{
    internal const string Name = "store.order-expiry";

    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private const int Batch = 200;

    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            await using var db = await factory.CreateDbContextAsync(cancel);
            var now = clock.Now();
            var due = await db.Orders.AsNoTracking().Where(o => o.ReservedUntil != null && o.ReservedUntil < now)
                .OrderBy(o => o.ReservedUntil).ThenBy(o => o.Id).Select(o => o.Id).Take(Batch).ToListAsync(cancel);
            foreach (var id in due) await ExpireAsync(db, id, cancel);
            if (due.Count < Batch) return;
        }
    }

    private async Task ExpireAsync(StoreDb db, Guid id, CancellationToken cancel)
    {
        db.ChangeTracker.Clear();
        await db.AllOrNothingAsync<bool>(async token =>
        {
            var order = await db.HoldOrderAsync(id, token);
            var now = clock.Now();
            if (order is not { Status: OrderStatus.Placed, ReservedUntil: { } until } || until >= now) return false;
            if (await CancelOrder.CancelAsync(db, order, CancelReason.Expired, null, null, now, payments, loyalty, metrics, token) is { } problem) return problem;
            return true;
        }, cancel);
    }
}

/// <summary>Forgets carts that guests left behind, and empty or finished ones of accounts.</summary>
internal sealed class CartPruning(StoreDb db, TimeProvider clock) : IRecurringJob
{
    internal const string Name = "store.cart-pruning";

    /// <summary>How long an untouched cart is kept.</summary>
    internal static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    public Task RunAsync(CancellationToken cancel)
    {
        var before = clock.Now() - Keep;
        return db.InTransactionAsync(token => db.Carts
            .Where(c => c.UpdatedAt < before && (c.CustomerId == null || c.State != CartState.Open || !db.CartItems.Any(i => i.CartId == c.Id)))
            .ExecuteDeleteAsync(token), cancel);
    }
}
