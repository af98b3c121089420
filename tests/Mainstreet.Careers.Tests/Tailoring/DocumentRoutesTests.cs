using System.Text.Json;

using Mainstreet.Careers.Profiles.Import.Pdf;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Tailoring;

[Trait("kind", "db")]
public sealed class DocumentRoutesTests(CareersApps apps)
{
    private const string Resume = """
        {
          "basics": {"name": "Mina Halvorsen", "label": "Shop assistant", "email": "mina@example.org", "location": {"city": "Pune", "countryCode": "IN"}},
          "work": [
            {"name": "Harbour Foods", "position": "Assistant Shop Manager", "startDate": "2019-03", "endDate": "2022-02",
             "highlights": ["Trained 12 staff in cash handling", "Managed stock control for 40 pallets"]},
            {"name": "Riverside Bakery", "position": "Baker", "startDate": "2016-01", "endDate": "2019-02", "highlights": ["Baked bread for 300 customers a day"]}
          ],
          "skills": [{"name": "Baking"}, {"name": "Stock control"}]
        }
        """;

    private static readonly object Posting = new { title = "Stock Clerk", company = "Corner House", place = "Pune, IN", description = "Requirements:\n- 2+ years of stock control\n- Forklift\nNo Java needed." };

    [Theory, EachEngine]
    public async Task A_fit_is_answered_with_evidence(Engine engine)
    {
        var user = await PersonAsync(engine);
        var answer = await user.PostAsync("/v1/hunter/analyze-gap", new { posting = Posting });
        var parts = answer.GetProperty("parts").EnumerateArray().ToList();
        answer.GetProperty("score").GetDecimal().ShouldBe(parts.Sum(part => part.GetProperty("points").GetDecimal()));
        answer.GetProperty("verdict").GetString().ShouldBeOneOf("apply_now", "strong_candidate", "moderate_fit", "stretch_goal", "skip");
        var requirements = answer.GetProperty("requirements").EnumerateArray().ToDictionary(one => one.GetProperty("label").GetString()!, one => one);
        requirements["Stock control"].GetProperty("state").GetString().ShouldBe("met");
        requirements["Stock control"].GetProperty("evidence")[0].GetProperty("quote").GetString().ShouldBe("Managed stock control for 40 pallets");
        requirements["Forklift"].GetProperty("state").GetString().ShouldBe("missing");
        requirements.ShouldNotContainKey("Java");
        (await user.PostAsync("/v1/hunter/analyze-gap", new { posting = Posting })).GetRawText().ShouldBe(answer.GetRawText());
    }

