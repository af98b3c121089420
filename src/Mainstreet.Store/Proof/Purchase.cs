using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Store.Proof;

/// <summary>A product of the run.</summary>
/// <param name="Begun">Pieces in the beginning.</param>
internal sealed record Ware(Guid Id, int Begun);

/// <summary>What the run did with an order after it was paid.</summary>
internal enum Fate
{
    /// <summary>It stays paid.</summary>
    Kept,

    /// <summary>A part of the money went back before it was packed.</summary>
    PartlyRefunded,

    /// <summary>All of the money went back before it was packed.</summary>
    Refunded,

    /// <summary>Its customer cancelled it.</summary>
    Cancelled,

    Delivered,

    /// <summary>Delivered, and a part of the money went back.</summary>
    DeliveredPartlyRefunded,

    /// <summary>Delivered, and all of the money went back.</summary>
    DeliveredRefunded,
}

/// <summary>What somebody tells the server about a payment: a webhook, or the callback of the browser.</summary>
/// <param name="Name">The event, or <c>callback</c>.</param>
/// <param name="Path">Where it goes.</param>
/// <param name="Body">As it is sent, byte for byte.</param>
/// <param name="Headers">Signature and event id of a webhook.</param>
internal sealed record Telling(string Name, string Path, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>An order of the run and its payment.</summary>
internal sealed class Purchase(SyntheticAccount buyer, Ware ware, int quantity, Guid orderId)
{
    internal SyntheticAccount Buyer { get; } = buyer;

    internal Ware Ware { get; } = ware;

    internal int Quantity { get; } = quantity;

    internal Guid OrderId { get; } = orderId;

    internal Guid PaymentId { get; private set; }

    /// <summary>The provider's order; null until the server has asked for one.</summary>
    internal string? ProviderOrderId { get; private set; }

    /// <summary>Minor units.</summary>
    internal long Total { get; private set; }

    internal int Redeemed { get; private set; }

    internal Fate Fate { get; set; }

    /// <summary>Minor units that went back by the run's own wish.</summary>
    internal long PaidBack { get; set; }

    /// <summary>Empty when the checkout's answer was lost: then the provider tells alone.</summary>
    internal IReadOnlyList<Telling> Tellings { get; set; } = [];

    internal bool IsDelivered => Fate is Fate.Delivered or Fate.DeliveredPartlyRefunded or Fate.DeliveredRefunded;

    /// <summary>All of its money went back.</summary>
    internal bool IsUndone => Fate is Fate.Cancelled or Fate.Refunded or Fate.DeliveredRefunded;

    internal void Learn(JsonElement order)
    {
        Total = order.GetProperty("total").GetProperty("amount").GetInt64();
        Redeemed = order.GetProperty("pointsRedeemed").GetInt32();
        var payment = order.GetProperty("payment");
        PaymentId = payment.GetProperty("id").GetGuid();
        ProviderOrderId = payment.GetProperty("providerOrderId").GetString() ?? ProviderOrderId;
    }

    public override string ToString() => $"order {OrderId}, {Quantity} pieces, {Fate}";
}
