using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Projects;

[Trait("kind", "db")]
public sealed class HistoryTests(StudioApps apps)
{
    [Theory, EachEngine]
    public async Task Every_change_is_a_commit_with_author_message_and_diff(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var id = await user.NewProjectAsync();
        await user.CommitAsync(id, "Begin", null, ("a.txt", "one\ntwo\nthree\n"), ("b.txt", "b"));
        await user.SendAsync(HttpMethod.Put, $"{ProjectCalls.FilePath(id, "a.txt")}?message=Second", Calls.Text("one\n2\nthree\n", "text/plain"));
        await user.SendAsync(HttpMethod.Delete, ProjectCalls.FilePath(id, "b.txt"));
        await user.PutBytesAsync(id, "c.bin", [0, 1, 2]);

        var history = (await user.GetAsync($"/v1/projects/{id}/history")).GetProperty("items");
        history.EnumerateArray().Select(c => (c.GetProperty("number").GetInt32(), c.GetProperty("message").GetString())).ShouldBe([(4, "Write c.bin"), (3, "Delete b.txt"), (2, "Second"), (1, "Begin")]);
        history[0].GetProperty("author").GetProperty("id").GetGuid().ShouldBe(user.Id);
        var second = await user.GetAsync($"/v1/projects/{id}/history/2");
        second.GetProperty("changes")[0].GetProperty("diff").GetString().ShouldBe("--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n");
        var third = (await user.GetAsync($"/v1/projects/{id}/history/3")).GetProperty("changes")[0];
        third.GetProperty("kind").GetString().ShouldBe("deleted");
        third.GetProperty("diff").GetString().ShouldBe("--- a/b.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n\\ No newline at end of file\n");
        (await user.GetAsync($"/v1/projects/{id}/history/4")).GetProperty("changes")[0].GetProperty("diff").ValueKind.ShouldBe(JsonValueKind.Null);
        (await user.GetAsync($"/v1/projects/{id}/history?path=b.txt")).GetProperty("items").EnumerateArray().Select(c => c.GetProperty("number").GetInt32()).ShouldBe([3, 1]);

        var page = await user.GetAsync($"/v1/projects/{id}/history?limit=3");
        var next = page.GetProperty("next").GetString();
        (await user.GetAsync($"/v1/projects/{id}/history?limit=3&cursor={next}")).GetProperty("items").EnumerateArray().Single().GetProperty("number").GetInt32().ShouldBe(1);
        (await user.SendAsync(HttpMethod.Get, $"/v1/projects/{id}/history?cursor=-1")).Status.ShouldBe(400);
        (await user.SendAsync(HttpMethod.Get, $"/v1/projects/{id}/history/9")).Code.ShouldBe("commit_not_found");
    }

