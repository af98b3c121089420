namespace Mainstreet.Store.Loyalty;

/// <summary>Sums between money and points; exact for every amount that a <see cref="long"/> holds.</summary>
internal static class PointsRules
{
    /// <summary>Points for what was paid: whole ones only.</summary>
    internal static long Earned(long paid, LoyaltyOptions options) => Math.Max(0, paid) / options.SpendPerPoint;

    /// <summary>The most points that may be spent on an order of this total.</summary>
    internal static long MostFor(long total, LoyaltyOptions options)
    {
        var share = (long)((Int128)Math.Max(0, total) * options.RedeemMaxPercent / 100);
        return Math.Max(0, Math.Min(share, total - options.LeastPayable)) / options.PointValue;
    }

    /// <summary>What a refund takes back of the earned points: its share of the payment rounded down, all of them when everything went back.</summary>
    internal static long TakenBack(long earned, long refunded, long captured) =>
        refunded >= captured ? earned : refunded <= 0 ? 0 : (long)((Int128)earned * refunded / captured);
}
