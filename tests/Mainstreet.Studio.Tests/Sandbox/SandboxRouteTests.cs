using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Sandbox;

[Trait("kind", "db")]
[Collection(nameof(CageTests))]
public sealed class SandboxRouteTests(CageRig rig, StudioApps apps)
{
    [Theory, EachEngine]
    public async Task Code_is_run_and_answered(Engine engine)
    {
        rig.NeedsCage();
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var result = await user.PostAsync("/v1/sandbox/run", new { language = "python", code = "import sys\nprint(int(input()) * 2)", stdin = "21\n" });
        result.GetProperty("status").GetString().ShouldBe("ok");
        result.GetProperty("stdout").GetString().ShouldBe("42\n");
        result.EnumerateObject().Select(p => p.Name).ShouldBe(["status", "exitCode", "stdout", "stderr", "cpuMs", "wallMs", "peakBytes"]);

        var files = await user.PostAsync("/v1/sandbox/run", new
        {
            language = "csharp", files = new object[] { new { path = "Program.cs", content = "Console.Write(File.ReadAllText(\"d/x.bin\").Length + Sums.One);" }, new { path = "Sums.cs", content = "static class Sums { public const int One = 1; }" }, new { path = "d/x.bin", content = "AAAA", encoding = "base64" } },
        });
        files.GetProperty("stdout").GetString().ShouldBe("4", files.ToString());

        var wrong = await user.PostAsync("/v1/sandbox/run", new { language = "csharp", code = "int x = ;" });
        (wrong.GetProperty("status").GetString(), wrong.GetProperty("exitCode").GetInt32()).ShouldBe(("compileError", 1));
        wrong.GetProperty("stderr").GetString()!.ShouldContain("CS1525");
    }

    [Theory, EachEngine]
    public async Task A_project_is_run_by_its_owner_only(Engine engine)
    {
        rig.NeedsCage();
        var app = await apps.OnAsync(engine);
        var user = await TestUser.RegisterAsync(app);
        var project = (await user.PostAsync("/v1/projects", new { name = "Sums" })).GetProperty("id").GetGuid();
        (await user.SendAsync(HttpMethod.Post, $"/v1/projects/{project}/run", Calls.Text("{}", "application/json"))).Code.ShouldBe("no_language");
        (await user.SendAsync(HttpMethod.Put, $"/v1/projects/{project}/files/main.py", Calls.Text("import helper\nprint(helper.name)", "text/plain"))).Status.ShouldBeLessThan(300);
        (await user.SendAsync(HttpMethod.Put, $"/v1/projects/{project}/files/helper.py", Calls.Text("name = 'from a project'", "text/plain"))).Status.ShouldBeLessThan(300);
        (await user.PostAsync($"/v1/projects/{project}/run", new { })).GetProperty("stdout").GetString().ShouldBe("from a project\n");

        var other = await TestUser.RegisterAsync(app);
        (await other.SendJsonAsync(HttpMethod.Post, $"/v1/projects/{project}/run", "{}")).ShouldSatisfyAllConditions(a => a.Status.ShouldBe(404), a => a.Code.ShouldBe("project_not_found"));
    }

