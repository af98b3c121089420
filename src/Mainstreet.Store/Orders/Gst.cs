namespace Mainstreet.Store.Orders;

/// <summary>The tax inside one amount, in minor units: <c>Taxable + Cgst + Sgst + Igst</c> is the amount, exactly.</summary>
/// <param name="RateBasisPoints">The whole rate, 1800 for 18 %.</param>
/// <param name="Taxable">The value that the tax is charged on.</param>
/// <param name="Cgst">Central tax, inside the state.</param>
/// <param name="Sgst">State tax, inside the state; at most one minor unit more than <paramref name="Cgst"/>.</param>
/// <param name="Igst">Integrated tax, between states.</param>
internal readonly record struct TaxSplit(int RateBasisPoints, long Taxable, long Cgst, long Sgst, long Igst)
{
    internal long Tax => Cgst + Sgst + Igst;

    internal long Total => Taxable + Tax;
}

/// <summary>
/// Indian goods and services tax on prices that include it. The taxable value is the amount divided by one plus the rate, rounded to the
/// nearest minor unit with halves up (CGST Act 2017, section 170, carried to the paisa); the tax is the rest, so nothing is lost to rounding.
/// </summary>
internal static class Gst
{
    private const int Whole = 10_000;

    /// <summary>Splits an amount into its value and its tax.</summary>
    /// <param name="total">Minor units with tax, 0 or more.</param>
    /// <param name="rateBasisPoints">0 to 10,000.</param>
    /// <param name="insideState">True when seller and place of supply are in one state: half central, half state tax.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative amount or an impossible rate.</exception>
    internal static TaxSplit Split(long total, int rateBasisPoints, bool insideState)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(total);
        ArgumentOutOfRangeException.ThrowIfNegative(rateBasisPoints);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rateBasisPoints, Whole);
        var divisor = Whole + rateBasisPoints;
        // floor(2a + b over 2b) is a over b with halves up; 128 bits, since the amount times 20,000 may not fit in 64.
        var taxable = (long)(((Int128)total * 2 * Whole + divisor) / (2 * divisor));
        var tax = total - taxable;
        if (!insideState) return new TaxSplit(rateBasisPoints, taxable, 0, 0, tax);
        var central = tax / 2;
        return new TaxSplit(rateBasisPoints, taxable, central, tax - central, 0);
    }
}
