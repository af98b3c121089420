using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Tasks;

[Trait("kind", "db")]
public sealed class TaskRoutesTests(CareersApps apps)
{
    private static readonly object Posting = new { title = "Stock Clerk", company = "Corner House", place = "Pune, IN", description = "Requirements:\n- 2+ years of stock control\n- Forklift" };

    [Theory, EachEngine]
    public async Task A_resume_is_tailored_in_the_background_and_told_on_the_live_topic(Engine engine)
    {
        var user = await PersonAsync(engine);
        await using var live = await LiveStreamClient.OpenAsync(user.Http, [$"user:{user.Id}"]);
        var started = await user.SendJsonAsync(HttpMethod.Post, "/v1/tasks", JsonSerializer.Serialize(new { type = "tailor_resume", input = new { posting = Posting } }));
        started.Status.ShouldBe(202);
        var id = started.Body.GetProperty("id").GetGuid();
        var task = await EndedAsync(user, id);
        task.GetProperty("state").GetString().ShouldBe("completed");
        var document = await user.GetAsync($"/v1/documents/{task.GetProperty("result").GetProperty("documentId").GetString()}");
        document.GetProperty("kind").GetString().ShouldBe("resume");

        var states = new List<string?>();
        while (states.LastOrDefault() != "completed")
        {
            var frame = (await live.NextAsync()).ShouldNotBeNull();
            if (frame.Event != "message") continue;
            var told = JsonSerializer.Deserialize<JsonElement>(frame.Data);
            if (told.GetProperty("type").GetString() == "task.changed" && told.GetProperty("data").GetProperty("id").GetGuid() == id) states.Add(told.GetProperty("data").GetProperty("state").GetString());
        }

        states.ShouldBe(["pending", "running", "completed"]);
    }

    [Theory, EachEngine]
    public async Task Many_postings_are_compared_and_listed_best_first(Engine engine)
    {
        var user = await PersonAsync(engine);
        var postings = Enumerable.Range(0, 25).Select(n => new { title = $"Post {n}", description = n == 17 ? "Requirements:\n- Stock control\n- Cash handling" : "Requirements:\n- Kubernetes\n- Rust" });
        var started = await user.PostAsync("/v1/tasks", new { type = "bulk_analysis", input = new { postings } });
        var task = await EndedAsync(user, started.GetProperty("id").GetGuid());
        var items = task.GetProperty("result").GetProperty("items").EnumerateArray().ToList();
        items.Count.ShouldBe(25);
        items[0].GetProperty("posting").GetInt32().ShouldBe(17);
        items.Select(i => i.GetProperty("score").GetDecimal()).ShouldBeInOrder(SortDirection.Descending);
        (task.GetProperty("progress").GetProperty("done").GetInt32(), task.GetProperty("attempts").GetInt32()).ShouldBe((25, 1));
    }

    [Theory, EachEngine]
    public async Task A_key_starts_one_task_however_often_it_is_sent(Engine engine)
    {
        var user = await PersonAsync(engine);
        var body = JsonSerializer.Serialize(new { type = "analyze_compatibility", input = new { posting = Posting } });
        var first = await user.SendJsonAsync(HttpMethod.Post, "/v1/tasks", body, ("Idempotency-Key", "k1"));
        var again = await user.SendJsonAsync(HttpMethod.Post, "/v1/tasks", body, ("Idempotency-Key", "k1"));
        (again.Status, again.Body.GetProperty("id").GetGuid()).ShouldBe((202, first.Body.GetProperty("id").GetGuid()));
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/tasks", body.Replace("Corner", "Other", StringComparison.Ordinal), ("Idempotency-Key", "k1"))).Code.ShouldBe("idempotency_key_reused");
        (await user.GetAsync("/v1/tasks?type=analyze_compatibility")).GetProperty("items").GetArrayLength().ShouldBe(1);
        var task = await EndedAsync(user, first.Body.GetProperty("id").GetGuid());
        task.GetProperty("result").GetProperty("parts").GetArrayLength().ShouldBeGreaterThan(0);
    }

