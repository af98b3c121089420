using System.Text;
using System.Text.Json.Nodes;

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

    [Fact]
    public void Every_member_of_the_public_resumes_that_is_broken_is_named_by_its_path()
    {
        var file = SharedData.Find(Path.Combine("careers", "resumes", "john-doe.json"));
        Assert.SkipWhen(file is null, "The public résumés are not here.");
        var broken = 0;
        foreach (var each in Directory.GetFiles(Path.GetDirectoryName(file)!, "*.json").Where(f => !Path.GetFileName(f).StartsWith('_')))
        {
            foreach (var (path, set) in Known(JsonNode.Parse(File.ReadAllText(each))!, ResumeSchema.Root, "$"))
            {
                var problem = ResumeReader.Check(set(false).ToJsonString(Documents.Compact)).ShouldNotBeNull($"{each} {path}");
                problem.Errors!.Keys.ShouldBe([path], each);
                set(true);
                broken++;
            }
        }

        broken.ShouldBeGreaterThan(500);
    }

    /// <summary>Each member that the schema names, with a way to break it and to put it back.</summary>
    private static IEnumerable<(string Path, Func<bool, JsonNode> Set)> Known(JsonNode node, MemberRule rule, string path)
    {
        if (node is JsonObject item)
        {
            foreach (var (name, member) in rule.Members!.Where(m => item.ContainsKey(m.Key)))
            {
                var own = item[name];
                if (own is JsonObject or JsonArray)
                    foreach (var inner in Known(own, member, $"{path}.{name}")) yield return inner;
                yield return (name == "$schema" ? $"{path}['$schema']" : $"{path}.{name}", back =>
                {
                    item[name] = back ? own : JsonValue.Create(7);
                    return item.Root;
                }
                );
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                var (index, own) = (i, items[i]);
                if (own is JsonObject)
                    foreach (var inner in Known(own, rule with { Form = ValueForm.Object }, $"{path}[{i}]")) yield return inner;
                yield return ($"{path}[{i}]", back =>
                {
                    items[index] = back ? own : JsonValue.Create(true);
                    return items.Root;
                }
                );
            }
        }
    }
}