    [Theory, EachEngine]
    public async Task Going_back_makes_a_commit_and_loses_nothing(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var id = await user.NewProjectAsync();
        await user.CommitAsync(id, "1", null, ("a", "1"), ("b", "1"));
        var first = await user.FilesAsync(id);
        await user.CommitAsync(id, "2", null, ("a", "2"), ("b", null), ("c", "2"));
        await user.CommitAsync(id, "3", null, ("a", "3"));
        var third = await user.FilesAsync(id);

        (await user.PostAsync($"/v1/projects/{id}/revert", new { to = 1 })).GetProperty("head").GetInt32().ShouldBe(4);
        (await user.FilesAsync(id)).ShouldBe(first);
        await user.PostAsync($"/v1/projects/{id}/revert", new { to = 3 });
        (await user.FilesAsync(id)).ShouldBe(third);
        await user.PostAsync($"/v1/projects/{id}/revert", new { to = 1, path = "b" });
        (await user.FilesAsync(id))["b"].ShouldBe("1");
        await user.PostAsync($"/v1/projects/{id}/revert", new { to = 0 });
        (await user.FilesAsync(id)).ShouldBeEmpty();
        (await user.PostAsync($"/v1/projects/{id}/revert", new { to = 7 })).GetProperty("paths").GetArrayLength().ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task One_commit_is_undone_unless_its_files_moved_on(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var id = await user.NewProjectAsync();
        await user.CommitAsync(id, "1", null, ("a", "1"), ("b", "1"));
        await user.CommitAsync(id, "2", null, ("a", "2"));
        await user.CommitAsync(id, "3", null, ("b", "3"));
        await user.PostAsync($"/v1/projects/{id}/revert", new { commit = 2 });
        (await user.FilesAsync(id)).ShouldBe(new Dictionary<string, string> { ["a"] = "1", ["b"] = "3" });
        var refused = await user.SendJsonAsync(HttpMethod.Post, $"/v1/projects/{id}/revert", """{"commit":1}""");
        refused.Code.ShouldBe("revert_conflict");
        refused.Body.GetProperty("paths").EnumerateArray().Select(p => p.GetString()).ShouldBe(["b"]);
        foreach (var (body, status) in new[] { ("{}", 400), ("""{"to":1,"commit":1}""", 400), ("""{"to":99}""", 404), ("""{"commit":0}""", 404), ("""{"to":1,"path":"../x"}""", 400), ("""{"to":1,"path":"zz"}""", 404), ("""{"to":-1}""", 404) })
            (await user.SendJsonAsync(HttpMethod.Post, $"/v1/projects/{id}/revert", body)).Status.ShouldBe(status, body);
    }

    [Theory, EachEngine]
    public async Task Commits_at_once_on_two_replicas_are_one_after_the_other(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        await using var replica = await TestApp.StartReplicaAsync(app);
        var user = await TestUser.RegisterAsync(app);
        var there = user.On(replica);
        var id = await user.NewProjectAsync();
        const int Writers = 12, Each = 5;
        var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(async w =>
        {
            var mine = new List<Answer>();
            for (var i = 0; i < Each; i++) mine.Add(await (w % 2 == 0 ? user : there).CommitAsync(id, $"{w}/{i}", null, ($"own/{w}", $"{i}"), ("shared", $"{w}/{i}")));
            return mine;
        }));
        answers.SelectMany(a => a).ShouldAllBe(a => a.Status == 200);
        var history = (await user.GetAsync($"/v1/projects/{id}/history?limit=200")).GetProperty("items").EnumerateArray().ToList();
        history.Select(c => c.GetProperty("number").GetInt32()).ShouldBe(Enumerable.Range(1, Writers * Each).Reverse());
        var files = await user.FilesAsync(id);
        files.Count.ShouldBe(Writers + 1);
        files["shared"].ShouldBe(history[0].GetProperty("message").GetString());
        files.Where(f => f.Key != "shared").ShouldAllBe(f => f.Value == $"{Each - 1}");
        // Each change begins where the one before it ended.
        var changes = history.AsEnumerable().Reverse().SelectMany(c => c.GetProperty("changes").EnumerateArray()).ToLookup(c => c.GetProperty("path").GetString());
        foreach (var path in changes)
        {
            string? last = null;
            foreach (var change in path)
            {
                change.GetProperty("before").GetString().ShouldBe(last);
                last = change.GetProperty("after").GetString();
            }
        }

        var project = await user.GetAsync($"/v1/projects/{id}");
        project.GetProperty("bytes").GetInt64().ShouldBe(files.Values.Sum(f => f.Length));
        project.GetProperty("fileCount").GetInt32().ShouldBe(files.Count);
    }

    [Theory, EachEngine]
    public async Task Of_many_who_change_the_same_version_one_wins(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        await using var replica = await TestApp.StartReplicaAsync(app);
        var user = await TestUser.RegisterAsync(app);
        var there = user.On(replica);
        var id = await user.NewProjectAsync();
        var tag = (await user.PutFileAsync(id, "a", "0")).ETag!;
        var writes = await Task.WhenAll(Enumerable.Range(0, 16).Select(w => (w % 2 == 0 ? user : there).PutFileAsync(id, "a", $"w{w}", ("If-Match", tag))));
        writes.Count(a => a.Status == 200).ShouldBe(1);
        writes.Count(a => a.Status == 412).ShouldBe(15);
        var commits = await Task.WhenAll(Enumerable.Range(0, 16).Select(w => (w % 2 == 0 ? user : there).CommitAsync(id, "x", 2, ($"f{w}", "x"))));
        commits.Count(a => a.Status == 200).ShouldBe(1);
        commits.Count(a => a.Code == "base_moved").ShouldBe(15);
        (await user.GetAsync($"/v1/projects/{id}")).GetProperty("head").GetInt32().ShouldBe(3);
    }
}
