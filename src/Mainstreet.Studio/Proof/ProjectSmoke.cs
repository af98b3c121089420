using System.IO.Compression;
using System.Text;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Studio.Proof;

/// <summary>A project's main path: made from a template, changed, looked back on, taken back, packed up and unpacked, renamed, deleted. Nothing is published.</summary>
internal sealed class ProjectSmoke : ISmokePath
{
    private static readonly string[] OneFile = ["index.html"];

    private const string Gone = "project_not_found";

    public string Name => "studio";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.AccountAsync("writer");
        var other = await walk.AccountAsync("stranger");
        var project = await walk.SendAsync("project from a template", HttpMethod.Post, $"/v1/projects", owner, new { name = "Synthetic storefront", template = "storefront" }, 201,
            a => a.Is("name", "Synthetic storefront").Is("template", "storefront").Is("head", 1).Id());
        await walk.RefusedAsync("a template that is not there", 400, "template_unknown", HttpMethod.Post, $"/v1/projects", owner, new { name = "Synthetic", template = "castle" });
        await walk.GetAsync("found by name", owner, $"/v1/projects?q=STOREFRONT", a => a.Count("items", 1).Is("items[0].id", project.Value));
        await walk.GetAsync("project read", owner, $"/v1/projects/{project}", a => a.Is("id", project.Value).Some("files", f => f.GetProperty("path").GetString() == "index.html", "is index.html"));
        await walk.RefusedAsync("another's project", 404, Gone, HttpMethod.Get, $"/v1/projects/{project}", other);
        await walk.GetAsync("file read", owner, $"/v1/projects/{project}/files/index.html", a => a.Contains("<!doctype html>"));
        var committed = await walk.SendAsync("commit", HttpMethod.Post, $"/v1/projects/{project}/commits", owner, new { message = "Change", edits = new[] { new { path = "index.html", content = "<p>changed</p>\n" } } }, 200,
            a => a.Is("head", 2).Is("paths", OneFile));
        await walk.RefusedAsync("a path out of the project is refused", 400, "invalid_path", HttpMethod.Post, $"/v1/projects/{project}/commits", owner, new { message = "Out", edits = new[] { new { path = "../x", content = "x" } } });
        await walk.GetAsync("diff", owner, $"/v1/projects/{project}/history/2", a => a.Is("number", 2).Is("message", "Change").Says("changes[0].diff", "+<p>changed</p>"), committed);
        var reverted = await walk.SendAsync("back", HttpMethod.Post, $"/v1/projects/{project}/revert", owner, new { to = 1 }, 200, a => a.Is("head", 3).Is("paths", OneFile), committed);
        await walk.GetAsync("history", owner, $"/v1/projects/{project}/history", a => a.Count("items", 3).Is("items[0].number", 3), reverted);
        await walk.GetAsync("a file as it was", owner, $"/v1/projects/{project}/files/index.html?at=2", a => a.Contains("<p>changed</p>"), reverted);
        var noted = await walk.SendAsync("file written", HttpMethod.Put, $"/v1/projects/{project}/files/notes.txt", owner, new SmokeFile("synthetic words"u8.ToArray(), "text/plain"), 201, a => a.Is("path", "notes.txt").Is("size", 15).Is("changed", true), reverted);
        await walk.GetAsync("file read back", owner, $"/v1/projects/{project}/files/notes.txt", a => a.Text == "synthetic words" ? a : throw new ProofException("its words are others"), noted);
        await walk.SendAsync("file deleted", HttpMethod.Delete, $"/v1/projects/{project}/files/notes.txt", owner, null, 204, a => a.Empty(), noted);
        await walk.RefusedAsync("a file that is not there", 404, "file_not_found", HttpMethod.Get, $"/v1/projects/{project}/files/none.txt", owner);
        var archive = await walk.GetAsync("packed up", owner, $"/v1/projects/{project}/archive", a => new SmokeFile(Archive(a.Media("application/zip").Bytes), "application/zip"));
        var copy = await walk.StepAsync("unpacked as another", async () => (await walk.AskAsync(HttpMethod.Post, $"/v1/projects/import?name=Synthetic%20copy", owner, archive.Value)).Answered(201).Is("name", "Synthetic copy").Is("head", 1).Id());
        await walk.GetAsync("the copy's file", owner, $"/v1/projects/{copy}/files/index.html", a => a.Contains("<!doctype html>"));
        await walk.RefusedAsync("no archive", 400, "archive_broken", HttpMethod.Post, $"/v1/projects/import?name=x", owner, new SmokeFile("no archive"u8.ToArray(), "application/zip"));
        await walk.RefusedAsync("no token, no deployment", 422, "credentials_missing", HttpMethod.Post, $"/v1/projects/{project}/deployments", owner, new { target = "vercel" });
        await walk.GetAsync("no deployments", owner, $"/v1/deployments?projectId={project}", a => a.Count("items", 0).Is("next", null));

        await walk.PageAsync("page: editor", owner, $"/studio/projects/{project}", "Synthetic storefront", "<h1>Synthetic storefront</h1>", "index.html");
        await walk.PageAsync("page: history", owner, $"/studio/projects/{project}/history", "History of Synthetic storefront", "2. Change");
        await walk.PageAsync("page: preview", owner, $"/studio/projects/{project}/preview", "Preview of Synthetic storefront", "<h1>Synthetic storefront</h1>");
        await walk.PageAsync("page: run", owner, $"/studio/projects/{project}/run", "Run Synthetic storefront", "Result");
        await walk.PageAsync("page: publish", owner, $"/studio/projects/{project}/deployments", "Publish", "Publish Synthetic storefront");
        await walk.PageAsync("page: another's project", other, $"/studio/projects/{project}", 404, "Not there", "<h1>There is no such project</h1>");

        await walk.SendAsync("renamed", HttpMethod.Patch, $"/v1/projects/{project}", owner, new { name = "Synthetic site" }, 200, a => a.Is("id", project.Value).Is("name", "Synthetic site"));
        await walk.SendAsync("the copy is deleted", HttpMethod.Delete, $"/v1/projects/{copy}", owner, null, 204, a => a.Empty());
        var gone = await walk.SendAsync("deleted", HttpMethod.Delete, $"/v1/projects/{project}", owner, null, 204, a => a.Empty());
        await walk.RefusedAsync("gone", 404, Gone, HttpMethod.Get, $"/v1/projects/{project}", owner, null, gone);
    }

    /// <summary>The bytes of an archive in which the page is.</summary>
    private static ReadOnlyMemory<byte> Archive(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var stream = new MemoryStream(bytes.ToArray());
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
            using var reader = new StreamReader(zip.GetEntry("index.html")?.Open() ?? throw new ProofException("the archive has no index.html"), Encoding.UTF8);
            return reader.ReadToEnd().Contains("<!doctype html>", StringComparison.Ordinal) ? bytes : throw new ProofException("the archive's index.html is another");
        }
        catch (InvalidDataException broken)
        {
            throw new ProofException($"it is no archive: {broken.Message}", broken);
        }
    }
}
