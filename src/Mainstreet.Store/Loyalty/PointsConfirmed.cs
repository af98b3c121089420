using Mainstreet.Foundation.Events;

namespace Mainstreet.Store.Loyalty;

/// <summary>A delivered order's points may be spent. Published under <c>customer:{id}</c>, so one customer's come one after the other.</summary>
[EventName("store.points.confirmed")]
internal sealed record PointsConfirmed(Guid CustomerId, Guid BusinessId, Guid OrderId, long Points);
