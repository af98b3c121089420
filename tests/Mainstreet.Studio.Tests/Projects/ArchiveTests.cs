using System.IO.Compression;
using System.Text;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Projects;

[Trait("kind", "db")]
public sealed class ArchiveTests(StudioApps apps)
{
    [Theory, EachEngine]
    public async Task A_project_leaves_as_an_archive_and_comes_back_the_same(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var id = await user.NewProjectAsync("Shop / 1", "storefront");
        await user.PutBytesAsync(id, "img/ä b.png", [137, 80, 0, 255]);
        using var export = await user.Http.GetAsync($"/v1/projects/{id}/archive");
        export.Content.Headers.ContentType!.MediaType.ShouldBe("application/zip");
        var archive = await export.Content.ReadAsByteArrayAsync();
        var imported = await user.ImportAsync(archive, "Copy");
        imported.Status.ShouldBe(201);
        var copy = imported.Body.GetProperty("id").GetGuid();
        Shas(await user.GetAsync($"/v1/projects/{copy}")).ShouldBe(Shas(await user.GetAsync($"/v1/projects/{id}")));

        // Into an old project: what the archive has not is gone, by one commit.
        await user.CommitAsync(copy, "more", null, ("extra.txt", "x"), ("index.html", "changed"));
        var replaced = await user.SendAsync(HttpMethod.Put, $"/v1/projects/{copy}/archive", Calls.Bytes(archive, "application/zip"));
        replaced.Body.GetProperty("paths").EnumerateArray().Select(p => p.GetString()).ShouldBe(["extra.txt", "index.html"]);
        Shas(await user.GetAsync($"/v1/projects/{copy}")).ShouldBe(Shas(await user.GetAsync($"/v1/projects/{id}")));
        (await user.SendAsync(HttpMethod.Put, $"/v1/projects/{copy}/archive", Calls.Bytes(archive, "application/zip"), ("If-Match", "\"1\""))).Status.ShouldBe(412);

        using var form = new MultipartFormDataContent { { new ByteArrayContent(archive), "file", "shop.zip" } };
        (await user.SendAsync(HttpMethod.Post, "/v1/projects/import?name=Form", form)).Status.ShouldBe(201);
    }

    [Theory, EachEngine]
    public async Task Hostile_archives_are_refused_as_a_whole(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        (string What, byte[] Archive, int Status, string Code)[] hostile =
        [
            ("slip", Zip(("ok.txt", "x"), ("../../etc/cron.d/x", "x")), 400, "invalid_path"),
            ("absolute", Zip(("/etc/passwd", "x")), 400, "invalid_path"),
            ("drive", Zip(("C:/x", "x")), 400, "invalid_path"),
            ("backslash", Zip(("a\\..\\..\\x", "x")), 400, "invalid_path"),
            ("case clash", Zip(("a/Read.md", "x"), ("a/read.md", "y")), 422, "path_clash"),
            ("file and folder", Zip(("a", "x"), ("a/b", "y")), 422, "path_clash"),
            ("twice", Zip(("a", "x"), ("a", "y")), 422, "path_clash"),
            ("git hook", Zip((".git/hooks/post-checkout", "x")), 400, "invalid_path"),
            ("link", Link("passwd", "/etc/passwd"), 422, "archive_refused"),
            ("many", Zip([.. Enumerable.Range(0, 10_000).Select(i => ($"f{i}", "x"))]), 422, "too_many_files"),
            ("bomb in one file", Zip(("zeros", new string('0', 30_000_000))), 413, "file_too_large"),
            ("bomb in many files", Zip([.. Enumerable.Range(0, 30).Select(i => ($"z{i}", new string('0', 1_900_000)))]), 422, "project_too_large"),
            ("lies about its size", Lie(Zip(("zeros", new string('0', 3_000_000)))), 400, "archive_broken"),
            ("no archive", Encoding.UTF8.GetBytes("PK\u0003\u0004 and no more"), 400, "archive_broken"),
            ("cut off", Zip(("a", new string('x', 1000)))[..^30], 400, "archive_broken"),
            ("nothing", [], 400, "archive_broken"),
        ];
        foreach (var (what, archive, status, code) in hostile)
        {
            var answer = await user.ImportAsync(archive);
            (answer.Status, answer.Code).ShouldBe((status, code), what);
        }

        (await user.ImportAsync(new byte[22_000_000])).Code.ShouldBe("archive_too_large");
        (await user.GetAsync("/v1/projects")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    private static List<string> Shas(System.Text.Json.JsonElement project) =>
        [.. project.GetProperty("files").EnumerateArray().Select(f => $"{f.GetProperty("path").GetString()} {f.GetProperty("sha256").GetString()}")];

    private static byte[] Zip(params (string Name, string Text)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Link(string name, string target)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry(name);
            entry.ExternalAttributes = unchecked((int)0xA1FF0000);
            using var stream = entry.Open();
            stream.Write(Encoding.UTF8.GetBytes(target));
        }

        return bytes.ToArray();
    }

    /// <summary>Says in the central directory that the file is 10 bytes long.</summary>
    private static byte[] Lie(byte[] archive)
    {
        var at = archive.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(archive.AsSpan(at + 24), 10u).ShouldBeTrue();
        return archive;
    }
}
