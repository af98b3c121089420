using System.Text;

using Mainstreet.Careers.Profiles.Resumes;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Profiles;

[Trait("kind", "unit")]
public sealed class ResumeReaderTests
{
    [Theory,
        InlineData("""[]""", "$"),
        InlineData("""{"basics":[]}""", "$.basics"),
        InlineData("""{"basics":{"name":7}}""", "$.basics.name"),
        InlineData("""{"basics":{"name":null}}""", "$.basics.name"),
        InlineData("""{"basics":{"email":"nobody"}}""", "$.basics.email"),
        InlineData("""{"basics":{"email":"a@b c"}}""", "$.basics.email"),
        InlineData("""{"basics":{"url":"example"}}""", "$.basics.url"),
        InlineData("""{"basics":{"url":"http://"}}""", "$.basics.url"),
        InlineData("""{"basics":{"profiles":{"network":"X"}}}""", "$.basics.profiles"),
        InlineData("""{"work":{}}""", "$.work"),
        InlineData("""{"work":["Clerk"]}""", "$.work[0]"),
        InlineData("""{"work":[{},{"startDate":"May 2019"}]}""", "$.work[1].startDate"),
        InlineData("""{"work":[{"endDate":"2019-13"}]}""", "$.work[0].endDate"),
        InlineData("""{"work":[{"endDate":"2021-02-29"}]}""", "$.work[0].endDate"),
        InlineData("""{"work":[{"highlights":"sold bread"}]}""", "$.work[0].highlights"),
        InlineData("""{"work":[{"highlights":["a",2]}]}""", "$.work[0].highlights[1]"),
        InlineData("""{"skills":[{"keywords":[{}]}]}""", "$.skills[0].keywords[0]"),
        InlineData("""{"x y":{"it's":"\u0000"}}""", "$['x y']['it\\'s']"),
        InlineData("""{"own":"\ud800"}""", "$.own"),
        InlineData("""{"basics":{},"basics":{}}""", "$"),
        InlineData("""{"basics":""", "$"),
        InlineData("""<!DOCTYPE x>""", "$"),
        InlineData("", "$")]
    public void A_fault_is_named_by_its_path(string json, string path)
    {
        var problem = ResumeReader.Read(Encoding.UTF8.GetBytes(json)).Problem.ShouldNotBeNull();
        (problem.Status, problem.Code).ShouldBe((400, "invalid_request"));
        problem.Errors!.Keys.ShouldBe([path]);
    }

    [Fact]
    public void Bytes_that_are_no_text_and_nesting_without_end_are_refused()
    {
        ResumeReader.Read([(byte)'{', 0xFF, 0xFE, (byte)'}']).Problem!.Errors!.Keys.ShouldBe(["$"]);
        ResumeReader.Read(Encoding.UTF8.GetBytes(new string('[', 100_000))).Problem!.Errors!.Keys.ShouldBe(["$"]);
    }

    [Theory,
        InlineData("""{}"""),
        InlineData("""{"basics":{"picture":"me.png","website":"","email":""},"work":[{"company":"Hooli","website":"http://hooli.com","endDate":""}]}"""),
        InlineData("""{"own":{"deep":[1,2.50,null,true]},"work":[{"startDate":"2019","own":[]}]}""")]
    public void Earlier_versions_and_members_of_ones_own_are_taken(string json) => ResumeReader.Read(Encoding.UTF8.GetBytes(json)).Value.ShouldBe(json);
}
