using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Live;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Orders;

/// <summary>
/// Who sees an order: its customer, those who manage the shop's orders, administrators, and couriers of the shop what is packed or theirs to bring.
/// To everybody else it does not exist.
/// </summary>
internal static class OrderVisibility
{
    internal static IQueryable<Order> VisibleTo(this IQueryable<Order> orders, Caller caller)
    {
        if (caller.IsAdmin) return orders;
        var account = caller.Id;
        var manages = caller.BusinessesWith(StorePermissions.ManageOrders);
        var delivers = caller.BusinessesWith(StorePermissions.Deliver).Except(manages).ToArray();
        if (manages.Count == 0 && delivers.Length == 0) return orders.Where(o => o.CustomerId == account);
        return orders.Where(o => o.CustomerId == account || manages.Contains(o.BusinessId)
            || (delivers.Contains(o.BusinessId) && (o.CourierId == account || o.Status == OrderStatus.Packing)));
    }
}

/// <summary><c>order:{id}</c> is for those who may read the order.</summary>
internal sealed class OrderTopicPolicy(StoreDb db) : ILiveTopicPolicy
{
    public async Task<bool> MaySubscribeAsync(Caller caller, string topic, CancellationToken cancel) =>
        Guid.TryParse(topic.AsSpan(topic.IndexOf(':') + 1), out var id)
        && await db.Orders.AsNoTracking().Where(o => o.Id == id).VisibleTo(caller).AnyAsync(cancel);
}
