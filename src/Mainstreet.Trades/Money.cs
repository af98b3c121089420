using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Trades;

/// <summary>An amount of money in minor units with its ISO 4217 currency.</summary>
/// <param name="Amount">Minor units, 0 to 10^12.</param>
/// <param name="Currency">Three capital letters.</param>
public sealed record Money(
    [property: Range(0, 1_000_000_000_000)] long Amount,
    [property: RegularExpression("^[A-Z]{3}$", ErrorMessage = "must be three capital letters, as in ISO 4217")] string Currency);

/// <summary>A range of money, both ends included.</summary>
public sealed record Estimate(Money Min, Money Max);