    [Theory]
    [InlineData("""{"language":"python"}""", "code")]
    [InlineData("""{"language":"python","code":"","files":[]}""", "code")]
    [InlineData("""{"language":"cobol","code":""}""", "language")]
    [InlineData("""{"language":"python","files":[{"path":"../main.py","content":""}]}""", "files[0].path")]
    [InlineData("""{"language":"python","files":[{"path":"/etc/cron.d/x","content":""}]}""", "files[0].path")]
    [InlineData("""{"language":"python","files":[{"path":"a","content":""},{"path":"a/b","content":""}]}""", "files")]
    [InlineData("""{"language":"python","code":"","limits":{"wallMs":0}}""", "limits.wallMs")]
    [InlineData("""{"language":"python","code":"","limits":{"memoryBytes":99999999999}}""", "limits.memoryBytes")]
    public async Task Bad_requests_are_refused(string body, string field)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(Engine.Sqlite));
        var answer = await user.SendJsonAsync(HttpMethod.Post, "/v1/sandbox/run", body);
        answer.Status.ShouldBe(400);
        answer.Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task Strangers_run_nothing() =>
        (await (await apps.OnAsync(Engine.Sqlite)).Http.PostAsync("/v1/sandbox/run", Calls.Text("""{"language":"python","code":""}""", "application/json"))).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);

    [Fact]
    public async Task Health_says_what_bounds_runs()
    {
        rig.NeedsCage();
        var answer = JsonSerializer.Deserialize<JsonElement>(await (await apps.OnAsync(Engine.Sqlite)).Http.GetStringAsync("/health/sandbox"));
        (answer.GetProperty("status").GetString(), answer.GetProperty("mode").GetString(), answer.GetProperty("where").GetString()).ShouldBe(("up", "full", "here"));
        answer.GetProperty("bounds").GetString()!.ShouldStartWith("cgroup v");
        answer.GetProperty("languages").EnumerateArray().Select(l => l.GetString()).ShouldContain("python");
        answer.GetProperty("limits").GetProperty("memoryBytes").GetInt64().ShouldBe(536_870_912);
    }

    [Theory]
    [InlineData("Studio:Sandbox:Enabled", "false", "off", "turned off")]
    [InlineData("Studio:Sandbox:Bubblewrap", "/no/bwrap", "off", "bubblewrap")]
    [InlineData("Studio:Sandbox:WorkFolder", "/proc/sandbox", "off", "folder")]
    public async Task Without_a_cage_it_refuses_and_says_why(string setting, string value, string mode, string reason)
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { [setting] = value });
        using var health = await app.Http.GetAsync("/health/sandbox");
        ((int)health.StatusCode).ShouldBe(503);
        var answer = JsonSerializer.Deserialize<JsonElement>(await health.Content.ReadAsStringAsync());
        (answer.GetProperty("status").GetString(), answer.GetProperty("mode").GetString(), answer.GetProperty("where").GetString()).ShouldBe(("down", mode, "nowhere"));
        answer.GetProperty("reasons")[0].GetString()!.ShouldContain(reason);
        var refused = await (await TestUser.RegisterAsync(app)).SendJsonAsync(HttpMethod.Post, "/v1/sandbox/run", """{"language":"python","code":"print(1)"}""");
        (refused.Status, refused.Code).ShouldBe((503, "sandbox_unavailable"));
        refused.Body.GetProperty("detail").GetString()!.ShouldContain(reason);
        (await app.Http.GetAsync("/health/ready")).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Theory, EachEngine]
    public async Task A_process_without_a_cage_hands_runs_to_one_with(Engine engine)
    {
        rig.NeedsCage();
        await using var web = await TestApp.StartAsync(engine, new Dictionary<string, string?> { ["Roles"] = "web,worker" });
        var user = await TestUser.RegisterAsync(web);
        const string body = """{"language":"python","code":"import sys\nprint(sys.stdin.read()[::-1], end='\\0')","stdin":"abc"}""";
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/sandbox/run", body)).Code.ShouldBe("sandbox_unavailable");

        await using (await TestApp.StartReplicaAsync(web, new Dictionary<string, string?> { ["Roles"] = "runner" }))
        {
            await UntilAsync(web, "runner");
            var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => user.SendJsonAsync(HttpMethod.Post, "/v1/sandbox/run", body)));
            foreach (var result in results)
            {
                result.Status.ShouldBe(200, result.Body.ToString());
                result.Body.GetProperty("stdout").GetString().ShouldBe("cba\uFFFD");
            }
        }

        // It said good-bye.
        await UntilAsync(web, "nowhere");
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/sandbox/run", body)).Code.ShouldBe("sandbox_unavailable");
        await using var connection = await web.Database.Storage.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {web.Database.Storage.Table("studio", "sandbox_runs")}";
        Convert.ToInt32(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture).ShouldBe(0);
    }

    private static async Task UntilAsync(TestApp app, string where)
    {
        for (var i = 0; i < 600; i++)
        {
            using var health = await app.Http.GetAsync("/health/sandbox");
            if ((await health.Content.ReadAsStringAsync()).Contains($"\"where\":\"{where}\"", StringComparison.Ordinal)) return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        throw new TimeoutException($"The sandbox is not at '{where}'.");
    }
}
