using Mainstreet.Foundation.Currencies;

namespace Mainstreet.Store.Catalogue;

/// <summary>Something that a shop sells. Its price contains the tax.</summary>
internal sealed class Product
{
    public Guid Id { get; set; }

    public Guid BusinessId { get; set; }

    /// <summary>The business's own number of it, unique there.</summary>
    public string Sku { get; set; } = "";

    public string Name { get; set; } = "";

    public string Brand { get; set; } = "";

    public string Category { get; set; } = "";

    public string SubCategory { get; set; } = "";

    public string Description { get; set; } = "";

    /// <summary>For people, as on the packet: <c>500 g</c>.</summary>
    public string PackSize { get; set; } = "";

    /// <summary>Minor units, tax included.</summary>
    public long PriceAmount { get; set; }

    /// <summary>The printed maximum retail price, minor units.</summary>
    public long? MrpAmount { get; set; }

    public string Currency { get; set; } = "INR";

    /// <summary>One of <see cref="TaxRates.Classes"/>.</summary>
    public string TaxClass { get; set; } = TaxRates.Standard;

    /// <summary>Harmonised system code, 4 to 8 digits, for the invoice.</summary>
    public string? Hsn { get; set; }

    /// <summary>Names the picture in its address; another picture has another. Null: none.</summary>
    public Guid? ImageId { get; set; }

    /// <summary>The picture's file.</summary>
    public string? ImageKey { get; set; }

    /// <summary>Media type of the picture.</summary>
    public string? ImageType { get; set; }

    /// <summary>False: kept for orders that name it, not sold or found.</summary>
    public bool Active { get; set; } = true;

    public bool Synthetic { get; set; }

    /// <summary>Rises with every change; the ETag.</summary>
    public int Version { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public string? ImageUrl => ImageId is { } image ? $"/v1/products/{Id}/images/{image}" : null;

    public Money Price => new(PriceAmount, Currency);

    public Money? Mrp => MrpAmount is { } amount ? new Money(amount, Currency) : null;
}
