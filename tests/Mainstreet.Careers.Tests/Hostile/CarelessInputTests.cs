using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

using Mainstreet.Careers.Tests.Jobs;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Hostile;

/// <summary>What careless people and their programs send: null in lists, numbers without end, everything at once, other people's ids.</summary>
[Trait("kind", "db")]
public sealed class CarelessInputTests(CareersApps apps)
{
    private const string Nothing = "01930000-0000-7000-8000-000000000000";

    private const string Posting = """{"title":"Clerk","description":"- Stock control"}""";

    [Theory, EachEngine]
    public async Task Bad_members_are_400_on_every_route(Engine engine)
    {
        var user = await PersonAsync(engine);
        var application = (await user.PostAsync("/v1/hunter/submissions", new { title = "Clerk" })).GetProperty("id").GetGuid();
        (HttpMethod Method, string Path, string Body)[] wrong =
        [
            (HttpMethod.Put, "/v1/profiles/me", "null"), (HttpMethod.Put, "/v1/profiles/me", "[null]"), (HttpMethod.Put, "/v1/profiles/me", """{"work":[null]}"""), (HttpMethod.Put, "/v1/profiles/me", """{"skills":[{"keywords":[null]}]}"""),
            (HttpMethod.Put, "/v1/profiles/me/masks", "null"), (HttpMethod.Put, "/v1/profiles/me/masks", "{}"), (HttpMethod.Put, "/v1/profiles/me/masks", """{"masks":null}"""), (HttpMethod.Put, "/v1/profiles/me/masks", """{"masks":[null]}"""),
            (HttpMethod.Put, "/v1/profiles/me/masks", """{"masks":[{"key":"a","label":"A","sections":[null],"words":[]}]}"""), (HttpMethod.Put, "/v1/profiles/me/masks", """{"masks":[{"key":"a","label":"A","sections":[],"words":[null]}]}"""),
            (HttpMethod.Put, "/v1/profiles/me/masks", """{"masks":[{"key":null,"label":"A","sections":[],"words":[]}]}"""), (HttpMethod.Put, "/v1/profiles/me/masks", """{"masks":[{"key":"a\n","label":"A","sections":[],"words":[]}]}"""),
            (HttpMethod.Post, "/v1/profiles/me/publish", """{"slug":"\u0000abc"}"""), (HttpMethod.Post, "/v1/profiles/me/publish", """{"slug":"abc\n"}"""), (HttpMethod.Post, "/v1/profiles/me/publish", """{"showContact":"yes"}"""),
            (HttpMethod.Post, "/v1/hunter/analyze-gap", "{\"posting\":null}"), (HttpMethod.Post, "/v1/hunter/analyze-gap", """{"posting":{"title":null,"description":"x"}}"""), (HttpMethod.Post, "/v1/hunter/analyze-gap", """{"posting":{"title":"a","description":null}}"""),
            (HttpMethod.Post, "/v1/hunter/analyze-gap", $$$"""{"posting":{{{Posting}}},"jobId":"{{{Nothing}}}"}"""), (HttpMethod.Post, "/v1/hunter/analyze-gap", $$$"""{"posting":{{{Posting}}},"weights":{"skills":-1}}"""),
            (HttpMethod.Post, "/v1/hunter/analyze-gap", $$$"""{"posting":{{{Posting}}},"weights":{"skills":1e400}}"""), (HttpMethod.Post, "/v1/hunter/analyze-gap", $$$"""{"posting":{{{Posting}}},"weights":{"skills":"40"}}"""),
            (HttpMethod.Post, "/v1/hunter/analyze-gap", $$"""{"posting":{{Posting}},"wishes":{"leastPay":1e28} }"""), (HttpMethod.Post, "/v1/hunter/analyze-gap", $$"""{"posting":{{Posting}},"wishes":{"likes":[null]} }"""),
            (HttpMethod.Post, "/v1/hunter/analyze-gap", $$"""{"posting":{{Posting}},"wishes":{"avoids":[null]} }"""), (HttpMethod.Post, "/v1/hunter/analyze-gap", $$"""{"posting":{{Posting}},"wishes":{"currency":"EURO"} }"""),
            (HttpMethod.Post, "/v1/documents", $$"""{"kind":7,"posting":{{Posting}} }"""), (HttpMethod.Post, "/v1/documents", $$"""{"kind":null,"posting":{{Posting}} }"""), (HttpMethod.Post, "/v1/documents", $$"""{"posting":{{Posting}} }"""),
            (HttpMethod.Post, "/v1/tasks", "{}"), (HttpMethod.Post, "/v1/tasks", """{"type":null}"""), (HttpMethod.Post, "/v1/tasks", """{"type":"tailor_resume"}"""), (HttpMethod.Post, "/v1/tasks", """{"type":"bulk_analysis","input":{"postings":[null]}}"""),
            (HttpMethod.Post, "/v1/tasks", """{"type":"bulk_analysis","input":{"jobIds":[null]}}"""), (HttpMethod.Post, "/v1/tasks", $$$"""{"type":"bulk_analysis","input":{"postings":[{{{Posting}}},null]}}"""),
            (HttpMethod.Post, "/v1/tasks", $$$"""{"type":"generate_applications","input":{"jobIds":["{{{Nothing}}}","{{{Nothing}}}"]}}"""), (HttpMethod.Post, "/v1/tasks", """{"type":"search_jobs","input":{"query":"a","sources":[null]}}"""),
            (HttpMethod.Post, "/v1/tasks", """{"type":"search_jobs","input":{"query":"a","filters":{"company":[null]}}}"""), (HttpMethod.Post, "/v1/tasks", """{"type":"search_jobs","input":{"query":"a","filters":{"days":-1}}}"""),
            (HttpMethod.Post, "/v1/tasks", """{"type":"search_jobs","input":{"query":"a","filters":{"payMin":99999999999999999999}}}"""), (HttpMethod.Post, "/v1/hunter/find-jobs", """{"query":null}"""),
            (HttpMethod.Post, "/v1/jobs/searches", """{"employment":[null]}"""), (HttpMethod.Post, "/v1/jobs/searches", """{"q":"a","workplace":["moon"]}"""), (HttpMethod.Post, "/v1/jobs/searches", """{"q":"a","payMin":-1,"currency":"EUR"}"""),
            (HttpMethod.Post, "/v1/jobs/searches", $$"""{"q":"a","name":"{{new string('n', 101)}}"}"""), (HttpMethod.Post, "/v1/hunter/submissions", """{"title":" "}"""), (HttpMethod.Post, "/v1/hunter/submissions", """{"title":"a","url":"data:text/html,x"}"""),
            (HttpMethod.Post, "/v1/hunter/submissions", """{"title":"a","company":"\ud800"}"""), (HttpMethod.Patch, $"/v1/hunter/submissions/{application}", """{"state":"moon"}"""), (HttpMethod.Patch, $"/v1/hunter/submissions/{application}", """{"checklist":["fly"]}"""),
            (HttpMethod.Patch, $"/v1/hunter/submissions/{application}", """{"remindAt":"0001-01-01T00:00:00+14:00"}"""), (HttpMethod.Patch, $"/v1/hunter/submissions/{application}", """{"remindAt":"9999-12-31T23:59:59-14:00"}"""),
            (HttpMethod.Patch, $"/v1/hunter/submissions/{application}", """{"remindAt":"2026-13-01T00:00:00Z"}"""), (HttpMethod.Post, $"/v1/hunter/submissions/{application}/submit", """{"method":"pigeon"}"""),
            (HttpMethod.Post, $"/v1/hunter/submissions/{application}/submit", """{"confirm":true,"resumeVersion":2147483648}"""),
        ];
        var failures = new List<string>();
        foreach (var (method, path, body) in wrong)
        {
            var answer = await user.SendJsonAsync(method, path, body);
            if (answer.Status != 400 || answer.Code != "invalid_request") failures.Add($"{method} {path} {body}: {answer.Status} {answer.Body}");
        }

        failures.ShouldBeEmpty(string.Join('\n', failures));

        // What is harmless is passed over, and never breaks.
        (await user.SendJsonAsync(HttpMethod.Patch, $"/v1/hunter/submissions/{application}", """{"checklist":[null]}""")).Status.ShouldBeOneOf([200, 400]);
        var document = (await user.PostAsync("/v1/documents", new { kind = "resume", posting = new { title = "Clerk", description = "x" } })).GetProperty("id").GetGuid();
        (await user.SendJsonAsync(HttpMethod.Patch, $"/v1/documents/{document}", """{"reverted":[null,"","x"]}""")).Status.ShouldBeOneOf([200, 400]);
    }

