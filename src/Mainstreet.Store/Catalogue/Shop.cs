namespace Mainstreet.Store.Catalogue;

/// <summary>A business's shop: one a business.</summary>
internal sealed class Shop
{
    public Guid Id { get; set; }

    public Guid BusinessId { get; set; }

    public string Name { get; set; } = "";

    /// <summary>ISO 4217; what its prices are in.</summary>
    public string Currency { get; set; } = "INR";

    /// <summary>GST code of the state, two digits: decides between CGST with SGST and IGST.</summary>
    public string? StateCode { get; set; }

    /// <summary>GST identification number, 15 characters; its first two are <see cref="StateCode"/>.</summary>
    public string? Gstin { get; set; }

    public string Line1 { get; set; } = "";

    public string City { get; set; } = "";

    public string PostalCode { get; set; } = "";

    /// <summary>ISO 3166-1, two capital letters.</summary>
    public string Country { get; set; } = "IN";

    public double? Lat { get; set; }

    public double? Lon { get; set; }

    /// <summary>Minor units.</summary>
    public long DeliveryFee { get; set; }

    /// <summary>Orders of this much and more are delivered free; null: never.</summary>
    public long? FreeDeliveryFrom { get; set; }

    /// <summary>False: the catalogue is shown, nothing can be ordered.</summary>
    public bool Open { get; set; } = true;

    public bool Synthetic { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Rises with every change; the ETag.</summary>
    public int Version { get; set; }
}
