namespace Mainstreet.Store.Payments;

/// <summary>How a customer pays.</summary>
internal enum PaymentMethod
{
    /// <summary>UPI by intent link or QR code.</summary>
    Upi,

    /// <summary>A card, entered at the provider's page and never here.</summary>
    Card,

    /// <summary>Cash on delivery.</summary>
    Cod,
}
