using Mainstreet.Careers.Profiles;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Profiles;

[Trait("kind", "unit")]
public sealed class PartialDateTests
{
    [Theory, InlineData("2020"), InlineData("2020-02"), InlineData("2020-02-29")]
    public void What_is_read_is_written_the_same(string text) => PartialDate.Parse(text).ToString().ShouldBe(text);

    [Theory, InlineData(""), InlineData("20"), InlineData("2021-02-29"), InlineData("2020-13"), InlineData("2020-2"), InlineData("2020-01-01T00:00"), InlineData("now")]
    public void What_is_no_date_is_none(string text) => PartialDate.Parse(text).ShouldBeNull();
}
