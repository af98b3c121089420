using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Orders;

/// <summary>Reads an order as it is now and keeps others from changing it until the transaction ends.</summary>
internal interface IHeldOrders
{
    /// <summary>The tracked order, or null. Call inside a transaction, before its payment, its stock and its points are touched.</summary>
    Task<Order?> HoldAsync(StoreDb db, Guid id, CancellationToken cancel);
}

/// <summary>SQLite has one writer, and the transaction is it already: a plain read holds the order.</summary>
internal sealed class HeldOrdersSqlite : IHeldOrders
{
    public Task<Order?> HoldAsync(StoreDb db, Guid id, CancellationToken cancel) =>
        db.Orders.AsTracking().SingleOrDefaultAsync(o => o.Id == id, cancel);
}

/// <summary>Raw, since LINQ has no FOR UPDATE: whoever changes an order takes its row first, so acts on one order queue and none waits in a circle.</summary>
internal sealed class HeldOrdersPostgres : IHeldOrders
{
    public Task<Order?> HoldAsync(StoreDb db, Guid id, CancellationToken cancel) =>
        db.Orders.FromSql($"SELECT * FROM store.orders WHERE id = {id} FOR UPDATE").AsTracking().SingleOrDefaultAsync(cancel);
}
