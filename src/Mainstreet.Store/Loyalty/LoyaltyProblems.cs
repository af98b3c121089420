using System.Globalization;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Store.Loyalty;

/// <summary>The expected failures of loyalty.</summary>
internal static class LoyaltyProblems
{
    internal static Problem TooManyPoints(long most) => new(422, "too_many_points", "Points may pay for a part of an order only.")
    {
        Detail = string.Create(CultureInfo.InvariantCulture, $"This order takes at most {most} points."),
        Errors = new Dictionary<string, string[]> { ["redeemPoints"] = [string.Create(CultureInfo.InvariantCulture, $"must be at most {most}")] },
    };

    internal static Problem NotEnoughPoints(long available) => new(409, "not_enough_points", "You do not have as many points.")
    {
        Detail = string.Create(CultureInfo.InvariantCulture, $"You may spend {available} points."),
    };
}
