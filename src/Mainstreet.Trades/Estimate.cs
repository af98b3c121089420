using Mainstreet.Foundation.Currencies;

namespace Mainstreet.Trades;

/// <summary>A range of money, both ends included.</summary>
public sealed record Estimate(Money Min, Money Max);
