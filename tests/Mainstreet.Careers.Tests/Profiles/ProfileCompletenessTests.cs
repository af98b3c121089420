using Mainstreet.Careers.Profiles;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Profiles;

[Trait("kind", "unit")]
public sealed class ProfileCompletenessTests
{
    private const string Full = """
        {"basics": {"name": "Nora Vance", "label": "Shop manager", "email": "nora@example.test", "summary": "Runs shops."},
         "work": [
           {"name": "Old House", "position": "Cashier", "startDate": "2010", "endDate": "2012", "highlights": ["Balanced the till", "Swept the floor", "Opened the shop"]},
           {"name": "Harbour Foods", "position": "Manager", "startDate": "2019-03", "highlights": ["Trained 12 colleagues", "Counted the stock"]}],
         "education": [{"institution": "Town College"}],
         "skills": [{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "d"}, {"name": "e"}],
         "languages": [{"language": "English"}]}
        """;

    [Fact]
    public void Nothing_is_nothing_and_all_is_a_hundred()
    {
        ProfileCompleteness.Of([], published: false).Percent.ShouldBe(0);
        ProfileCompleteness.Of(FactReader.Read("{}"), published: false).Percent.ShouldBe(0);
        var full = ProfileCompleteness.Of(FactReader.Read(Full), published: true);
        full.Missing.ShouldBeEmpty();
        full.Percent.ShouldBe(100);
    }

    [Theory]
    [InlineData("\"email\": \"nora@example.test\", ", "", "Contact")]
    [InlineData("\"label\": \"Shop manager\", ", "", "Headline and summary")]
    [InlineData(", \"Counted the stock\"", "", "What you did")]
    [InlineData(", {\"name\": \"e\"}", "", "Skills")]
    [InlineData("\"language\": \"English\"", "", "Languages")]
    [InlineData("\"institution\": \"Town College\"", "", "Education or certificates")]
    public void What_is_taken_away_is_asked_for(string words, string instead, string step)
    {
        Full.ShouldContain(words);
        var left = ProfileCompleteness.Of(FactReader.Read(Full.Replace(words, instead, StringComparison.Ordinal)), published: true);
        left.Missing.Select(s => s.Name).ShouldBe([step]);
        left.Percent.ShouldBe(88);
    }

    [Fact]
    public void One_that_is_not_published_lacks_that_only() =>
        ProfileCompleteness.Of(FactReader.Read(Full), published: false).Missing.Select(s => s.Name).ShouldBe(["On the web"]);
}
