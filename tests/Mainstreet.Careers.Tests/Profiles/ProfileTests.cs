using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Profiles;

[Trait("kind", "db")]
public sealed class ProfileTests(CareersApps apps)
{
    private const string Small = """{"basics":{"name":"Nora Haddad","email":"nora@example.test","phone":"1","location":{"address":"1 Lane","city":"Leeds"}},"work":[{"position":"Clerk","name":"Corner","highlights":["Sold bread"]},{"position":"Driver","name":"Vans","highlights":["Drove"]}],"skills":[{"name":"Bread"}],"x-own":{"n":1.50}}""";

    [Theory, EachEngine]
    public async Task Every_public_resume_comes_back_as_it_went_in(Engine engine)
    {
        var file = SharedData.Find(Path.Combine("careers", "resumes", "john-doe.json"));
        Assert.SkipWhen(file is null, "The public résumés are not here.");
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var files = Directory.GetFiles(Path.GetDirectoryName(file)!, "*.json").Where(f => !Path.GetFileName(f).StartsWith('_')).ToList();
        files.Count.ShouldBeGreaterThan(8);
        foreach (var each in files)
        {
            var text = await File.ReadAllTextAsync(each);
            var put = await user.SendJsonAsync(HttpMethod.Put, "/v1/profiles/me", text);
            put.Status.ShouldBeOneOf([200, 201], $"{each}: {put.Body}");
            foreach (var path in new[] { "/v1/profiles/me", "/v1/profiles/me/export?format=jsonresume" })
                JsonNode.DeepEquals(JsonNode.Parse(await user.Http.GetStringAsync(path)), JsonNode.Parse(text)).ShouldBeTrue(each);
            var imported = await user.SendJsonAsync(HttpMethod.Post, "/v1/profiles/me/import", text);
            (imported.Status, imported.Body.GetProperty("format").GetString()).ShouldBe((200, "json"));
            foreach (var format in new[] { "pdf", "docx" }) (await user.Http.GetByteArrayAsync($"/v1/profiles/me/export?format={format}")).Length.ShouldBeGreaterThan(500);
        }
    }

    [Theory, EachEngine]
    public async Task A_profile_has_an_etag_and_is_its_owners_alone(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (nora, other) = (await TestUser.RegisterAsync(app), await TestUser.RegisterAsync(app));
        (await nora.SendAsync(HttpMethod.Get, "/v1/profiles/me")).Code.ShouldBe("profile_not_found");
        (await nora.SendJsonAsync(HttpMethod.Put, "/v1/profiles/me", """{"work":[{"startDate":"soon"}]}""")).Fields.ShouldBe(["$.work[0].startDate"]);
        var made = await nora.SendJsonAsync(HttpMethod.Put, "/v1/profiles/me", Small);
        (made.Status, made.ETag).ShouldBe((201, "\"1\""));
        (await nora.Http.GetStringAsync("/v1/profiles/me")).ShouldBe(Small);
        (await nora.SendJsonAsync(HttpMethod.Put, "/v1/profiles/me", Small, ("If-Match", "\"7\""))).Code.ShouldBe("stale_version");
        (await nora.SendJsonAsync(HttpMethod.Put, "/v1/profiles/me", Small, ("If-Match", "\"1\""))).ETag.ShouldBe("\"2\"");
        foreach (var path in new[] { "/v1/profiles/me", "/v1/profiles/me/facts", "/v1/profiles/me/export", "/v1/profiles/me/publication", "/v1/profiles/me/masks", $"/v1/profiles/{nora.Id}" })
            (await other.SendAsync(HttpMethod.Get, path)).Status.ShouldBe(404, path);
        using var nobody = await app.Http.GetAsync("/v1/profiles/me");
        ((int)nobody.StatusCode).ShouldBe(401);
        var facts = (await nora.GetAsync("/v1/profiles/me/facts")).GetProperty("items");
        facts.EnumerateArray().ShouldContain(f => f.GetProperty("text").GetString() == "Sold bread" && f.GetProperty("path").GetString() == "$.work[0].highlights[0]");
    }

