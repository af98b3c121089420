namespace Mainstreet.Store.Loyalty.Achievements;

/// <summary>Something to reach. Stays reached, also when an order is refunded later.</summary>
internal sealed class Achievement
{
    public required Guid CustomerId { get; init; }

    /// <summary>An <see cref="AchievementRule.Code"/>; one of a rule that is no more is not shown.</summary>
    public required string Code { get; init; }

    public required DateTimeOffset AchievedAt { get; init; }
}

/// <summary>What a customer has done, of all shops, as rules see it.</summary>
/// <param name="Orders">Orders delivered.</param>
/// <param name="Shops">Businesses that delivered at least one of them.</param>
/// <param name="Points">Points earned by them.</param>
/// <param name="Redemptions">Orders partly paid with points that were not given back.</param>
internal sealed record ShopperFacts(long Orders, long Shops, long Points, long Redemptions);

/// <summary>An achievement as data.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Measure">The fact that counts.</param>
/// <param name="Target">What it must reach.</param>
internal sealed record AchievementRule(string Code, string Title, string Description, Func<ShopperFacts, long> Measure, long Target);

/// <summary>The rules, in the order in which they are shown.</summary>
internal static class AchievementRules
{
    internal static IReadOnlyList<AchievementRule> All { get; } =
    [
        new("first_order", "First order", "Your first order was delivered.", f => f.Orders, 1),
        new("tenth_order", "Regular", "Ten orders were delivered to you.", f => f.Orders, 10),
        new("hundredth_order", "Part of the street", "A hundred orders were delivered to you.", f => f.Orders, 100),
        new("two_shops", "Round the corner", "You ordered from two shops.", f => f.Shops, 2),
        new("five_shops", "Up and down the street", "You ordered from five shops.", f => f.Shops, 5),
        new("first_redemption", "Well spent", "You paid with points for the first time.", f => f.Redemptions, 1),
        new("hundred_points", "Collector", "You earned a hundred points.", f => f.Points, 100),
        new("thousand_points", "Treasurer", "You earned a thousand points.", f => f.Points, 1_000),
    ];
}
