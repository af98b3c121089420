using Mainstreet.Foundation.Web;

namespace Mainstreet.Store.Orders;

/// <summary>What an order sells.</summary>
public enum OrderKind
{
    /// <summary>Goods from the shop, delivered.</summary>
    Goods,

    /// <summary>Work that was done already; it is only paid.</summary>
    Service,
}

/// <summary>Why an order was cancelled.</summary>
public enum CancelReason
{
    Customer,
    Shop,

    /// <summary>Nobody paid while the goods were reserved.</summary>
    Expired,
}

/// <summary>Where an order goes.</summary>
internal sealed record Destination(string Line1, string City, string PostalCode, string Country, string? StateCode, double? Lat, double? Lon);

/// <summary>An order: what was bought at which price, and how far it has come. Money in minor units of its currency.</summary>
internal sealed class Order
{
    private Order()
    {
    }

    public Guid Id { get; private init; }

    /// <summary>What people say to each other; the database counts.</summary>
    public long Number { get; private init; }

    public OrderKind Kind { get; private init; }

    public Guid BusinessId { get; private init; }

    public Guid CustomerId { get; private init; }

    /// <summary>The basket it was made from; null for services. Unique: a cart is ordered once.</summary>
    public Guid? CartId { get; private init; }

    /// <summary>The job of Trades that a service was; unique.</summary>
    public Guid? TicketId { get; private init; }

    public OrderStatus Status { get; private set; }

    /// <summary>Paid at the door.</summary>
    public bool Cash { get; private init; }

    public string Currency { get; private init; } = "";

    public long ItemsTotal { get; private init; }

    public long DeliveryFee { get; private init; }

    public long Discount { get; private init; }

    /// <summary>What is to be paid: items and delivery, less the discount.</summary>
    public long Total { get; private init; }

    public int PointsRedeemed { get; private init; }

    public long Captured { get; private set; }

    public long Refunded { get; private set; }

    /// <summary>Delivered in the shop's own state: CGST and SGST; else IGST.</summary>
    public bool InsideState { get; private init; }

    public string Line1 { get; private init; } = "";

    public string City { get; private init; } = "";

    public string PostalCode { get; private init; } = "";

    public string Country { get; private init; } = "";

    public string? StateCode { get; private init; }

    public double? Lat { get; private init; }

    public double? Lon { get; private init; }

    /// <summary>Until when the goods are kept for a customer who has not paid; null once nobody waits for money, and for cash and services.</summary>
    public DateTimeOffset? ReservedUntil { get; private set; }

    public CancelReason? CancelReason { get; private set; }

    public string? CancelNote { get; private set; }

    public Guid? CourierId { get; private set; }

    public bool Synthetic { get; private init; }

