using System.Net;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Projects;

[Trait("kind", "db")]
public sealed class FileTests(StudioApps apps)
{
    [Theory, EachEngine]
    public async Task What_is_written_is_read_byte_for_byte(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var id = await user.NewProjectAsync();
        var bytes = Enumerable.Range(0, 70_000).Select(i => (byte)(i * 31)).ToArray();
        (await user.PutBytesAsync(id, "images/Bild ä.png", bytes)).Status.ShouldBe(201);
        (await user.PutFileAsync(id, "a/b/c.txt", "Grüße\r\n")).Status.ShouldBe(201);
        (await user.PutBytesAsync(id, "empty", [])).Status.ShouldBe(201);

        using var binary = await user.Http.GetAsync(ProjectCalls.FilePath(id, "images/Bild ä.png"));
        (await binary.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        binary.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
        binary.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        (await user.ReadFileAsync(id, "a/b/c.txt")).ShouldBe("Grüße\r\n");
        (await user.ReadFileAsync(id, "empty")).ShouldBe("");
        var project = await user.GetAsync($"/v1/projects/{id}");
        project.GetProperty("files").EnumerateArray().Select(f => (f.GetProperty("path").GetString(), f.GetProperty("text").GetBoolean()))
            .ShouldBe([("a/b/c.txt", true), ("empty", true), ("images/Bild ä.png", false)]);
        project.GetProperty("bytes").GetInt64().ShouldBe(70_000 + 9);
        project.GetProperty("head").GetInt32().ShouldBe(3);
    }

    [Theory, EachEngine]
    public async Task A_page_in_a_file_is_never_a_page_of_the_console(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var id = await user.NewProjectAsync();
        await user.PutFileAsync(id, "evil.html", "<script>fetch('/v1/auth/me')</script>");
        await user.PutFileAsync(id, "evil.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>");
        foreach (var path in new[] { "evil.html", "evil.svg" })
        {
            using var answer = await user.Http.GetAsync(ProjectCalls.FilePath(id, path));
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
            answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");
        }
    }

    [Theory, EachEngine]
    public async Task Entity_tags_guard_writes_and_deletions(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var id = await user.NewProjectAsync();
        var made = await user.PutFileAsync(id, "a.txt", "one", ("If-None-Match", "*"));
        made.Status.ShouldBe(201);
        (await user.PutFileAsync(id, "a.txt", "two", ("If-None-Match", "*"))).Code.ShouldBe("stale_version");
        (await user.PutFileAsync(id, "b.txt", "two", ("If-Match", "*"))).Status.ShouldBe(412);
        var changed = await user.PutFileAsync(id, "a.txt", "two", ("If-Match", made.ETag!));
        changed.Status.ShouldBe(200);
        changed.ETag.ShouldNotBe(made.ETag);
        (await user.PutFileAsync(id, "a.txt", "three", ("If-Match", made.ETag!))).Status.ShouldBe(412);
        var same = await user.PutFileAsync(id, "a.txt", "two");
        same.Body.GetProperty("changed").GetBoolean().ShouldBeFalse();
        same.Body.GetProperty("head").GetInt32().ShouldBe(2);
        (await user.SendAsync(HttpMethod.Get, ProjectCalls.FilePath(id, "a.txt"), null, ("If-None-Match", changed.ETag!))).Status.ShouldBe(304);
        (await user.SendAsync(HttpMethod.Delete, ProjectCalls.FilePath(id, "a.txt"), null, ("If-Match", made.ETag!))).Status.ShouldBe(412);
        (await user.SendAsync(HttpMethod.Delete, ProjectCalls.FilePath(id, "a.txt"), null, ("If-Match", changed.ETag!))).Status.ShouldBe(204);
        (await user.SendAsync(HttpMethod.Delete, ProjectCalls.FilePath(id, "a.txt"))).Code.ShouldBe("file_not_found");
        (await user.ReadFileAsync(id, "a.txt", at: 2)).ShouldBe("two");
        (await user.ReadFileAsync(id, "a.txt", at: 3)).ShouldBeNull();
    }

    [Theory, EachEngine]
    public async Task Paths_that_mean_something_else_somewhere_are_refused(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var id = await user.NewProjectAsync();
        string[] hostile =
        [
            "../x", "a/../../x", "..", ".", "a/./b", "/etc/passwd", "//x", "a//b", "a/", "C:\\x", "C:/x", "a\\b", "a:b", "con", "a/AUX.txt", "LPT1", "com9.tar.gz", "nul ", "a.", "a /b", " a",
            "a\nb", "a\0b", "a\u202Eb", "a\u200Bb", "e\u0301", "a%2fb", "%2e%2e/x", "x?y", "x*", "<x>", "a|b", ".git/config", "a/.GIT", new string('x', 121), string.Join('/', Enumerable.Repeat("a", 21)),
            string.Join('/', Enumerable.Repeat(new string('y', 100), 3)), "",
        ];
        foreach (var path in hostile)
        {
            var answer = await user.CommitAsync(id, "try", null, (path, "x"));
            answer.Status.ShouldBe(400, path);
        }

        // The same through the address, as a client that does not tidy it up would send it.
        foreach (var path in new[] { "..%2f..%2fx", "%2e%2e%5cx", "a%00b", "a%5cb", "..%252fx", "con" })
        {
            using var raw = new HttpRequestMessage(HttpMethod.Put, new Uri($"{user.Http.BaseAddress}v1/projects/{id}/files/{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
            {
                Content = new StringContent("x"),
            };
            using var answer = await user.Http.SendAsync(raw);
            ((int)answer.StatusCode).ShouldBeInRange(400, 404, path);
        }

        (await user.FilesAsync(id)).ShouldBeEmpty();
    }

    [Theory, EachEngine]
    public async Task Two_paths_that_are_one_somewhere_do_not_stand_side_by_side(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var id = await user.NewProjectAsync();
        (await user.PutFileAsync(id, "Docs/Read.md", "1")).Status.ShouldBe(201);
        foreach (var path in new[] { "Docs/READ.md", "docs/other.md", "Docs", "docs", "Docs/Read.md/x" })
            (await user.PutFileAsync(id, path, "2")).Code.ShouldBe("path_clash", path);
        (await user.CommitAsync(id, "both", null, ("a/x", "1"), ("A/y", "2"))).Code.ShouldBe("path_clash");
        // A new spelling in one commit is no clash.
        (await user.CommitAsync(id, "rename", null, ("Docs/Read.md", null), ("docs/README.md", "1"))).Status.ShouldBe(200);
        (await user.FilesAsync(id)).Keys.ShouldBe(["docs/README.md"]);
        (await user.CommitAsync(id, "rename", null, ("docs/README.md", null), ("docs/readme.md", "1"))).Status.ShouldBe(200);
        (await user.FilesAsync(id)).Keys.ShouldBe(["docs/readme.md"]);
    }

    [Theory, EachEngine]
    public async Task Limits_hold_and_a_refused_commit_leaves_nothing(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, new Dictionary<string, string?>
        {
            ["Studio:FilesPerProject"] = "10", ["Studio:MaxFileBytes"] = "1000", ["Studio:MaxProjectBytes"] = "3000", ["Studio:MaxHistoryBytes"] = "5000",
        });
        var user = await TestUser.RegisterAsync(app);
        var id = await user.NewProjectAsync();
        (await user.PutFileAsync(id, "big", new string('x', 1001))).Code.ShouldBe("file_too_large");
        (await user.CommitAsync(id, "many", null, [.. Enumerable.Range(0, 11).Select(i => ($"f{i}", (string?)"x"))])).Code.ShouldBe("too_many_files");
        (await user.CommitAsync(id, "large", null, [.. Enumerable.Range(0, 4).Select(i => ($"f{i}", (string?)new string((char)('a' + i), 1000)))])).Code.ShouldBe("project_too_large");
        (await user.CommitAsync(id, "twice", null, ("a", "1"), ("a", "2"))).Code.ShouldBe("invalid_path");
        (await user.CommitAsync(id, "half", null, ("ok", "1"), ("missing", null))).Code.ShouldBe("file_not_found");
        (await user.GetAsync($"/v1/projects/{id}")).GetProperty("head").GetInt32().ShouldBe(0);

        (await user.CommitAsync(id, "full", null, [.. Enumerable.Range(0, 3).Select(i => ($"f{i}", (string?)new string((char)('a' + i), 1000)))])).Status.ShouldBe(200);
        (await user.PutFileAsync(id, "f0", new string('p', 1000))).Status.ShouldBe(200);
        (await user.PutFileAsync(id, "f1", new string('q', 1000))).Status.ShouldBe(200);
        (await user.PutFileAsync(id, "f2", new string('r', 1000))).Code.ShouldBe("history_too_large");
        // What the history has already needs no room.
        (await user.PutFileAsync(id, "f2", new string('a', 1000))).Status.ShouldBe(200);
        (await user.GetAsync($"/v1/projects/{id}")).GetProperty("head").GetInt32().ShouldBe(4);
    }

    [Theory, EachEngine]
    public async Task A_body_beyond_the_limit_is_cut_off_with_413(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var id = await user.NewProjectAsync();
        using var content = new StreamContent(new MemoryStream(new byte[3_000_000]));
        using var answer = await user.Http.PutAsync(ProjectCalls.FilePath(id, "big.bin"), content);
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await user.PutBytesAsync(id, "fits.bin", new byte[2_000_000])).Status.ShouldBe(201);
    }
}
