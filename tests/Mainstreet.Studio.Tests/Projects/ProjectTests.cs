using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Studio.Projects.Templates;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Projects;

[Trait("kind", "db")]
public sealed class ProjectTests(StudioApps apps)
{
    [Theory, EachEngine]
    public async Task A_project_is_made_read_renamed_and_deleted(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var id = await user.NewProjectAsync("  Corner shop ");
        var read = await user.SendAsync(HttpMethod.Get, $"/v1/projects/{id}");
        read.ETag.ShouldBe("\"1\"");
        read.Body.GetProperty("name").GetString().ShouldBe("Corner shop");
        read.Body.GetProperty("head").GetInt32().ShouldBe(0);
        read.Body.GetProperty("files").GetArrayLength().ShouldBe(0);

        (await user.SendJsonAsync(HttpMethod.Patch, $"/v1/projects/{id}", """{"name":"Two"}""", ("If-Match", "\"7\""))).Status.ShouldBe(412);
        (await user.SendJsonAsync(HttpMethod.Patch, $"/v1/projects/{id}", """{"name":"Two"}""", ("If-Match", "\"1\""))).ETag.ShouldBe("\"2\"");
        (await user.SendAsync(HttpMethod.Delete, $"/v1/projects/{id}", null, ("If-Match", "\"1\""))).Status.ShouldBe(412);
        (await user.PutFileAsync(id, "a.txt", "a")).Status.ShouldBe(201);
        (await user.SendAsync(HttpMethod.Delete, $"/v1/projects/{id}")).Status.ShouldBe(204);
        (await user.SendAsync(HttpMethod.Get, $"/v1/projects/{id}")).Code.ShouldBe("project_not_found");
        (await user.GetAsync("/v1/projects")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task Names_without_sense_are_refused(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        foreach (var name in new[] { "\"\"", "\"   \"", "null", "\"a\\nb\"", $"\"{new string('x', 101)}\"" })
            (await user.SendJsonAsync(HttpMethod.Post, "/v1/projects", $$"""{"name":{{name}}}""")).Status.ShouldBe(400, name);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/projects", "{}")).Status.ShouldBe(400);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/projects", """{"name":"x","template":"../blank"}""")).Code.ShouldBe("template_unknown");
    }

    [Theory, EachEngine]
    public async Task Another_s_project_is_not_there(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (owner, other) = (await TestUser.RegisterAsync(app), await TestUser.RegisterAsync(app));
        var id = await owner.NewProjectAsync();
        (await owner.PutFileAsync(id, "secret.txt", "mine")).Status.ShouldBe(201);
        var before = await owner.FilesAsync(id);
        (HttpMethod, string, string?)[] asked =
        [
            (HttpMethod.Get, "", null), (HttpMethod.Patch, "", """{"name":"x"}"""), (HttpMethod.Delete, "", null), (HttpMethod.Get, "/files/secret.txt", null),
            (HttpMethod.Put, "/files/secret.txt", "x"), (HttpMethod.Delete, "/files/secret.txt", null), (HttpMethod.Get, "/history", null), (HttpMethod.Get, "/history/1", null),
            (HttpMethod.Post, "/revert", """{"to":0}"""), (HttpMethod.Get, "/archive", null), (HttpMethod.Post, "/commits", """{"message":"x","edits":[{"path":"a","content":"b"}]}"""),
        ];
        foreach (var (method, path, body) in asked)
        {
            var answer = await other.SendAsync(method, $"/v1/projects/{id}{path}", body is null ? null : Calls.Text(body, "application/json"));
            (answer.Status, answer.Code).ShouldBe((404, "project_not_found"), $"{method} {path}");
        }

        (await other.GetAsync("/v1/projects")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await owner.FilesAsync(id)).ShouldBe(before);
        (await app.Http.GetAsync($"/v1/projects/{id}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
    }

    [Theory, EachEngine]
    public async Task Pages_and_search_find_each_project_once(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        for (var i = 0; i < 23; i++) await user.NewProjectAsync(i % 2 == 0 ? $"Bakery {i} 100%" : $"Büro_{i}");
        foreach (var (search, count) in new[] { ("", 23), ("&q=BAKERY", 12), ("&q=b%C3%9CRO_", 11), ("&q=0%25", 12), ("&q=nothing", 0), ("&q=_", 11) })
        {
            var names = new List<string>();
            string? cursor = null;
            do
            {
                var page = await user.GetAsync($"/v1/projects?limit=5{search}{(cursor is null ? "" : $"&cursor={cursor}")}");
                names.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()!));
                cursor = page.GetProperty("next").GetString();
            }
            while (cursor is not null);
            names.Count.ShouldBe(count, search);
            names.Distinct().Count().ShouldBe(count);
        }

        (await user.SendAsync(HttpMethod.Get, "/v1/projects?cursor=made-up")).Status.ShouldBe(400);
        (await user.SendAsync(HttpMethod.Get, "/v1/projects?limit=0")).Status.ShouldBe(400);
    }