    [Theory, EachEngine]
    public async Task Another_persons_ids_are_404_on_every_route(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (user, other) = (await PersonAsync(engine), await TestUser.RegisterAsync(app));
        await other.PutAsync("/v1/profiles/me", new { basics = new { name = "Somebody Else" } });
        var application = (await user.PostAsync("/v1/hunter/submissions", new { title = "Clerk" })).GetProperty("id").GetGuid();
        var document = (await user.PostAsync("/v1/documents", new { kind = "resume", posting = new { title = "Clerk", description = "x" } })).GetProperty("id").GetGuid();
        var task = (await user.PostAsync("/v1/tasks", new { type = "follow_up" })).GetProperty("id").GetGuid();
        var search = (await user.PostAsync("/v1/jobs/searches", new { q = "clerk" })).GetProperty("id").GetGuid();
        var before = (await user.GetAsync($"/v1/hunter/submissions/{application}")).GetRawText();
        (HttpMethod Method, string Path, string? Body)[] asked =
        [
            (HttpMethod.Get, $"/v1/hunter/submissions/{application}", null), (HttpMethod.Patch, $"/v1/hunter/submissions/{application}", """{"notes":"mine"}"""), (HttpMethod.Patch, $"/v1/hunter/submissions/{application}", """{"state":"archived"}"""),
            (HttpMethod.Post, $"/v1/hunter/submissions/{application}/submit", "{}"), (HttpMethod.Post, $"/v1/hunter/submissions/{application}/submit", """{"confirm":true}"""),
            (HttpMethod.Get, $"/v1/documents/{document}", null), (HttpMethod.Patch, $"/v1/documents/{document}", """{"reverted":[]}"""), (HttpMethod.Get, $"/v1/tasks/{task}", null),
            (HttpMethod.Post, $"/v1/tasks/{task}/pause", null), (HttpMethod.Post, $"/v1/tasks/{task}/resume", null), (HttpMethod.Post, $"/v1/tasks/{task}/cancel", null),
            (HttpMethod.Get, $"/v1/jobs/searches/{search}", null), (HttpMethod.Delete, $"/v1/jobs/searches/{search}", null),
        ];
        foreach (var (method, path, body) in asked)
        {
            var answer = await other.SendAsync(method, path, body is null ? null : Calls.Text(body, "application/json"));
            (answer.Status, answer.Code).ShouldBe((404, "not_found"), $"{method} {path}");
        }

        // Another's document does not go out with one's own application; another's application gets no follow-up.
        var own = (await other.PostAsync("/v1/hunter/submissions", new { title = "Clerk" })).GetProperty("id").GetGuid();
        (await other.SendJsonAsync(HttpMethod.Post, $"/v1/hunter/submissions/{own}/submit", $$"""{"resumeId":"{{document}}"}""")).Code.ShouldBe("document_not_found");
        var followUp = (await other.PostAsync("/v1/tasks", new { type = "follow_up", input = new { submissionId = application } })).GetProperty("id").GetGuid();
        JsonElement ended;
        do ended = await other.GetAsync($"/v1/tasks/{followUp}");
        while (ended.GetProperty("state").GetString() is "pending" or "running");
        ended.GetProperty("error").GetProperty("code").GetString().ShouldBe("not_found");
        foreach (var page in new[] { $"/careers/applications/{application}", "/careers/applications/moon" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, page);
            request.Headers.Accept.ParseAdd("text/html");
            using var html = await other.Http.SendAsync(request);
            ((int)html.StatusCode).ShouldBe(404, page);
        }

        (await user.GetAsync($"/v1/hunter/submissions/{application}")).GetRawText().ShouldBe(before);
    }

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task Many_imports_and_changes_at_once_leave_one_of_them_and_break_nothing(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var user = await TestUser.RegisterAsync(app);
        (await user.SendJsonAsync(HttpMethod.Put, "/v1/profiles/me", Named(99))).Status.ShouldBe(201);
        var kept = "Nora 99";
        for (var round = 0; round < 3; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => (i % 4) switch
            {
                0 => user.SendJsonAsync(HttpMethod.Put, "/v1/profiles/me", Named(i)),
                1 => user.SendJsonAsync(HttpMethod.Post, "/v1/profiles/me/publish", "{}"),
                2 => user.SendJsonAsync(HttpMethod.Post, "/v1/profiles/me/share", "{}"),
                _ => user.SendJsonAsync(HttpMethod.Post, "/v1/profiles/me/import", Named(i)),
            }));
            answers.ShouldAllBe(a => a.Status == 200 || a.Code == "concurrent_change");
            answers.Count(a => a.Status == 200).ShouldBeGreaterThan(0);
            var written = answers.Select((a, i) => (a.Status, Number: i)).Where(a => a.Status == 200 && a.Number % 4 is (0 or 3)).Select(a => $"Nora {a.Number}").ToList();
            var name = JsonNode.Parse(await user.Http.GetStringAsync("/v1/profiles/me"))!["basics"]!["name"]!.GetValue<string>();
            name.ShouldBeOneOf(written.Count == 0 ? [kept] : [.. written]);
            kept = name;
        }

        // The same file of postings twice at once is the same postings once.
        var (admin, word) = (await JobFixture.AdminAsync(app), JobFixture.Word());
        var csv = "title,company,location,description\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{word} clerk {i},House {i},Pune,Counts stock number {i}\n"));
        var imports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => admin.ImportAsync(csv, "text/csv", word)));
        imports.ShouldAllBe(a => a.Status == 200);
        imports.Sum(a => a.Body.Count("created")).ShouldBe(40);
        (await user.SearchAsync($"q={word}")).Count("total").ShouldBe(40);

        static string Named(int number) => $$$"""{"basics":{"name":"Nora {{{number}}}"}}""";
    }

    [Theory, EachEngine]
    public async Task The_largest_profile_is_read_compared_and_written_in_bearable_time(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var clock = Stopwatch.StartNew();
        foreach (var highlights in new[] { [new string('x', 900_000)], Enumerable.Range(0, 12_000).Select(i => $"Managed stock control for {i} pallets and trained {i % 40} staff") })
        {
            await user.PutAsync("/v1/profiles/me", new { basics = new { name = "Nora" }, work = new[] { new { name = "Shop", position = "Clerk", startDate = "2019-01", highlights } } });
            await TimedAsync("facts", () => user.GetAsync("/v1/profiles/me/facts"));
            await TimedAsync("pdf", async () => (await user.Http.GetByteArrayAsync("/v1/profiles/me/export?format=pdf")).Length.ShouldBeGreaterThan(1_000));
            await TimedAsync("docx", async () => (await user.Http.GetByteArrayAsync("/v1/profiles/me/export?format=docx")).Length.ShouldBeGreaterThan(1_000));
            await TimedAsync("compare", () => user.PostAsync("/v1/hunter/analyze-gap", new { posting = new { title = "Clerk", description = string.Concat(Enumerable.Repeat("- 3+ years of stock control, Java, C++ and SQL\n", 1_000)) } }));
            await TimedAsync("document", () => user.PostAsync("/v1/documents", new { kind = "resume", posting = new { title = "Clerk", description = "- Stock control" } }));
        }

        async Task TimedAsync(string what, Func<Task> act)
        {
            clock.Restart();
            await act();
            TestContext.Current.TestOutputHelper!.WriteLine($"{what}: {clock.ElapsedMilliseconds} ms");
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20), what);
        }
    }

    private async Task<TestUser> PersonAsync(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        await user.PutAsync("/v1/profiles/me", JsonSerializer.Deserialize<JsonElement>("""{"basics":{"name":"Nora"},"work":[{"name":"Shop","position":"Clerk","startDate":"2020-01","highlights":["Managed stock control for 40 pallets"]}]}"""));
        return user;
    }
}
