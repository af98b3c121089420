using Mainstreet.Foundation.Web;

namespace Mainstreet.Store.Orders;

/// <summary>A line before it is priced. Money in minor units.</summary>
internal sealed record BasketLine(
    LineKind Kind, Guid? ProductId, string? Sku, string Name, string? PackSize, string? Hsn, int Quantity, long UnitPrice, int RateBasisPoints);

/// <summary>A line with its discount and its tax: <c>Tax.Total</c> is quantity times price, less the discount.</summary>
internal sealed record PricedLine(
    LineKind Kind, Guid? ProductId, string? Sku, string Name, string? PackSize, string? Hsn, int Quantity, long UnitPrice, long Discount, TaxSplit Tax);

/// <summary>
/// What a basket costs, to the minor unit. The discount is spread over the lines in proportion to what they cost, so that each line's tax is
/// charged on what is paid for it (CGST Act 2017, section 15(3)(a)); every sum is the sum of its lines.
/// </summary>
internal sealed record Basket(IReadOnlyList<PricedLine> Lines, long Items, long Delivery, long Discount, long Total)
{
    /// <summary>One crore rupees in paise: above every order of a neighbourhood shop, and far below where a sum could overflow.</summary>
    internal const long MaxTotal = 1_000_000_000;

    internal const int MaxQuantity = 999;

    internal const int MaxLines = 100;

    /// <summary>Adds up the lines without a discount. Error: amount_too_large.</summary>
    internal static Outcome<long> Sum(IEnumerable<BasketLine> lines)
    {
        Int128 sum = 0;
        foreach (var line in lines) sum += (Int128)line.UnitPrice * line.Quantity;
        return sum > MaxTotal ? OrderProblems.AmountTooLarge : (long)sum;
    }

    /// <summary>Prices the lines. Errors: amount_too_large.</summary>
    /// <param name="lines">Each with a quantity of 1 or more and a price of 0 or more.</param>
    /// <param name="discount">0 to the sum of the lines.</param>
    /// <param name="insideState">See <see cref="Gst.Split"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The discount is above the sum.</exception>
    internal static Outcome<Basket> Price(IReadOnlyList<BasketLine> lines, long discount, bool insideState)
    {
        var sum = Sum(lines);
        if (!sum.Ok) return sum.Problem;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(discount, sum.Value);
        var discounts = Shares.Of(discount, [.. lines.Select(l => l.UnitPrice * l.Quantity)]);
        var priced = lines.Select((l, i) => new PricedLine(
            l.Kind, l.ProductId, l.Sku, l.Name, l.PackSize, l.Hsn, l.Quantity, l.UnitPrice, discounts[i],
            Gst.Split(l.UnitPrice * l.Quantity - discounts[i], l.RateBasisPoints, insideState))).ToList();
        var delivery = lines.Where(l => l.Kind == LineKind.Delivery).Sum(l => l.UnitPrice * l.Quantity);
        return new Basket(priced, sum.Value - delivery, delivery, discount, sum.Value - discount);
    }
}
