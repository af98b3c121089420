using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Mainstreet.Foundation.Currencies;

/// <summary>An amount of money in minor units with its ISO 4217 currency. Arithmetic is checked: it throws instead of wrapping round.</summary>
/// <param name="Amount">Minor units, 0 to 10^12 in requests.</param>
/// <param name="Currency">Three capital letters.</param>
public sealed record Money(
    [property: Range(0, 1_000_000_000_000)] long Amount,
    [property: RegularExpression("^[A-Z]{3}$", ErrorMessage = "must be three capital letters, as in ISO 4217")] string Currency)
{
    [JsonIgnore]
    public bool IsZero => Amount == 0;

    public static Money Zero(string currency) => new(0, currency);

    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    /// <exception cref="OverflowException">The sum is too large.</exception>
    public static Money operator +(Money left, Money right) => new(checked(left.Amount + right.Alike(left)), left.Currency);

    /// <inheritdoc cref="op_Addition"/>
    public static Money operator -(Money left, Money right) => new(checked(left.Amount - right.Alike(left)), left.Currency);

    /// <exception cref="OverflowException">The product is too large.</exception>
    public static Money operator *(Money price, long quantity) => new(checked(price.Amount * quantity), price.Currency);

    public static Money Add(Money left, Money right) => left + right;

    public static Money Subtract(Money left, Money right) => left - right;

    public static Money Multiply(Money price, long quantity) => price * quantity;

    private long Alike(Money other) => Currency == other.Currency
        ? Amount : throw new InvalidOperationException($"{Currency} and {other.Currency} do not add up.");
}