    [Theory, EachEngine]
    public async Task A_cv_is_published_masked_shared_and_taken_back(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var nora = await TestUser.RegisterAsync(app);
        var slug = $"nora-{Guid.CreateVersion7():N}"[..30];
        await nora.SendJsonAsync(HttpMethod.Put, "/v1/profiles/me", Small);
        (await nora.SendJsonAsync(HttpMethod.Post, "/v1/profiles/me/publish", """{"slug":"No Spaces"}""")).Status.ShouldBe(400);
        (await nora.PostAsync("/v1/profiles/me/publish", new { slug })).GetProperty("publicPath").GetString().ShouldBe($"/cv/{slug}");
        (await nora.SendJsonAsync(HttpMethod.Put, "/v1/profiles/me/masks", """{"masks":[{"key":"a","label":"A","sections":["shoes"],"words":[]}]}""")).Fields.ShouldBe(["masks[0].sections"]);
        await nora.PutAsync("/v1/profiles/me/masks", new { masks = new[] { new { key = "vans", label = "Vans <b>", sections = new[] { "work" }, words = new[] { "drove" } } } });

        var seen = await app.Http.GetStringAsync($"/v1/profiles/{slug}");
        seen.ShouldContain("Sold bread");
        seen.ShouldContain("1.50");
        seen.ShouldNotContain("nora@example.test");
        seen.ShouldNotContain("1 Lane");
        var masked = await app.Http.GetStringAsync($"/v1/profiles/{slug}?mask=vans");
        masked.ShouldContain("Drove");
        masked.ShouldNotContain("Sold bread");

        // A change is not public before it is published again.
        await nora.SendJsonAsync(HttpMethod.Put, "/v1/profiles/me", Small.Replace("Sold bread", "Sold <script>cake</script>"));
        (await app.Http.GetStringAsync($"/v1/profiles/{slug}")).ShouldNotContain("cake");
        var link = (await nora.PostAsync("/v1/profiles/me/share", new { })).GetProperty("sharedPath").GetString()!;
        var page = await PageAsync(app, link);
        page.Text.ShouldContain("&lt;script&gt;cake");
        page.Text.ShouldNotContain("<script>cake");
        page.Text.ShouldContain("Vans &lt;b&gt;");
        (await PageAsync(app, $"/cv/{slug}?mask=vans&skill=Drove")).Text.ShouldContain("class=\"hit\"");
        foreach (var unknown in new[] { $"/cv/{Guid.CreateVersion7()}", "/cv/a%00b", "/cv/shared/a%00b", "/v1/profiles/a%00b" })
            (await PageAsync(app, unknown)).Status.ShouldBeOneOf([400, 404], unknown);

        var other = await TestUser.RegisterAsync(app);
        await other.SendJsonAsync(HttpMethod.Put, "/v1/profiles/me", Small);
        (await other.SendJsonAsync(HttpMethod.Post, "/v1/profiles/me/publish", $$"""{"slug":"{{slug}}"}""")).Code.ShouldBe("slug_taken");
        await nora.PostAsync("/v1/profiles/me/unpublish", new { });
        (await app.Http.GetAsync($"/v1/profiles/{slug}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        await nora.SendAsync(HttpMethod.Delete, "/v1/profiles/me/share");
        (await PageAsync(app, link)).Status.ShouldBe(404);
    }

    [Theory, EachEngine]
    public async Task Files_are_imported_and_large_ones_refused(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var user = await TestUser.RegisterAsync(app);
        var docx = PaperFiles.Docx(["Nora Haddad", "Experience", "Clerk, Corner Shop, 2019 - 2021", "• Sold bread"]);
        var looked = await user.SendAsync(HttpMethod.Post, "/v1/profiles/me/import?save=false", Calls.Bytes(docx, "application/octet-stream"));
        (looked.Status, looked.Body.GetProperty("saved").GetBoolean()).ShouldBe((200, false));
        (await user.SendAsync(HttpMethod.Get, "/v1/profiles/me")).Status.ShouldBe(404);

        using var form = new MultipartFormDataContent();
        form.Add(new ByteArrayContent(docx) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } }, "file", "cv.docx");
        var saved = await user.SendAsync(HttpMethod.Post, "/v1/profiles/me/import", form);
        saved.Status.ShouldBe(200, saved.Body.ToString());
        (await user.Http.GetStringAsync("/v1/profiles/me")).ShouldContain("Corner Shop");

        var huge = new byte[50_000_000];
        Encoding.ASCII.GetBytes("%PDF-1.7").CopyTo(huge, 0);
        try
        {
            (await user.SendAsync(HttpMethod.Post, "/v1/profiles/me/import", Calls.Bytes(huge, "application/pdf"))).Code.ShouldBe("document_too_large");
        }
        catch (HttpRequestException)
        {
            // The answer came before the body was sent; the connection is closed under the rest.
        }

        (await user.SendAsync(HttpMethod.Post, "/v1/profiles/me/import", Calls.Text("hello", "text/plain"))).Status.ShouldBe(415);
        (await user.SendAsync(HttpMethod.Post, "/v1/profiles/me/import", Calls.Bytes(PaperFiles.Page("q Q"), "application/pdf"))).Code.ShouldBe("no_text");
        (await user.Http.GetStringAsync("/v1/profiles/me")).ShouldContain("Corner Shop");
    }

    private static async Task<(int Status, string Text)> PageAsync(TestApp app, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html");
        using var answer = await app.Http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
