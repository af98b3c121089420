using System.Net;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Deployments;

[Trait("kind", "db")]
public sealed class DeploymentRoutesTests(SiteApps apps) : IClassFixture<SiteApps>
{
    [Theory, EachEngine]
    public async Task Missing_credentials_are_named_before_anything_is_sent(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var project = await user.ProjectAsync(("index.html", "home"));
        foreach (var target in new[] { "vercel", "netlify", "railway" })
        {
            var answer = await user.SendJsonAsync(HttpMethod.Post, $"/v1/projects/{project}/deployments", $$"""{"target":"{{target}}"}""");
            (answer.Status, answer.Code).ShouldBe((422, "credentials_missing"));
            answer.Body.GetProperty("target").GetString().ShouldBe(target);
            answer.Body.GetProperty("missing").EnumerateArray().Select(m => m.GetString()).ShouldBe(["token"]);
        }

        (await user.GetAsync("/v1/deployments")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task A_token_goes_in_and_never_comes_out(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var user = await TestUser.RegisterAsync(app);
        var given = await user.PutAsync("/v1/deployment-credentials/vercel", new { token = "vercel-token-123", team = "team_1" });
        given.ToString().ShouldNotContain("vercel-token-123");
        var list = await user.GetAsync("/v1/deployment-credentials");
        list.ToString().ShouldNotContain("vercel-token-123");
        list.GetProperty("items").EnumerateArray().Select(i => (i.GetProperty("target").GetString(), i.GetProperty("configured").GetBoolean()))
            .ShouldBe([("vercel", true), ("netlify", false), ("railway", false)]);
        // Nobody else sees that it is there.
        var other = await TestUser.RegisterAsync(app);
        (await other.GetAsync("/v1/deployment-credentials")).GetProperty("items").EnumerateArray().ShouldAllBe(i => !i.GetProperty("configured").GetBoolean());
        (await user.SendJsonAsync(HttpMethod.Put, "/v1/deployment-credentials/vercel", """{"token":"another-token"}""", ("If-Match", "\"7\""))).Status.ShouldBe(412);
        (await user.SendAsync(HttpMethod.Delete, "/v1/deployment-credentials/vercel")).Status.ShouldBe(204);
        (await user.SendAsync(HttpMethod.Delete, "/v1/deployment-credentials/vercel")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("vercel", """{"token":"short"}""", 400)]
    [InlineData("vercel", """{}""", 400)]
    [InlineData("vercel", """{"token":"with a space"}""", 400)]
    [InlineData("vercel", """{"token":"long-enough","team":"../x"}""", 400)]
    [InlineData("vercel", """{"token":"long-enough","tokenKind":"project"}""", 400)]
    [InlineData("railway", """{"token":"long-enough","tokenKind":"project"}""", 200)]
    [InlineData("local", """{"token":"long-enough"}""", 404)]
    [InlineData("moon", """{"token":"long-enough"}""", 404)]
    public async Task Only_credentials_that_can_be_are_taken(string target, string body, int status)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(Engine.Sqlite));
        (await user.SendJsonAsync(HttpMethod.Put, $"/v1/deployment-credentials/{target}", body)).Status.ShouldBe(status);
    }

    [Theory, EachEngine]
    public async Task Anothers_deployment_does_not_exist(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var owner = await TestUser.RegisterAsync(app);
        var id = (await owner.PublishAsync(await owner.ProjectAsync(("index.html", "home")))).GetProperty("id").GetGuid();
        var other = await TestUser.RegisterAsync(app);
        foreach (var path in new[] { "", "/log", "/changes" }) (await other.SendAsync(HttpMethod.Get, $"/v1/deployments/{id}{path}")).Status.ShouldBe(404);
        foreach (var act in new[] { "cancel", "rollback" }) (await other.SendAsync(HttpMethod.Post, $"/v1/deployments/{id}/{act}")).Status.ShouldBe(404);
        (await app.Http.GetAsync($"/v1/deployments/{id}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await using var live = await LiveClient.ConnectAsync(app.Address, other.AccessToken);
        await Should.ThrowAsync<LiveHubException>(live.SubscribeAsync($"deployment:{id}"));
    }

    [Theory, EachEngine]
    public async Task Its_progress_comes_live_and_its_log_stays(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var user = await TestUser.RegisterAsync(app);
        var project = await user.ProjectAsync(("index.html", "home"));
        await using var live = await LiveClient.ConnectAsync(app.Address, user.AccessToken);
        await live.SubscribeAsync($"user:{user.Id}");

        var done = await user.PublishAsync(project);

        var id = done.GetProperty("id").GetGuid();
        var statuses = new List<string?>();
        while (statuses.LastOrDefault() != "ready")
        {
            var told = await live.NextAsync();
            if (told.Type == "deployment.changed" && told.Data.GetProperty("id").GetGuid() == id) statuses.Add(told.Data.GetProperty("status").GetString());
        }

        statuses[0].ShouldBe("queued");
        var replayed = await live.SubscribeAsync($"deployment:{id}", 0);
        replayed.Recovered.ShouldBeTrue();
        replayed.Events.Select(e => e.Type).ShouldContain("deployment.log");
        var log = await user.GetAsync($"/v1/deployments/{id}/log");
        log.GetProperty("items").EnumerateArray().Select(l => l.GetProperty("number").GetInt32()).ShouldBe(Enumerable.Range(1, log.GetProperty("items").GetArrayLength()));
        log.GetProperty("items")[0].GetProperty("text").GetString().ShouldBe("1 files published.");
        (await user.GetAsync($"/v1/deployments/{id}/log?after=1")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task The_same_request_with_a_key_deploys_once(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var project = await user.ProjectAsync(("index.html", "home"));

        var first = await user.SendJsonAsync(HttpMethod.Post, $"/v1/projects/{project}/deployments", """{"target":"local"}""", ("Idempotency-Key", "one"));
        var again = await user.SendJsonAsync(HttpMethod.Post, $"/v1/projects/{project}/deployments", """{"target":"local"}""", ("Idempotency-Key", "one"));

        (first.Status, again.Status).ShouldBe((202, 202));
        again.Body.GetProperty("id").GetGuid().ShouldBe(first.Body.GetProperty("id").GetGuid());
        await user.EndOfAsync(first.Body.GetProperty("id").GetGuid());
        (await user.GetAsync("/v1/deployments")).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task What_has_ended_is_not_cancelled_and_what_failed_is_not_published_again(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var project = await user.ProjectAsync(("index.html", "home"));
        var done = (await user.PublishAsync(project)).GetProperty("id").GetGuid();
        var late = await user.SendAsync(HttpMethod.Post, $"/v1/deployments/{done}/cancel");
        (late.Status, late.Code).ShouldBe((409, "deployment_ended"));
        // The provider cannot be reached; the deployment is cancelled long before it gives up.
        await user.PutAsync("/v1/deployment-credentials/vercel", new { token = "no-such-token" });
        var remote = (await user.PostAsync($"/v1/projects/{project}/deployments", new { target = "vercel" })).GetProperty("id").GetGuid();
        (await user.SendAsync(HttpMethod.Post, $"/v1/deployments/{remote}/cancel")).Status.ShouldBe(202);
        var ended = await user.EndOfAsync(remote);
        ended.GetProperty("status").GetString().ShouldBe("cancelled");
        var again = await user.SendAsync(HttpMethod.Post, $"/v1/deployments/{remote}/rollback");
        (again.Status, again.Code).ShouldBe((409, "deployment_not_good"));
    }

    [Theory, EachEngine]
    public async Task The_list_is_in_pages_newest_first(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var project = await user.ProjectAsync(("index.html", "home"));
        var made = new List<Guid>();
        for (var i = 0; i < 3; i++) made.Add((await user.PublishAsync(project)).GetProperty("id").GetGuid());

        var page = await user.GetAsync("/v1/deployments?limit=2");
        var rest = await user.GetAsync($"/v1/deployments?limit=2&cursor={page.GetProperty("next").GetString()}");

        page.GetProperty("items").EnumerateArray().Concat(rest.GetProperty("items").EnumerateArray()).Select(d => d.GetProperty("id").GetGuid()).ShouldBe(Enumerable.Reverse(made));
        rest.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);
        (await user.SendAsync(HttpMethod.Get, "/v1/deployments?status=done")).Status.ShouldBe(400);
    }
}
