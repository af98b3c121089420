using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Store.Orders;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Orders;

[Trait("kind", "unit")]
public sealed class BasketTests
{
    private static readonly int[] Rates = [0, 500, 1200, 1800, 2800, 4000];

    private static readonly Gen<BasketLine> Lines =
        from quantity in Gen.Choose(1, Basket.MaxQuantity)
        from price in Gen.OneOf(Gen.Choose(0, 200), Gen.Choose(0, 9_000))
        from rate in Gen.Elements(Rates)
        from kind in Gen.Frequency((9, Gen.Constant(LineKind.Goods)), (1, Gen.Constant(LineKind.Delivery)))
        select new BasketLine(kind, null, null, "", null, null, quantity, price, rate);

    private static readonly Gen<(BasketLine[] Lines, long Discount, bool Inside)> Baskets =
        from count in Gen.Choose(1, Basket.MaxLines)
        from lines in Lines.ArrayOf(count)
        let sum = lines.Sum(l => l.UnitPrice * l.Quantity)
        from part in Gen.Choose(0, 1000)
        from inside in Gen.Elements(true, false)
        select (lines, sum * part / 1000, inside);

    [Fact]
    public void Random_baskets_add_up_to_the_paisa_line_by_line() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(Baskets.ToArbitrary(), given =>
    {
        var (lines, discount, inside) = given;
        var priced = Basket.Price(lines, discount, inside);
        priced.Ok.ShouldBeTrue();
        var basket = priced.Value!;
        basket.Total.ShouldBe(basket.Items + basket.Delivery - discount);
        basket.Lines.Sum(l => l.Tax.Total).ShouldBe(basket.Total);
        basket.Lines.Sum(l => l.Discount).ShouldBe(discount);
        basket.Lines.Sum(l => l.Tax.Taxable + l.Tax.Cgst + l.Tax.Sgst + l.Tax.Igst).ShouldBe(basket.Total);
        foreach (var (line, of) in basket.Lines.Zip(lines))
        {
            line.Tax.Total.ShouldBe(of.UnitPrice * of.Quantity - line.Discount);
            line.Tax.Total.ShouldBeGreaterThanOrEqualTo(0);
            line.Tax.ShouldBe(Gst.Split(line.Tax.Total, of.RateBasisPoints, inside));
        }
    }));

    [Fact]
    public void Shares_are_exact_fair_and_never_above_what_carries_them() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from weights in Gen.Choose(0, 100_000).Select(n => (long)n).NonEmptyListOf()
         from part in Gen.Choose(0, 1000)
         select (Weights: weights.ToArray(), Amount: weights.Sum() * part / 1000)).ToArbitrary(),
        given =>
        {
            var shares = Shares.Of(given.Amount, given.Weights);
            shares.Sum().ShouldBe(given.Amount);
            var sum = (decimal)given.Weights.Sum();
            for (var i = 0; i < shares.Length; i++)
            {
                shares[i].ShouldBeInRange(0, given.Weights[i]);
                if (sum > 0) Math.Abs(shares[i] - given.Amount * given.Weights[i] / sum).ShouldBeLessThan(1);
            }
        }));

    [Fact]
    public void A_basket_beyond_the_limit_is_refused_and_does_not_overflow()
    {
        BasketLine[] lines = [.. Enumerable.Repeat(new BasketLine(LineKind.Goods, null, null, "", null, null, 999, 1_000_000_000_000, 1800), 100)];
        Basket.Price(lines, 0, insideState: true).Problem!.Code.ShouldBe("amount_too_large");
    }

    [Theory]
    [InlineData("560038", "29")]
    [InlineData("560 038", "29")]
    [InlineData("110001", "07")]
    [InlineData("403001", "30")]
    [InlineData("737101", "11")]
    [InlineData("834001", "20")]
    [InlineData("10001", null)]
    [InlineData("56003X", null)]
    [InlineData("0000001", null)]
    [InlineData("", null)]
    public void The_state_is_read_from_the_pin_code(string code, string? state) => PlaceOfSupply.StateOf(code).ShouldBe(state);

    [Fact]
    public void The_place_of_delivery_decides_which_tax_is_charged()
    {
        PlaceOfSupply.IsInside("29", null, "IN", "560038").ShouldBeTrue();
        PlaceOfSupply.IsInside("29", null, "IN", "110001").ShouldBeFalse();
        PlaceOfSupply.IsInside("29", "29", "IN", "110001").ShouldBeTrue();
        PlaceOfSupply.IsInside("29", null, "IN", "next door").ShouldBeTrue();
        PlaceOfSupply.IsInside("29", null, "NP", "44600").ShouldBeFalse();
        PlaceOfSupply.IsInside(null, null, "US", "10001").ShouldBeTrue();
    }
}