    [Theory, EachEngine]
    public async Task A_resume_is_written_read_and_taken_back_by_block(Engine engine)
    {
        var user = await PersonAsync(engine);
        var made = await user.PostAsync("/v1/documents", new { kind = "resume", posting = Posting });
        var id = made.GetProperty("id").GetGuid();
        var blocks = made.GetProperty("blocks").EnumerateArray().ToList();
        blocks.ShouldAllBe(block => block.GetProperty("factIds").GetArrayLength() > 0);
        blocks.ShouldContain(block => block.GetProperty("text").GetString() == "Assistant Shop Manager, Harbour Foods, Mar 2019 – Feb 2022");
        blocks.ShouldNotContain(block => block.GetProperty("text").GetString()!.Contains("Forklift", StringComparison.Ordinal));
        var added = made.GetProperty("changes").EnumerateArray().Single(change => change.GetProperty("change").GetString() == "added").GetProperty("blockId").GetString()!;

        (await user.SendJsonAsync(HttpMethod.Patch, $"/v1/documents/{id}", $$"""{"reverted":["{{added}}","nonsense"]}""", ("If-Match", "\"9\""))).Code.ShouldBe("stale_version");
        var changed = await user.SendJsonAsync(HttpMethod.Patch, $"/v1/documents/{id}", $$"""{"reverted":["{{added}}","nonsense"]}""", ("If-Match", "\"1\""));
        (changed.Status, changed.ETag).ShouldBe((200, "\"2\""));
        changed.Body.GetProperty("blocks").EnumerateArray().ShouldNotContain(block => block.GetProperty("id").GetString() == added);

        // What leaves the profile leaves the document.
        await user.PutAsync("/v1/profiles/me", JsonSerializer.Deserialize<JsonElement>(Resume.Replace("\"Managed stock control for 40 pallets\"", "\"Opened the shop\"", StringComparison.Ordinal)));
        (await user.GetAsync($"/v1/documents/{id}")).GetProperty("blocks").EnumerateArray().ShouldNotContain(block => block.GetProperty("text").GetString()!.Contains("pallets", StringComparison.Ordinal));
        (await user.GetAsync("/v1/documents")).GetProperty("items").GetArrayLength().ShouldBe(1);

        var stranger = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        (await stranger.SendAsync(HttpMethod.Get, $"/v1/documents/{id}")).Status.ShouldBe(404);
        (await stranger.GetAsync("/v1/documents")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task A_document_is_given_as_a_file_of_what_may_be_sent(Engine engine)
    {
        var user = await PersonAsync(engine);
        var made = await user.PostAsync("/v1/documents", new { kind = "resume", posting = Posting });
        var path = $"/v1/documents/{made.GetProperty("id").GetGuid()}/export";
        using var pdf = await user.Http.GetAsync(path);
        pdf.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        var text = string.Join(' ', PdfTextLayer.Read(await pdf.Content.ReadAsByteArrayAsync()).Value!.Select(line => line.Text));
        text.ShouldContain("Managed stock control for 40 pallets");
        text.ShouldNotContain("Forklift");
        using var docx = await user.Http.GetAsync(path + "?format=docx");
        (await docx.Content.ReadAsByteArrayAsync())[..2].ShouldBe("PK"u8.ToArray());
        ((int)(await user.Http.GetAsync(path + "?format=exe")).StatusCode).ShouldBe(400);

        // A fact that leaves the profile leaves the file.
        await user.PutAsync("/v1/profiles/me", JsonSerializer.Deserialize<JsonElement>(Resume.Replace("\"Managed stock control for 40 pallets\"", "\"Opened the shop\"", StringComparison.Ordinal)));
        using var later = await user.Http.GetAsync(path);
        string.Join(' ', PdfTextLayer.Read(await later.Content.ReadAsByteArrayAsync()).Value!.Select(line => line.Text)).ShouldNotContain("pallets");

        var stranger = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        (await stranger.SendAsync(HttpMethod.Get, path)).Status.ShouldBe(404);
    }

    [Theory, EachEngine]
    public async Task A_letter_admits_what_is_missing(Engine engine)
    {
        var user = await PersonAsync(engine);
        var letter = await user.PostAsync("/v1/documents", new { kind = "letter", posting = Posting });
        var texts = letter.GetProperty("blocks").EnumerateArray().Select(block => block.GetProperty("text").GetString()!).ToList();
        texts[0].ShouldBe("Dear hiring team at Corner House,");
        texts.ShouldContain("Forklift would be new to me, and I say so openly.");
        texts.ShouldContain("As Assistant Shop Manager at Harbour Foods, I managed stock control for 40 pallets");
    }

    [Theory, EachEngine]
    public async Task What_cannot_be_answered_says_why(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/hunter/analyze-gap", """{"posting":{"title":"Clerk","description":"x"}}""")).Code.ShouldBe("profile_not_found");
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/hunter/analyze-gap", "{}")).Fields.ShouldBe(["jobId"]);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/hunter/analyze-gap", """{"posting":{"title":"","description":"x"}}""")).Status.ShouldBe(400);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/documents", """{"kind":"poem","posting":{"title":"Clerk","description":"x"}}""")).Status.ShouldBe(400);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/documents", """{"kind":"resume","jobId":"01930000-0000-7000-8000-000000000000"}""")).Code.ShouldBe("posting_not_found");
        await user.SendJsonAsync(HttpMethod.Put, "/v1/profiles/me", "{}");
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/documents", """{"kind":"resume","posting":{"title":"Clerk","description":"x"}}""")).Code.ShouldBe("profile_empty");
    }

    private async Task<TestUser> PersonAsync(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        await user.PutAsync("/v1/profiles/me", JsonSerializer.Deserialize<JsonElement>(Resume));
        return user;
    }
}
