using Mainstreet.Occasions.Time;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Time;

/// <summary>A sample; all of it is <c>bench/Mainstreet.Benchmarks occasions-time</c>.</summary>
public sealed class TimeOracleTests
{
    [Theory, Trait("kind", "unit")]
    [InlineData("Pacific/Apia", 2010, 2013)]
    [InlineData("Pacific/Fakaofo", 2011, 2012)]
    [InlineData("Pacific/Kiritimati", 1994, 1996)]
    [InlineData("Pacific/Kwajalein", 1993, 1994)]
    [InlineData("America/New_York", 2006, 2008)]
    [InlineData("America/St_Johns", 2009, 2012)]
    [InlineData("America/Sao_Paulo", 2016, 2019)]
    [InlineData("Europe/London", 2026, 2028)]
    [InlineData("Australia/Lord_Howe", 2025, 2026)]
    [InlineData("Asia/Gaza", 2010, 2013)]
    [InlineData("Africa/Casablanca", 2023, 2026)]
    [InlineData("Antarctica/Troll", 2025, 2026)]
    [InlineData("Asia/Pyongyang", 2014, 2019)]
    [InlineData("Asia/Kathmandu", 2027, 2028)]
    [InlineData("Etc/GMT-14", 2035, 2037)]
    [InlineData("Etc/GMT+12", 2035, 2037)]
    public void No_difference_from_the_oracle_in_zones_that_have_done_it_all(string zone, int firstYear, int lastYear)
    {
        var comparison = new OracleComparison();
        comparison.Run(zone, firstYear, lastYear);
        comparison.Differences.ShouldBeEmpty();
        comparison.Count.ShouldBeGreaterThan(8_000);
    }

    [Fact, Trait("kind", "unit")]
    public void No_difference_from_the_oracle_in_zones_and_years_at_random()
    {
        var random = new Random(20_261_122);
        var comparison = new OracleComparison();
        for (var i = 0; i < 25; i++)
        {
            var year = random.Next(1990, 2037);
            comparison.Run(Zones.Ids[random.Next(Zones.Ids.Count)], year, year + 1);
        }

        comparison.Differences.ShouldBeEmpty();
    }
}
