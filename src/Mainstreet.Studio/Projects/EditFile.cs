using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Projects;

/// <summary>
/// One file as its raw body; every change is a commit. Whatever a file holds, a browser is told to show it as plain text or to save it: this origin is
/// the console's. Errors: project_not_found, file_not_found, commit_not_found, invalid_path, stale_version and those of <see cref="ProjectCommits"/>.
/// </summary>
internal static class EditFile
{
    /// <param name="Commit">The commit that made it so.</param>
    /// <param name="Head">The project's last commit.</param>
    /// <param name="Changed">False when it held this already; then there is no new commit.</param>
    public sealed record Response(string Path, int Size, string Sha256, bool Text, int Commit, int Head, bool Changed);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/projects/{id:guid}/files/{**path}", Read)
            .WithName("studio.files.get").WithSummary("Read a file, now or as of an earlier commit (?at=)")
            .RequireAuthorization(StudioPermissions.Projects).Produces(200, contentType: "application/octet-stream").Produces(304).ProducesProblem(400).ProducesProblem(404);
        routes.MapPut("/v1/projects/{id:guid}/files/{**path}", Write)
            .WithName("studio.files.put").WithSummary("Write a file; If-Match and If-None-Match are honoured")
            .RequireAuthorization(StudioPermissions.Projects).WithMetadata(new OwnLimit()).Accepts<byte[]>("*/*")
            .Produces<Response>(201).Produces<Response>(200)
            .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(412).ProducesProblem(413).ProducesProblem(422);
        routes.MapDelete("/v1/projects/{id:guid}/files/{**path}", Delete)
            .WithName("studio.files.delete").WithSummary("Delete a file; If-Match is honoured")
            .RequireAuthorization(StudioPermissions.Projects).ProducesProblem(400).ProducesProblem(404).ProducesProblem(412);
    }

    internal static async Task<Results<FileContentHttpResult, StatusCodeHttpResult, ProblemHttpResult>> Read(
        Guid id, string path, Caller caller, HttpContext http, StudioDb db, int? at = null, CancellationToken cancel = default)
    {
        if (ProjectPath.Check(path) is { } invalid) return invalid.ToHttp();
        if (await db.Projects.AsNoTracking().Where(p => p.Id == id && p.AccountId == caller.Id).Select(p => (int?)p.Head).SingleOrDefaultAsync(cancel) is not { } head)
            return StudioProblems.ProjectNotFound.ToHttp();
        if (at is { } number && (number < 1 || number > head)) return ProjectProblems.CommitNotFound.ToHttp();
        var sha = at is null
            ? await db.Files.AsNoTracking().Where(f => f.ProjectId == id && f.Path == path).Select(f => f.Sha256).SingleOrDefaultAsync(cancel)
            : await db.Changes.AsNoTracking().Where(c => c.ProjectId == id && c.Path == path && c.Number <= at).OrderByDescending(c => c.Number).Select(c => c.After).FirstOrDefaultAsync(cancel);
        if (sha is null || await db.Blobs.AsNoTracking().SingleOrDefaultAsync(b => b.ProjectId == id && b.Sha256 == sha, cancel) is not { } blob) return StudioProblems.FileNotFound.ToHttp();
        http.Response.Headers.ETag = FileMatch.Tag(sha);
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        if (FileMatch.IsKnown(http.Request, sha)) return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        if (!blob.IsText) http.Response.Headers.ContentDisposition = "attachment";
        return TypedResults.Bytes(blob.Content, blob.IsText ? "text/plain; charset=utf-8" : "application/octet-stream");
    }

    internal static async Task<Results<Ok<Response>, Created<Response>, ProblemHttpResult>> Write(
        Guid id, string path, Caller caller, HttpContext http, ProjectCommits commits, IOptions<StudioOptions> options, string? message = null, CancellationToken cancel = default)
    {
        if (ProjectPath.Check(path) is { } invalid) return invalid.ToHttp();
        if (await BoundedBody.ReadAsync(http.Request, options.Value.MaxFileBytes, cancel) is not { } body)
            return ProjectProblems.FileTooLarge.With($"A file has at most {options.Value.MaxFileBytes} bytes.").ToHttp();
        var content = FileContent.Of(body);
        StoredFile? was = null;
        var committed = await commits.ChangeAsync(id, CommitBy.Of(caller, message, $"Write {path}"), (held, _) =>
        {
            was = held.Find(path);
            return Task.FromResult<Outcome<List<FileEdit>>>(FileMatch.Check(http.Request, was?.Sha256) is { } stale ? stale : new List<FileEdit> { new(path, content) });
        }, null, cancel);
        if (!committed.Ok) return committed.Problem.ToHttp();
        var changed = committed.Value.Changes.Count > 0;
        http.Response.Headers.ETag = FileMatch.Tag(content.Sha256);
        var response = new Response(path, content.Size, content.Sha256, content.IsText, changed ? committed.Value.Number : was!.Commit, committed.Value.Number, changed);
        return changed && committed.Value.Changes[0].Before is null
            ? TypedResults.Created($"/v1/projects/{id}/files/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}", response)
            : TypedResults.Ok(response);
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, string path, Caller caller, HttpContext http, ProjectCommits commits, string? message = null, CancellationToken cancel = default)
    {
        if (ProjectPath.Check(path) is { } invalid) return invalid.ToHttp();
        var committed = await commits.ChangeAsync(id, CommitBy.Of(caller, message, $"Delete {path}"), (held, _) => Task.FromResult<Outcome<List<FileEdit>>>(
            held.Find(path) is not { } file ? StudioProblems.FileNotFound
            : FileMatch.Check(http.Request, file.Sha256) is { } stale ? stale
            : new List<FileEdit> { new(path, null) }), null, cancel);
        return committed.Ok ? TypedResults.NoContent() : committed.Problem.ToHttp();
    }

    /// <summary>The handler counts by itself.</summary>
    internal sealed class OwnLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => 1_100_000_000;
    }
}
