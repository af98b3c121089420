using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Store.Loyalty;

/// <summary>What points are worth. Section <c>Store:Loyalty</c>. A change counts from then on: points that were given keep their lots.</summary>
public sealed class LoyaltyOptions
{
    /// <summary>Money that earns one point, in minor units. Default 10000: one point for each 100 rupees.</summary>
    [Range(1, 1_000_000_000)]
    public long SpendPerPoint { get; set; } = 10_000;

    /// <summary>What a point takes off a bill, in minor units. Default 100: one rupee.</summary>
    [Range(1, 1_000_000)]
    public long PointValue { get; set; } = 100;

    /// <summary>Largest share of an order that points may pay, in percent. Default 50.</summary>
    [Range(0, 100)]
    public int RedeemMaxPercent { get; set; } = 50;

    /// <summary>What is left to be paid in money at least, in minor units. Default 100: payment providers take no less than one rupee.</summary>
    [Range(0, 1_000_000)]
    public long LeastPayable { get; set; } = 100;

    /// <summary>Life of a lot of points from the delivery that confirmed it, in days. Default 365.</summary>
    [Range(1, 36_500)]
    public int ExpiryDays { get; set; } = 365;

    /// <summary>Points that come back with a refund live at least this much longer, in days. Default 30.</summary>
    [Range(0, 3_650)]
    public int ReturnGraceDays { get; set; } = 30;

    /// <summary>How far ahead <c>GET /v1/loyalty</c> tells of points that expire, in days. Default 60.</summary>
    [Range(1, 3_650)]
    public int ExpiringDays { get; set; } = 60;
}
