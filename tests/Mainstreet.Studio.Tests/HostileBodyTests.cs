using System.Diagnostics;
using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests;

/// <summary>Bodies that nobody sends by mistake.</summary>
[Trait("kind", "db")]
public sealed class HostileBodyTests(StudioApps apps)
{
    [Theory, EachEngine]
    public async Task Nulls_in_lists_and_bodies_that_are_no_forms_are_refused(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var project = (await user.PostAsync("/v1/projects", new { name = "Nulls" })).GetProperty("id").GetGuid();
        foreach (var (path, body) in new[] { ($"/v1/projects/{project}/commits", """{"message":"m","edits":[null]}"""), ("/v1/sandbox/run", """{"language":"python","files":[null]}""") })
        {
            var answer = await user.SendJsonAsync(HttpMethod.Post, path, body);
            (answer.Status, answer.Code).ShouldBe((400, "invalid_request"), path);
        }

        foreach (var form in new[] { "/studio", $"/studio/projects/{project}/rename", $"/studio/projects/{project}/run", $"/studio/projects/{project}/deployments", $"/studio/projects/{project}/credentials" })
        {
            var answer = await user.SendJsonAsync(HttpMethod.Post, form, "{}");
            (answer.Status, answer.Code).ShouldBe((415, "unsupported_media_type"), form);
        }

        (await user.SendJsonAsync(HttpMethod.Post, "/v1/projects", "{\"name\":\"shop\\ufffe\"}")).Status.ShouldBe(400);
    }

    [Theory, EachEngine]
    public async Task Tokens_of_another_persons_project_are_not_there(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (owner, other) = (await TestUser.RegisterAsync(app), await TestUser.RegisterAsync(app));
        var project = (await owner.PostAsync("/v1/projects", new { name = "Mine" })).GetProperty("id").GetGuid();
        (await owner.GetAsync($"/v1/ai/usage?projectId={project}")).GetProperty("total").GetProperty("requests").GetInt64().ShouldBe(0);
        var answer = await other.SendAsync(HttpMethod.Get, $"/v1/ai/usage?projectId={project}");
        (answer.Status, answer.Code).ShouldBe((404, "project_not_found"));
    }

    [Fact]
    public async Task Code_that_multiplies_work_is_answered_soon()
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(Engine.Sqlite));
        var names = "{" + string.Join(',', Enumerable.Range(0, 60_000).Select(_ => "\"\":1")) + "}";
        var deep = "class A { int F() { return " + string.Concat(Enumerable.Repeat("(A,B<", 5_000)) + "; } }";
        var project = (await user.PostAsync("/v1/projects", new { name = "Words" })).GetProperty("id").GetGuid();
        await user.PostAsync($"/v1/projects/{project}/commits", new { message = "m", edits = new[] { new { path = "a.cs", content = string.Concat(Enumerable.Repeat("Abc ", 90_000)) } } });
        var watch = Stopwatch.StartNew();
        (await user.SendAsync(HttpMethod.Post, "/v1/ai/generate", Body(new { provider = "builtin", prompt = "x", code = names }))).Status.ShouldBe(422);
        (await user.SendAsync(HttpMethod.Post, "/v1/ai/explain", Body(new { provider = "builtin", language = "csharp", code = deep }))).Code.ShouldBe("code_refused");
        (await user.SendAsync(HttpMethod.Post, "/v1/ai/chat", Body(new { provider = "builtin", projectId = project, prompt = string.Join(' ', Enumerable.Range(0, 2_000).Select(i => "Abc" + (i % 300).ToString(CultureInfo.InvariantCulture))) + " Abc" }))).Status.ShouldBeOneOf(200, 422);
        // Not a measurement: without the bounds each of them goes on for hours.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    private static HttpContent Body(object value) => Calls.Text(System.Text.Json.JsonSerializer.Serialize(value), "application/json");
}