    [Theory, EachEngine]
    public async Task Each_template_becomes_a_project_with_its_place_holders_filled(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        foreach (var template in TemplateShelf.All)
        {
            var id = await user.NewProjectAsync("Fish & \"Chips\" <1>", template.Name);
            var files = await user.FilesAsync(id);
            files.Count.ShouldBeGreaterThanOrEqualTo(3, template.Name);
            files.Values.ShouldAllBe(text => !text.Contains("{{", StringComparison.Ordinal));
            foreach (var (path, text) in files.Where(f => f.Key.EndsWith(".html", StringComparison.Ordinal)))
            {
                text.ShouldContain("Fish &amp; &quot;Chips&quot; &lt;1&gt;", Case.Sensitive, path);
                text.ShouldNotContain("<1>");
            }

            foreach (var (_, text) in files.Where(f => f.Key.EndsWith(".json", StringComparison.Ordinal))) JsonDocument.Parse(text).RootElement.ValueKind.ShouldBe(JsonValueKind.Object);
        }

        var listed = await user.GetAsync("/v1/project-templates");
        listed.GetProperty("items").EnumerateArray().Select(t => t.GetProperty("name").GetString()).ShouldBe(["blank", "storefront", "booking", "cv", "csharp-api"]);
    }

    [Theory, EachEngine]
    public async Task The_number_of_projects_is_bounded_when_many_are_made_at_once(Engine engine)
    {
        var limits = new Dictionary<string, string?> { ["Studio:ProjectsPerAccount"] = "5" };
        await using var app = await TestApp.StartAsync(engine, limits);
        await using var replica = await TestApp.StartReplicaAsync(app, limits);
        var user = await TestUser.RegisterAsync(app);
        var there = user.On(replica);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => (i % 2 == 0 ? user : there).SendJsonAsync(HttpMethod.Post, "/v1/projects", $$"""{"name":"P{{i}}"}""")));
        answers.Count(a => a.Status == 201).ShouldBe(5);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "too_many_projects");
        var first = (await user.GetAsync("/v1/projects")).GetProperty("items")[0].GetProperty("id").GetGuid();
        (await user.SendAsync(HttpMethod.Delete, $"/v1/projects/{first}")).Status.ShouldBe(204);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/projects", """{"name":"again"}""")).Status.ShouldBe(201);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/projects", """{"name":"again"}""")).Status.ShouldBe(409);
    }

    [Theory, EachEngine]
    public async Task The_same_creation_twice_makes_one_project(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var key = ("Idempotency-Key", Guid.CreateVersion7().ToString());
        var one = await user.SendJsonAsync(HttpMethod.Post, "/v1/projects", """{"name":"Once","template":"blank"}""", key);
        var two = await user.SendJsonAsync(HttpMethod.Post, "/v1/projects", """{"name":"Once","template":"blank"}""", key);
        (one.Status, two.Status).ShouldBe((201, 201));
        two.Body.GetProperty("id").GetGuid().ShouldBe(one.Body.GetProperty("id").GetGuid());
        (await user.GetAsync("/v1/projects")).GetProperty("items").GetArrayLength().ShouldBe(1);
    }
}
