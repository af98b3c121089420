using System.Text.Json.Nodes;

using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Profiles.Resumes;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Profiles;

[Trait("kind", "unit")]
public sealed class FactReaderTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory, MemberData(nameof(Seeds))]
    public void Facts_keep_their_ids_when_lists_are_put_in_another_order(int seed)
    {
        var document = RandomResume.Make(seed);
        var before = FactReader.Read(document.ToJsonString());
        before.Select(f => f.Id).Distinct().Count().ShouldBe(before.Count);
        RandomResume.Shuffle(document, new Random(seed));
        var after = FactReader.Read(document.ToJsonString());
        after.Select(f => (f.Id, f.Kind, f.Text)).Order().ShouldBe(before.Select(f => (f.Id, f.Kind, f.Text)).Order());
    }

    [Theory, MemberData(nameof(Seeds))]
    public void A_fact_that_goes_leaves_the_ids_of_all_others(int seed)
    {
        var document = RandomResume.Make(seed);
        var before = FactReader.Read(document.ToJsonString());
        if (document["skills"] is not JsonArray { Count: > 0 } skills) return;
        skills.RemoveAt(skills.Count - 1);
        var after = FactReader.Read(document.ToJsonString());
        after.Select(f => f.Id).ShouldBeSubsetOf(before.Select(f => f.Id));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void A_random_document_is_a_resume_and_comes_back_as_it_went_in(int seed)
    {
        var text = RandomResume.Make(seed).ToJsonString();
        ResumeReader.Read(System.Text.Encoding.UTF8.GetBytes(text)).Value.ShouldBe(text);
        foreach (var fact in FactReader.Read(text)) fact.Path.ShouldStartWith("$.");
        CvView.Of(text).ShouldNotBeNull();
    }

    [Fact]
    public void A_highlight_hangs_on_its_job_and_carries_its_employer_and_dates()
    {
        var facts = FactReader.Read("""{"work":[{"company":"Corner","position":"Clerk","startDate":"2019-05","highlights":["Sold bread","Sold bread"]}],"skills":[{"name":"Data","level":"Good","keywords":["SQL"]}]}""");
        var job = facts.Single(f => f.Kind == FactKind.Work);
        (job.Text, job.Employer, job.From, job.To).ShouldBe(("Clerk, Corner", "Corner", new PartialDate(2019, 5), null));
        var sold = facts.Where(f => f.Kind == FactKind.Highlight).ToList();
        sold.ShouldAllBe(f => f.ParentId == job.Id && f.Employer == "Corner" && f.Title == "Clerk");
        sold[1].Id.ShouldBe(sold[0].Id + "-2");
        facts.Single(f => f.Text == "SQL").ParentId.ShouldBe(facts.Single(f => f.Text == "Data").Id);
        facts.Single(f => f.Text == "SQL").Path.ShouldBe("$.skills[0].keywords[0]");
    }
}

/// <summary>Documents by dice: known and unknown members, empty ones, repeated ones, letters of all sorts.</summary>
internal static class RandomResume
{
    private static readonly string[] Words = ["bread", "Öl", "C#", "日本", "ledger", "  two  blanks ", "", "\"quoted\"", "a<b>&c", "line\nbreak", "😀", "Zoë"];

    internal static JsonObject Make(int seed)
    {
        var random = new Random(seed);
        var root = new JsonObject { ["basics"] = Item(random, ResumeSchema.Root.Members!["basics"].Members!) };
        foreach (var section in ResumeSchema.Sections.Where(_ => random.Next(5) > 0))
            root[section] = new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => (JsonNode)Item(random, ResumeSchema.Root.Members![section].Members!))]);
        root["x-own"] = new JsonObject { ["number"] = 1.50m, ["flag"] = true, ["none"] = null, ["list"] = new JsonArray(1, "two") };
        return root;
    }

    internal static void Shuffle(JsonNode? node, Random random)
    {
        if (node is JsonObject item) foreach (var member in item.ToList()) Shuffle(member.Value, random);
        if (node is not JsonArray list) return;
        var items = list.ToList();
        list.Clear();
        foreach (var each in items) Shuffle(each, random);
        foreach (var each in items.OrderBy(_ => random.Next())) list.Add(each);
    }

    private static JsonObject Item(Random random, IReadOnlyDictionary<string, MemberRule> members)
    {
        var item = new JsonObject();
        foreach (var (name, rule) in members.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            if (random.Next(3) == 0) continue;
            item[name] = rule.Form switch
            {
                ValueForm.Text => Text(random),
                ValueForm.Date => random.Next(4) == 0 ? "" : new PartialDate(random.Next(1990, 2026), random.Next(1, 13)).ToString(),
                ValueForm.Address => random.Next(4) == 0 ? "" : $"https://example.com/{random.Next(100)}",
                ValueForm.Email => $"p{random.Next(100)}@example.test",
                ValueForm.Texts => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => (JsonNode)Text(random))]),
                ValueForm.Object => Item(random, rule.Members!),
                _ => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => (JsonNode)Item(random, rule.Members!))]),
            };
        }

        if (random.Next(3) == 0) item["x-unknown"] = random.Next();
        return item;
    }

    private static string Text(Random random) => string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Words[random.Next(Words.Length)]));
}
