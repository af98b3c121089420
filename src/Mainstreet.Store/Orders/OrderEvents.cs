using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Events;

namespace Mainstreet.Store.Orders;

/// <summary>An order was paid, online or at the door.</summary>
[EventName("store.order.paid")]
internal sealed record OrderPaid(Guid OrderId, long Number, Guid BusinessId, Guid CustomerId, Money Paid);

/// <summary>An order arrived.</summary>
[EventName("store.order.delivered")]
internal sealed record OrderDelivered(Guid OrderId, long Number, Guid BusinessId, Guid CustomerId, Money Paid);
