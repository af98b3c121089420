using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using Mainstreet.Testing;

namespace Mainstreet.Studio.Tests.Projects;

/// <summary>Short forms for tests that keep projects.</summary>
internal static class ProjectCalls
{
    internal static async Task<Guid> NewProjectAsync(this TestUser user, string name = "A site", string? template = null) =>
        (await user.PostAsync("/v1/projects", new { name, template })).GetProperty("id").GetGuid();

    internal static Task<Answer> PutFileAsync(this TestUser user, Guid project, string path, string text, params (string Name, string Value)[] headers) =>
        user.SendAsync(HttpMethod.Put, FilePath(project, path), Calls.Text(text, "text/plain"), headers);

    internal static Task<Answer> PutBytesAsync(this TestUser user, Guid project, string path, byte[] bytes) =>
        user.SendAsync(HttpMethod.Put, FilePath(project, path), Calls.Bytes(bytes, "application/octet-stream"));

    internal static async Task<string?> ReadFileAsync(this TestUser user, Guid project, string path, int? at = null)
    {
        using var answer = await user.Http.GetAsync(FilePath(project, path) + (at is null ? "" : $"?at={at}"));
        return answer.IsSuccessStatusCode ? Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()) : null;
    }

    /// <summary>All files by path, as the project says, with their contents as each is read.</summary>
    internal static async Task<SortedDictionary<string, string>> FilesAsync(this TestUser user, Guid project)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in (await user.GetAsync($"/v1/projects/{project}")).GetProperty("files").EnumerateArray())
        {
            var path = file.GetProperty("path").GetString()!;
            files[path] = (await user.ReadFileAsync(project, path))!;
        }

        return files;
    }

    internal static Task<Answer> CommitAsync(this TestUser user, Guid project, string message, int? @base, params (string Path, string? Content)[] edits) =>
        user.SendJsonAsync(HttpMethod.Post, $"/v1/projects/{project}/commits",
            JsonSerializer.Serialize(new { message, @base, edits = edits.Select(e => new { path = e.Path, content = e.Content }) }));

    internal static async Task<Answer> ImportAsync(this TestUser user, byte[] archive, string name = "Imported")
    {
        using var content = new ByteArrayContent(archive) { Headers = { ContentType = new MediaTypeHeaderValue("application/zip") } };
        return await user.SendAsync(HttpMethod.Post, $"/v1/projects/import?name={Uri.EscapeDataString(name)}", content);
    }

    internal static string FilePath(Guid project, string path) => $"/v1/projects/{project}/files/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";
}
