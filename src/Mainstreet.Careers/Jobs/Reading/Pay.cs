namespace Mainstreet.Careers.Jobs.Reading;

/// <summary>What is paid, as far as amount, currency and period are known.</summary>
/// <param name="Least">Minor units.</param>
/// <param name="Most">Minor units, not below <paramref name="Least"/>.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Per">What it is paid for.</param>
internal sealed record Pay(long Least, long Most, string Currency, PayPeriod Per)
{
    /// <summary>No currency has a unit worth so little that more than this is paid.</summary>
    private const decimal MostUnits = 100_000_000_000m;

    /// <summary>For a year of full time: 2,080 hours, 260 days, 52 weeks or 12 months.</summary>
    internal YearlyPay Yearly
    {
        get
        {
            var times = Per switch { PayPeriod.Hour => 2_080m, PayPeriod.Day => 260m, PayPeriod.Week => 52m, PayPeriod.Month => 12m, _ => 1m };
            var unit = Unit(Currency);
            return new YearlyPay(Math.Round(Least * times / unit), Math.Round(Most * times / unit), Currency);
        }
    }

    /// <param name="least">Units of the currency.</param>
    /// <param name="most">Units of the currency; may be the smaller one.</param>
    /// <param name="currency">ISO 4217 in capitals.</param>
    /// <param name="per">What it is paid for.</param>
    /// <returns>Null for amounts that nobody is paid.</returns>
    internal static Pay? Of(decimal least, decimal most, string currency, PayPeriod per)
    {
        if (least > most) (least, most) = (most, least);
        if (least < 0 || most <= 0 || most > MostUnits) return null;
        var unit = Unit(currency);
        return new Pay((long)Math.Round(least * unit), (long)Math.Round(most * unit), currency, per);
    }

    /// <summary>Minor units in one unit (ISO 4217).</summary>
    internal static decimal Unit(string currency) => currency switch
    {
        "JPY" or "KRW" or "VND" or "CLP" or "ISK" or "UGX" or "PYG" or "RWF" or "XAF" or "XOF" or "XPF" => 1m,
        "BHD" or "KWD" or "OMR" or "JOD" or "TND" or "IQD" or "LYD" => 1_000m,
        _ => 100m,
    };
}
