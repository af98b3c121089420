using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Applications;

/// <summary>Applications over HTTP, by hand.</summary>
[Trait("kind", "db")]
public sealed class BoardRoutesTests(CareersApps apps)
{
    [Theory, EachEngine]
    public async Task An_application_byHand_goes_from_the_checklist_to_the_offer(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var made = await user.SendJsonAsync(HttpMethod.Post, "/v1/hunter/submissions", """{"title":"Baker","company":"Corner House","url":"https://corner.example/jobs/1"}""", ("Idempotency-Key", "one"));
        made.Status.ShouldBe(201);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/hunter/submissions", """{"title":"Baker","company":"Corner House","url":"https://corner.example/jobs/1"}""", ("Idempotency-Key", "one"))).Body.GetProperty("id").GetGuid()
            .ShouldBe(made.Body.GetProperty("id").GetGuid());
        var path = $"/v1/hunter/submissions/{made.Body.GetProperty("id").GetGuid()}";
        var shown = await user.PostAsync($"{path}/submit", new { });
        shown.GetProperty("method").GetString().ShouldBe("byHand");
        shown.GetProperty("methods").EnumerateArray().Select(m => (m.GetProperty("method").GetString(), m.GetProperty("available").GetBoolean())).ShouldBe([("adapter", false), ("email", false), ("byHand", true)]);
        (await user.SendJsonAsync(HttpMethod.Post, $"{path}/submit", """{"confirm":true}""")).Code.ShouldBe("checklist_open");
        (await user.SendJsonAsync(HttpMethod.Patch, path, """{"state":"submitted"}""")).Code.ShouldBe("needs_your_yes");
        (await user.SendJsonAsync(HttpMethod.Patch, path, """{"checklist":["open","dance"]}""")).Fields.ShouldBe(["checklist"]);
        (await user.SendJsonAsync(HttpMethod.Patch, path, """{"checklist":["open","sent"]}""")).Status.ShouldBe(200);
        var submitted = await user.PostAsync($"{path}/submit", new { confirm = true });
        (submitted.GetProperty("state").GetString(), submitted.GetProperty("delivery").GetString()).ShouldBe(("submitted", "byHand"));
        (await user.SendJsonAsync(HttpMethod.Post, $"{path}/submit", """{"confirm":true}""")).Code.ShouldBe("already_submitted");

        var etag = (await user.SendAsync(HttpMethod.Get, path)).ETag!;
        (await user.SendJsonAsync(HttpMethod.Patch, path, """{"state":"interview"}""", ("If-Match", "\"99\""))).Code.ShouldBe("stale_version");
        (await user.SendJsonAsync(HttpMethod.Patch, path, """{"state":"interview","notes":"Bring bread"}""", ("If-Match", etag))).Status.ShouldBe(200);
        (await user.SendJsonAsync(HttpMethod.Patch, path, """{"state":"draft"}""")).Code.ShouldBe("application_wrong_state");
        (await user.SendJsonAsync(HttpMethod.Patch, path, """{"state":"hired"}""")).Fields.ShouldBe(["state"]);
        (await user.SendJsonAsync(HttpMethod.Patch, path, """{"state":"offer"}""")).Status.ShouldBe(200);
        var offer = await user.GetAsync(path);
        offer.GetProperty("notes").GetString().ShouldBe("Bring bread");
        offer.GetProperty("moves").EnumerateArray().Select(m => m.GetString()).ShouldBe(["interview", "rejected", "withdrawn", "archived"]);
        // Nothing is awaited any more.
        offer.GetProperty("remindAt").ValueKind.ShouldBe(JsonValueKind.Null);
        (await user.SendJsonAsync(HttpMethod.Patch, path, $$"""{"remindAt":"{{DateTimeOffset.UtcNow.AddDays(2):O}}"}""")).Code.ShouldBe("application_wrong_state");
    }

    [Theory, EachEngine]
    public async Task Five_a_day_and_the_quota_says_so(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        for (var i = 0; i < 6; i++)
        {
            var path = $"/v1/hunter/submissions/{(await user.PostAsync("/v1/hunter/submissions", new { title = $"Post {i}" })).GetProperty("id").GetGuid()}";
            await user.SendJsonAsync(HttpMethod.Patch, path, """{"checklist":["sent"]}""");
            var answer = await user.SendJsonAsync(HttpMethod.Post, $"{path}/submit", """{"confirm":true}""");
            if (i < 5) answer.Status.ShouldBe(200);
            else (answer.Status, answer.Code).ShouldBe((429, "quota_used"));
        }

        var quota = await user.GetAsync("/v1/hunter/quotas");
        (quota.GetProperty("limit").GetInt32(), quota.GetProperty("used").GetInt32(), quota.GetProperty("left").GetInt32()).ShouldBe((5, 5, 0));
        var list = await user.GetAsync("/v1/hunter/submissions?limit=4");
        list.GetProperty("items").GetArrayLength().ShouldBe(4);
        (await user.GetAsync($"/v1/hunter/submissions?limit=4&cursor={list.GetProperty("next").GetString()}")).GetProperty("items").GetArrayLength().ShouldBe(2);
        (await user.GetAsync("/v1/hunter/submissions?state=draft")).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task Another_persons_application_is_not_there(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (user, stranger) = (await TestUser.RegisterAsync(app), await TestUser.RegisterAsync(app));
        var path = $"/v1/hunter/submissions/{(await user.PostAsync("/v1/hunter/submissions", new { title = "Baker" })).GetProperty("id").GetGuid()}";
        (await stranger.SendAsync(HttpMethod.Get, path)).Code.ShouldBe("not_found");
        (await stranger.SendJsonAsync(HttpMethod.Patch, path, """{"notes":"mine"}""")).Code.ShouldBe("not_found");
        (await stranger.SendJsonAsync(HttpMethod.Post, $"{path}/submit", "{}")).Code.ShouldBe("not_found");
        (await stranger.GetAsync("/v1/hunter/submissions")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await user.SendJsonAsync(HttpMethod.Post, $"/v1/hunter/submit-application/{Guid.CreateVersion7()}", "{}")).Code.ShouldBe("posting_not_found");
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/hunter/submissions", """{"title":"Baker","url":"javascript:alert(1)"}""")).Fields.ShouldBe(["url"]);
        (await user.SendJsonAsync(HttpMethod.Post, $"{path}/submit", """{"method":"pigeon"}""")).Fields.ShouldBe(["method"]);
        (await user.SendJsonAsync(HttpMethod.Post, $"{path}/submit", """{"method":"a method whose name is far too long"}""")).Fields.ShouldBe(["method"]);
        (await app.Http.GetAsync(new Uri("/v1/hunter/quotas", UriKind.Relative))).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
    }
}
