namespace Mainstreet.Store.Invoices;

/// <summary>A tax invoice (CGST Rules 2017, rule 46), issued when the goods are packed: the seller and the buyer as they were that day. Its sums are those of the order's lines.</summary>
internal sealed class Invoice
{
    public required Guid OrderId { get; init; }

    public required Guid BusinessId { get; init; }

    /// <summary>Unique in the business, consecutive in its financial year, at most 16 characters: <c>2627/000042</c>.</summary>
    public required string Number { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required string SellerName { get; init; }

    public required string SellerAddress { get; init; }

    public string? Gstin { get; init; }

    /// <summary>GST code of the seller's state.</summary>
    public string? StateCode { get; init; }

    public required string BuyerName { get; init; }

    /// <summary>IANA zone in which the invoice's dates are read.</summary>
    public required string TimeZone { get; init; }
}

/// <summary>The last number that a business used in a financial year. Advanced in the transaction that issues the invoice, so the series has no gap.</summary>
internal sealed class InvoiceSeries
{
    public required Guid BusinessId { get; init; }

    /// <summary>Two digits of each calendar year that it touches: <c>2627</c> for April 2026 to March 2027.</summary>
    public required string Year { get; init; }

    public required int Last { get; set; }
}