    public int Version { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public DateTimeOffset? PaidAt { get; private set; }

    public DateTimeOffset? PackedAt { get; private set; }

    public DateTimeOffset? DispatchedAt { get; private set; }

    public DateTimeOffset? DeliveredAt { get; private set; }

    public DateTimeOffset? CancelledAt { get; private set; }

    /// <summary>True when the cancellation was nobody's wish: money that comes late may still make it a paid order.</summary>
    internal bool Expired => Status == OrderStatus.Cancelled && CancelReason == Orders.CancelReason.Expired;

    /// <summary>True when the goods have left the shelf.</summary>
    internal bool Packed => PackedAt is not null;

    internal static Order Place(
        Guid id, Guid businessId, Guid customerId, Guid cartId, Basket basket, string currency, int pointsRedeemed, bool cash,
        Destination to, bool insideState, DateTimeOffset? reservedUntil, bool synthetic, DateTimeOffset now) => new()
        {
            Id = id,
            Kind = OrderKind.Goods,
            BusinessId = businessId,
            CustomerId = customerId,
            CartId = cartId,
            Status = OrderStatus.Placed,
            Cash = cash,
            Currency = currency,
            ItemsTotal = basket.Items,
            DeliveryFee = basket.Delivery,
            Discount = basket.Discount,
            Total = basket.Total,
            PointsRedeemed = pointsRedeemed,
            InsideState = insideState,
            Line1 = to.Line1,
            City = to.City,
            PostalCode = to.PostalCode,
            Country = to.Country,
            StateCode = to.StateCode,
            Lat = to.Lat,
            Lon = to.Lon,
            ReservedUntil = reservedUntil,
            Synthetic = synthetic,
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };

    /// <summary>Work that was done and is to be paid.</summary>
    internal static Order Invoice(
        Guid id, Guid businessId, Guid customerId, Guid ticketId, Basket basket, string currency, bool synthetic, DateTimeOffset now) => new()
        {
            Id = id,
            Kind = OrderKind.Service,
            BusinessId = businessId,
            CustomerId = customerId,
            TicketId = ticketId,
            Status = OrderStatus.Placed,
            Currency = currency,
            ItemsTotal = basket.Items,
            Total = basket.Total,
            InsideState = true,
            Synthetic = synthetic,
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };

    /// <summary>Money came: online for a placed or an expired order, at the door for a delivered one.</summary>
    internal Problem? Pay(long captured, DateTimeOffset now)
    {
        if (Cash)
        {
            if (Status != OrderStatus.Delivered || PaidAt is not null) return OrderProblems.WrongStatus(Status);
            Touch(now);
        }
        else if (Go(OrderAct.Pay, now) is { } problem)
        {
            return problem;
        }

        Captured = captured;
        PaidAt = now;
        ReservedUntil = null;
        CancelReason = null;
        CancelledAt = null;
        return null;
    }

    /// <summary>The goods are in the bag.</summary>
    internal Problem? Pack(DateTimeOffset now)
    {
        if (Go(OrderAct.Pack, now) is { } problem) return problem;
        PackedAt = now;
        return null;
    }

    internal Problem? Dispatch(Guid courierId, DateTimeOffset now)
    {
        if (Go(OrderAct.Dispatch, now) is { } problem) return problem;
        DispatchedAt = now;
        CourierId = courierId;
        return null;
    }

    internal Problem? Deliver(DateTimeOffset now)
    {
        if (Go(OrderAct.Deliver, now) is { } problem) return problem;
        DeliveredAt = now;
        return null;
    }

    /// <summary>Work needs no delivery: once paid it is done.</summary>
    internal void Finish(DateTimeOffset now)
    {
        if (Kind != OrderKind.Service || Status != OrderStatus.Paid) throw new InvalidOperationException("Only paid work is finished by its payment.");
        Status = OrderStatus.Delivered;
        DeliveredAt = now;
    }

    internal Problem? Cancel(CancelReason reason, string? note, DateTimeOffset now)
    {
        var act = reason switch
        {
            Orders.CancelReason.Customer => OrderAct.CancelByCustomer,
            Orders.CancelReason.Shop => OrderAct.CancelByShop,
            _ => OrderAct.Expire,
        };
        if (Go(act, now) is { } problem) return problem;
        CancelReason = reason;
        CancelNote = note;
        CancelledAt = now;
        ReservedUntil = null;
        return null;
    }

    /// <summary>Money went back; all of it makes the order refunded.</summary>
    internal void Refund(long refundedInAll, long captured, DateTimeOffset now)
    {
        Captured = captured;
        Refunded = refundedInAll;
        if (refundedInAll == captured && OrderFlow.After(Status, OrderAct.RefundInFull, Cash) is { } next) Status = next;
        Touch(now);
    }

    private Problem? Go(OrderAct act, DateTimeOffset now)
    {
        if (OrderFlow.After(Status, act, Cash) is not { } next) return OrderProblems.WrongStatus(Status);
        Status = next;
        Touch(now);
        return null;
    }

    private void Touch(DateTimeOffset now)
    {
        Version++;
        UpdatedAt = now;
    }
}
