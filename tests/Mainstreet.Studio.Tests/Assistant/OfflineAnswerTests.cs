using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Studio.Tests.Assistant.Models;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Assistant;

/// <summary>Without any model, over HTTP.</summary>
[Trait("kind", "db")]
public sealed class OfflineAnswerTests(StudioApps apps, ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachEngine]
    public async Task Errors_are_mended_and_the_result_is_checked(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var answer = await user.PostAsync("/v1/ai/fix", new { code = "using System;\nclass A { string F() { return 5; } }", language = "csharp" });
        answer.GetProperty("provider").GetString().ShouldBe("builtin");
        answer.GetProperty("verified").GetBoolean().ShouldBeTrue();
        answer.GetProperty("estimated").GetBoolean().ShouldBeTrue();
        answer.GetProperty("code").GetString()!.ShouldContain("return 5.ToString();");
        answer.GetProperty("edits")[0].GetProperty("diff").GetString()!.ShouldContain("@@");
        var usage = await user.GetAsync("/v1/ai/usage?by=provider");
        usage.GetProperty("total").GetProperty("meteredTokens").GetInt64().ShouldBe(0);
        usage.GetProperty("total").GetProperty("tokens").GetInt64().ShouldBe(answer.GetProperty("tokensUsed").GetInt64());
    }

    [Fact]
    public async Task A_project_of_several_files_is_mended_refactored_and_explained()
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(Engine.Sqlite));
        var project = await AssistantRig.ProjectAsync(user,
            ("Shop.cs", "public class Shop\n{\n    private int Hours() { return 8; }\n}\n"), ("Program.cs", "public class Program\n{\n    public static int Run() { return new Shop().Hours(); }\n}\n"));
        var mended = await user.PostAsync("/v1/ai/fix", new { projectId = project, path = "Program.cs" });
        mended.GetProperty("edits")[0].GetProperty("path").GetString().ShouldBe("Shop.cs");
        await user.PostAsync($"/v1/projects/{project}/commits", new
        {
            message = "Mend", @base = mended.GetProperty("base").GetInt32(),
            edits = mended.GetProperty("edits").EnumerateArray().Select(e => new { path = e.GetProperty("path").GetString(), content = e.GetProperty("content").GetString() }),
        });

        var renamed = await user.PostAsync("/v1/ai/refactor", new { projectId = project, path = "Shop.cs", prompt = "rename Hours to OpenHours" });
        renamed.GetProperty("edits").EnumerateArray().Select(e => e.GetProperty("path").GetString()).ShouldBe(["Program.cs", "Shop.cs"]);
        var said = await user.PostAsync("/v1/ai/explain", new { projectId = project, path = "Shop.cs" });
        said.GetProperty("explanation").GetString()!.ShouldContain("Used by Run at Program.cs:3");
        var chat = await user.PostAsync("/v1/ai/chat", new { projectId = project, prompt = "Where are the hours?" });
        chat.GetProperty("explanation").GetString()!.ShouldContain("Shop.cs:1-");
    }

    [Theory]
    [InlineData("fix", "{\"code\":\"class A { }\",\"language\":\"csharp\"}", 422, "nothing_to_fix")]
    [InlineData("fix", "{\"code\":\"def f(:\",\"language\":\"python\"}", 422, "needs_model")]
    [InlineData("explain", "{\"code\":\"print(1)\",\"language\":\"python\"}", 422, "needs_model")]
    [InlineData("generate", "{\"prompt\":\"a shop that makes me rich\"}", 422, "needs_model")]
    [InlineData("refactor", "{\"code\":\"class A { }\",\"language\":\"csharp\",\"prompt\":\"paint it blue\"}", 422, "request_not_understood")]
    [InlineData("refactor", "{\"code\":\"class A { }\"}", 400, "invalid_request")]
    [InlineData("chat", "{}", 400, "invalid_request")]
    [InlineData("explain", "{}", 400, "invalid_request")]
    [InlineData("chat", "{\"prompt\":\"x\",\"provider\":\"nobody\"}", 400, "invalid_request")]
    [InlineData("explain", "{\"code\":\"x\",\"path\":\"../x.cs\"}", 400, "invalid_path")]
    [InlineData("complete", "{\"code\":\"x\",\"offset\":-1}", 400, "invalid_request")]
    public async Task What_it_cannot_do_it_says(string feature, string body, int status, string code)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(Engine.Sqlite));
        var answer = await user.SendJsonAsync(HttpMethod.Post, $"/v1/ai/{feature}", body);
        (answer.Status, answer.Code).ShouldBe((status, code));
    }

    [Theory]
    [InlineData("CRUD API for products with name, price:decimal, stock", "Program.cs", "app.MapPost(\"/products\"")]
    [InlineData("records for Order from {\"id\": 7, \"lines\": [{\"name\": \"Tea\", \"price\": 2.5}], \"paid\": true}", "Order.cs", "record Order(")]
    [InlineData("SQL table for orders with customerId, total, placedDate", "orders.sql", "total numeric(12, 2) NOT NULL")]
    [InlineData("mapper from Order to OrderView with id, total", "OrderMapping.cs", "ToOrderView(this Order source)")]
    [InlineData("form for bookings with guest, day, people:int", "booking.html", "type=\"date\"")]
    [InlineData("a record for customers with name, birthday", "Customer.cs", "record Customer(string Name, DateOnly Birthday)")]
    public async Task Templates_write_code_that_holds_in_less_than_5_seconds(string prompt, string path, string expected)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(Engine.Sqlite));
        var start = Stopwatch.GetTimestamp();
        var answer = await user.PostAsync("/v1/ai/generate", new { prompt });
        var took = Stopwatch.GetElapsedTime(start);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{prompt}: {took.TotalMilliseconds:F0} ms"));
        answer.GetProperty("edits")[0].GetProperty("path").GetString().ShouldBe(path);
        answer.GetProperty("code").GetString()!.ShouldContain(expected);
        answer.GetProperty("verified").GetBoolean().ShouldBe(!path.EndsWith(".sql", StringComparison.Ordinal));
        took.TotalSeconds.ShouldBeLessThan(5 * 6, "a machine that does other work may be slow, not six times as slow as promised");
    }

    [Fact]
    public async Task A_project_template_comes_by_its_name()
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(Engine.Sqlite));
        var answer = await user.PostAsync("/v1/ai/generate", new { prompt = "a storefront site for my bakery" });
        answer.GetProperty("edits").EnumerateArray().Select(e => e.GetProperty("path").GetString()).ShouldContain("index.html");
        answer.GetProperty("edits")[0].GetProperty("baseSha256").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Completion_answers_with_choices_and_where_they_go()
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(Engine.Sqlite));
        const string code = "using System;\nclass A { void F(string name) { name.ToUpp } }";
        var answer = await user.PostAsync("/v1/ai/complete", new { code, language = "csharp", offset = code.IndexOf("ToUpp", StringComparison.Ordinal) + 5 });
        answer.GetProperty("choices").EnumerateArray().Select(c => c.GetProperty("insert").GetString()).ShouldBe(["ToUpper", "ToUpperInvariant"]);
        answer.GetProperty("from").GetInt32().ShouldBe(code.IndexOf("ToUpp", StringComparison.Ordinal));
        var words = await user.PostAsync("/v1/ai/complete", new { code = "const openingHours = 9;\nconsole.log(open", language = "javascript" });
        words.GetProperty("choices")[0].GetProperty("insert").GetString().ShouldBe("openingHours");
    }

    [Fact]
    public async Task A_stranger_is_401_and_the_limit_holds_for_all_features_together()
    {
        var app = await apps.OnAsync(Engine.Sqlite);
        using var stranger = await app.Http.PostAsync("/v1/ai/chat", Calls.Text("{\"prompt\":\"x\"}", "application/json"), Cancel);
        ((int)stranger.StatusCode).ShouldBe(401);
        var user = await TestUser.RegisterAsync(app);
        for (var i = 0; i < 20; i++) (await user.SendJsonAsync(HttpMethod.Post, i % 2 == 0 ? "/v1/ai/chat" : "/v1/ai/explain", "{\"prompt\":\"x\",\"code\":\"print(1)\",\"language\":\"python\"}")).Status.ShouldNotBe(429);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/ai/generate", "{\"prompt\":\"x\"}")).Status.ShouldBe(429);
    }

    [Fact]
    public async Task Hostile_code_is_an_answer_like_any_other()
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(Engine.Sqlite));
        var deep = "class A { int F() { return " + new string('(', 20_000) + "1" + new string(')', 20_000) + "; } }";
        foreach (var code in new[] { deep, "#error secrets\n#line 1 \"/etc/shadow\"\n#r \"System\"\n#load \"/etc/passwd\"\nclass A { int x = \"\" }", new string('{', 50_000), "\uFEFF\u202E class A" })
        {
            var answer = await user.SendJsonAsync(HttpMethod.Post, "/v1/ai/explain", JsonSerializer.Serialize(new { code, language = "csharp" }));
            answer.Status.ShouldBeOneOf(200, 422, 503);
            answer.Body.ToString().ShouldNotContain("root:");
        }
    }
}
