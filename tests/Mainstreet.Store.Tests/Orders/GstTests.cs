using System.Numerics;

using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Store.Orders;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Orders;

[Trait("kind", "unit")]
public sealed class GstTests
{
    private static readonly int[] Rates = [0, 25, 300, 500, 1200, 1800, 2800, 4000, 10_000];

    [Theory]
    [InlineData(100_00, 1800, 84_75, 7_62, 7_63)]
    [InlineData(118_00, 1800, 100_00, 9_00, 9_00)]
    [InlineData(1, 1800, 1, 0, 0)]
    [InlineData(3, 1800, 3, 0, 0)]
    [InlineData(4, 1800, 3, 0, 1)]
    [InlineData(50_00, 0, 50_00, 0, 0)]
    [InlineData(105, 500, 100, 2, 3)]
    [InlineData(140_00, 4000, 100_00, 20_00, 20_00)]
    public void Known_amounts_split_as_worked_out_byHand(long total, int rate, long taxable, long cgst, long sgst)
    {
        Gst.Split(total, rate, insideState: true).ShouldBe(new TaxSplit(rate, taxable, cgst, sgst, 0));
        Gst.Split(total, rate, insideState: false).ShouldBe(new TaxSplit(rate, taxable, 0, 0, cgst + sgst));
    }

    [Fact]
    public void Every_amount_up_to_a_million_paise_adds_up_at_every_rate()
    {
        foreach (var rate in Rates)
        {
            for (long total = 1; total <= 1_000_000; total++)
            {
                var inside = Gst.Split(total, rate, insideState: true);
                var outside = Gst.Split(total, rate, insideState: false);
                // Shouldly is too slow for eighteen million assertions.
                if (inside.Taxable + inside.Cgst + inside.Sgst != total || inside.Igst != 0 || inside.Sgst - inside.Cgst is not (0 or 1)
                    || outside.Taxable != inside.Taxable || outside.Igst != inside.Cgst + inside.Sgst || outside.Cgst + outside.Sgst != 0
                    || inside.Taxable < 0 || inside.Tax < 0
                    // Within half a paisa of the exact value: |taxable x (1 + rate) - total| <= (1 + rate) / 2.
                    || Math.Abs(inside.Taxable * (10_000 + rate) - total * 10_000) * 2 > 10_000 + rate)
                {
                    Assert.Fail($"{total} at {rate}: {inside}, {outside}");
                }
            }
        }
    }

    [Fact]
    public void The_taxable_value_is_the_exact_quotient_with_halves_up() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Zip(Gen.Choose(0, int.MaxValue).Select(n => (long)n * 4_000_000), Gen.Choose(0, 10_000)).ToArbitrary(),
        pair =>
        {
            var (total, rate) = pair;
            // Written the slow, obvious way: whole part, and one more when the rest is at least half.
            var whole = BigInteger.DivRem(new BigInteger(total) * 10_000, 10_000 + rate, out var rest);
            if (rest * 2 >= 10_000 + rate) whole++;
            return Gst.Split(total, rate, insideState: true).Taxable == (long)whole;
        }));

    [Theory]
    [InlineData(-1, 1800)]
    [InlineData(1, -1)]
    [InlineData(1, 10_001)]
    public void Impossible_amounts_and_rates_are_refused(long total, int rate) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Gst.Split(total, rate, insideState: true));
}
