namespace Mainstreet.Store.Catalogue;

/// <summary>The rate of a tax class from a day on, until the next row of the class.</summary>
internal sealed class TaxRate
{
    public string TaxClass { get; set; } = "";

    /// <summary>First day, in the shop's country.</summary>
    public DateOnly ValidFrom { get; set; }

    /// <summary>Hundredths of a per cent: 1800 is 18 %.</summary>
    public int RateBp { get; set; }
}
