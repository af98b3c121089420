using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Skills;

[Trait("kind", "unit")]
public sealed class SkillYearsTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Theory]
    [InlineData("2020-01..2020-12", 12)]
    [InlineData("2018..2020", 24)]
    [InlineData("2019..2019", 1)]
    [InlineData("2020-01..2020-12 2020-06..2021-06", 18)]
    [InlineData("2020-01..2020-12 2020-03..2020-04", 12)]
    [InlineData("2020-01..2020-02 2021-01..2021-02", 4)]
    [InlineData("2026-01..", 11)]
    [InlineData("2020-05-17..2020-05-20", 1)]
    [InlineData("..2020-05", 0)]
    [InlineData("2030-01..2031-01", 0)]
    [InlineData("2026-01..2030-01", 11)]
    public void Months_are_counted_once(string ranges, int months) =>
        SkillYears.Months(ranges.Split(' ').Select(range => range.Split("..")).Select(ends => (PartialDate.Parse(ends[0]), PartialDate.Parse(ends[1]))), Today).ShouldBe(months);

    [Fact]
    public void Merging_agrees_with_counting_every_month()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 500; round++)
        {
            var ranges = Enumerable.Range(0, random.Next(1, 8)).Select(_ =>
            {
                var first = random.Next(2000 * 12, 2026 * 12);
                var last = first + random.Next(0, 60);
                return (From: (PartialDate?)new PartialDate(first / 12, first % 12 + 1), To: (PartialDate?)new PartialDate(last / 12, last % 12 + 1));
            }).ToList();
            var counted = new HashSet<int>();
            foreach (var (from, to) in ranges)
            {
                for (var month = from!.Value.Year * 12 + from.Value.Month!.Value - 1; month < to!.Value.Year * 12 + to.Value.Month!.Value && month < 2026 * 12 + 11; month++) counted.Add(month);
            }
            SkillYears.Months(ranges, Today).ShouldBe(counted.Count);
        }
    }
}
