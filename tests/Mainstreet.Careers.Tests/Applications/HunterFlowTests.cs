using System.Text.Json;

using Mainstreet.Careers.Tests.Tasks;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Applications;

/// <summary>The demo street's candidate looks for work, has documents written and applies, all over HTTP.</summary>
[Trait("kind", "db")]
public sealed class HunterFlowTests
{
    [Theory, EachEngine]
    public async Task From_the_search_to_the_application(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, seed: true);
        var user = await TestUser.SignInAsync(app, "tenant1@demo.test", "Mainstreet-demo-1");
        var search = await TaskRoutesTests.EndedAsync(user, (await user.PostAsync("/v1/hunter/find-jobs", new { query = "shop" })).GetProperty("id").GetGuid());
        search.GetProperty("state").GetString().ShouldBe("completed");
        var jobs = search.GetProperty("result").GetProperty("jobIds").EnumerateArray().Select(j => j.GetGuid()).ToList();
        jobs.Count.ShouldBeGreaterThan(1);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/hunter/find-jobs", """{"query":" "}""")).Status.ShouldBe(400);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/hunter/find-jobs", """{"query":"shop","sources":["nowhere"]}""")).Status.ShouldBe(400);

        var bulk = await TaskRoutesTests.EndedAsync(user, (await user.PostAsync("/v1/tasks", new { type = "bulk_analysis", input = new { jobIds = jobs } })).GetProperty("id").GetGuid());
        var best = bulk.GetProperty("result").GetProperty("items")[0].GetProperty("jobId").GetGuid();
        foreach (var route in (string[])["tailor-resume", "generate-letter"])
            (await TaskRoutesTests.EndedAsync(user, (await user.PostAsync($"/v1/hunter/{route}/{best}", new { })).GetProperty("id").GetGuid())).GetProperty("state").GetString().ShouldBe("completed");

        var shown = await user.SendJsonAsync(HttpMethod.Post, $"/v1/hunter/submit-application/{best}", """{"method":"byHand"}""");
        shown.Status.ShouldBe(201);
        var documents = shown.Body.GetProperty("package").GetProperty("documents").EnumerateArray().ToDictionary(d => d.GetProperty("kind").GetString()!, d => d.GetProperty("version").GetInt32());
        documents.Keys.ShouldBe(["resume", "letter"]);
        var path = $"/v1/hunter/submissions/{shown.Body.GetProperty("id").GetGuid()}";
        await user.SendJsonAsync(HttpMethod.Patch, path, """{"checklist":["sent"]}""");
        var body = JsonSerializer.Serialize(new { confirm = true, resumeVersion = documents["resume"], letterVersion = documents["letter"] });
        var sent = await user.SendJsonAsync(HttpMethod.Post, $"/v1/hunter/submit-application/{best}", body, ("Idempotency-Key", "yes"));
        (sent.Status, sent.Body.GetProperty("state").GetString()).ShouldBe((200, "submitted"));
        // Asked again with the same key it is the same answer, without it a conflict.
        var again = await user.SendJsonAsync(HttpMethod.Post, $"/v1/hunter/submit-application/{best}", body, ("Idempotency-Key", "yes"));
        JsonElement.DeepEquals(again.Body, sent.Body).ShouldBeTrue(again.Body.GetRawText());
        (await user.SendJsonAsync(HttpMethod.Post, $"/v1/hunter/submit-application/{best}", body)).Code.ShouldBe("already_submitted");
        (await user.GetAsync("/v1/hunter/quotas")).GetProperty("used").GetInt32().ShouldBe(1);

        var drafts = await TaskRoutesTests.EndedAsync(user, (await user.PostAsync("/v1/tasks", new { type = "generate_applications", input = new { jobIds = jobs.Take(3) } })).GetProperty("id").GetGuid());
        drafts.GetProperty("result").GetProperty("items").GetArrayLength().ShouldBe(Math.Min(3, jobs.Count));
        (await user.GetAsync("/v1/hunter/submissions?state=submitted")).GetProperty("items").GetArrayLength().ShouldBe(1);

        foreach (var page in (string[])["/careers/applications", $"/careers/applications/{shown.Body.GetProperty("id").GetGuid()}", $"/careers/jobs/{best}"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, page);
            request.Headers.Accept.ParseAdd("text/html");
            using var answer = await user.Http.SendAsync(request);
            ((int)answer.StatusCode, page).ShouldBe((200, page));
        }
    }
}