    [Theory, EachEngine]
    public async Task What_cannot_be_done_says_why(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/tasks", """{"type":"fly"}""")).Fields.ShouldBe(["type"]);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/tasks", """{"type":"tailor_resume"}""")).Fields.ShouldBe(["input.jobId"]);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/tasks", """{"type":"bulk_analysis","input":{"postings":[{"title":"","description":""}]}}""")).Status.ShouldBe(400);
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/tasks", """{"type":"generate_applications","input":{"jobIds":[]}}""")).Fields.ShouldBe(["input.jobIds"]);
        (await user.SendJsonAsync(HttpMethod.Get, "/v1/tasks?state=odd", "")).Fields.ShouldBe(["state"]);
        (await user.SendAsync(HttpMethod.Get, $"/v1/tasks/{Guid.CreateVersion7()}")).Code.ShouldBe("not_found");
        // Without a profile the task itself fails, with the reason.
        var started = await user.PostAsync("/v1/tasks", new { type = "generate_letter", input = new { posting = Posting } });
        var task = await EndedAsync(user, started.GetProperty("id").GetGuid());
        (task.GetProperty("state").GetString(), task.GetProperty("error").GetProperty("code").GetString(), task.GetProperty("attempts").GetInt32()).ShouldBe(("failed", "profile_not_found", 1));
        var unknown = await user.PostAsync($"/v1/hunter/tailor-resume/{Guid.CreateVersion7()}", new { });
        (await EndedAsync(user, unknown.GetProperty("id").GetGuid())).GetProperty("error").GetProperty("code").GetString().ShouldBe("posting_not_found");
    }

    [Theory, EachEngine]
    public async Task Another_persons_task_is_not_there_and_every_act_has_its_states(Engine engine)
    {
        // No worker: what is started waits.
        await using var app = await TestApp.StartAsync(engine, new Dictionary<string, string?> { ["Roles"] = "web", ["Careers:UnfinishedTasks"] = "2" });
        var user = await TestUser.RegisterAsync(app);
        var stranger = await TestUser.RegisterAsync(app);
        var body = new { type = "analyze_compatibility", input = new { posting = Posting } };
        var id = (await user.PostAsync("/v1/tasks", body)).GetProperty("id").GetGuid();
        foreach (var act in (string[])["pause", "resume", "cancel"]) (await stranger.SendAsync(HttpMethod.Post, $"/v1/tasks/{id}/{act}")).Status.ShouldBe(404);
        (await stranger.SendAsync(HttpMethod.Get, $"/v1/tasks/{id}")).Status.ShouldBe(404);
        (await stranger.GetAsync("/v1/tasks")).GetProperty("items").GetArrayLength().ShouldBe(0);

        (await StateAsync("resume")).ShouldBe("pending");
        (await StateAsync("pause")).ShouldBe("paused");
        var etag = (await user.SendAsync(HttpMethod.Get, $"/v1/tasks/{id}")).ETag;
        (await StateAsync("pause")).ShouldBe("paused");
        (await user.SendAsync(HttpMethod.Get, $"/v1/tasks/{id}")).ETag.ShouldBe(etag);
        (await StateAsync("resume")).ShouldBe("pending");
        var second = (await user.PostAsync("/v1/tasks", body)).GetProperty("id").GetGuid();
        (await user.SendJsonAsync(HttpMethod.Post, "/v1/tasks", JsonSerializer.Serialize(body))).Code.ShouldBe("too_many_tasks");
        (await StateAsync("cancel")).ShouldBe("cancelled");
        (await user.SendAsync(HttpMethod.Post, $"/v1/tasks/{id}/resume")).Code.ShouldBe("task_wrong_state");
        (await user.SendAsync(HttpMethod.Post, $"/v1/tasks/{id}/pause")).Code.ShouldBe("task_wrong_state");
        await user.PostAsync("/v1/tasks", body);

        var first = await user.GetAsync("/v1/tasks?limit=2");
        first.GetProperty("items").GetArrayLength().ShouldBe(2);
        var rest = await user.GetAsync($"/v1/tasks?limit=2&cursor={first.GetProperty("next").GetString()}");
        rest.GetProperty("items").EnumerateArray().Single().GetProperty("id").GetGuid().ShouldBe(id);
        (await user.GetAsync("/v1/tasks?state=cancelled")).GetProperty("items").GetArrayLength().ShouldBe(1);
        second.ShouldNotBe(id);

        async Task<string?> StateAsync(string act) => (await user.SendAsync(HttpMethod.Post, $"/v1/tasks/{id}/{act}")).Body.GetProperty("state").GetString();
    }

    internal static async Task<JsonElement> EndedAsync(TestUser user, Guid id)
    {
        for (var i = 0; i < 1500; i++)
        {
            var task = await user.GetAsync($"/v1/tasks/{id}");
            if (task.GetProperty("state").GetString() is "completed" or "failed" or "cancelled") return task;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        throw new TimeoutException("The task did not end.");
    }

    private async Task<TestUser> PersonAsync(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        await user.PutAsync("/v1/profiles/me", JsonSerializer.Deserialize<JsonElement>(CareersHost.Life.Json));
        return user;
    }
}
