using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Projects;

/// <summary>
/// Projects from and to ZIP files: a new project, or a commit that makes an old one the same as the archive. The body is the archive itself, or a
/// multipart form with it as <c>file</c>. Errors: those of <see cref="ProjectArchive"/>, invalid_request, project_not_found, too_many_projects.
/// </summary>
internal static class ImportProject
{
    /// <summary>What a multipart form needs around the file.</summary>
    private const int Envelope = 64 * 1024;

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/projects/import", Create)
            .WithName("studio.projects.import").WithSummary("Make a project from a ZIP file")
            .RequireAuthorization(StudioPermissions.Projects).WithMetadata(new EditFile.OwnLimit()).DisableAntiforgery()   // cookies are checked by Access's own middleware, on every mutation
            .ProducesValidationProblem().ProducesProblem(409).ProducesProblem(413).ProducesProblem(422);
        routes.MapPut("/v1/projects/{id:guid}/archive", Replace)
            .WithName("studio.projects.replace").WithSummary("Make a project's files those of a ZIP file, by one commit")
            .RequireAuthorization(StudioPermissions.Projects).WithMetadata(new EditFile.OwnLimit()).DisableAntiforgery()
            .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(412).ProducesProblem(413).ProducesProblem(422);
        routes.MapGet("/v1/projects/{id:guid}/archive", Export)
            .WithName("studio.projects.export").WithSummary("Read a project's files as a ZIP file")
            .RequireAuthorization(StudioPermissions.Projects).Produces(200, contentType: "application/zip").ProducesProblem(404);
    }

    internal static async Task<Results<Created<ProjectView>, ProblemHttpResult>> Create(
        Caller caller, HttpContext http, StudioDb db, ProjectQuota quota, TimeProvider clock, IOptions<StudioOptions> options, ProjectMetrics metrics, string? name = null, CancellationToken cancel = default)
    {
        if (Project.NameFault(name ?? "") is { } fault) return Problem.Invalid("name", fault).ToHttp();
        var files = await ReadAsync(http, options.Value, cancel);
        return files.Ok ? await MakeAsync(caller, http, db, quota, clock, metrics, name!, files.Value, cancel) : files.Problem.ToHttp();
    }

    internal static async Task<Results<Created<ProjectView>, ProblemHttpResult>> MakeAsync(
        Caller caller, HttpContext http, StudioDb db, ProjectQuota quota, TimeProvider clock, ProjectMetrics metrics, string name, List<FileEdit> files, CancellationToken cancel)
    {
        if (Project.NameFault(name) is { } fault) return Problem.Invalid("name", fault).ToHttp();
        var made = await CreateProject.MakeAsync(new CreateProject.NewProject(name.Trim(), null, files, "Import"), caller, new IdempotentCall(), db, quota, clock, cancel);
        if (!made.Ok) return made.Problem.ToHttp();
        metrics.Created("import");
        http.SetETag(made.Value.Version);
        return TypedResults.Created($"/v1/projects/{made.Value.Id}", made.Value);
    }

    internal static async Task<Results<Ok<CommitFiles.Response>, ProblemHttpResult>> Replace(
        Guid id, Caller caller, HttpContext http, ProjectCommits commits, IOptions<StudioOptions> options, string? message = null, CancellationToken cancel = default)
    {
        var files = await ReadAsync(http, options.Value, cancel);
        if (!files.Ok) return files.Problem.ToHttp();
        var committed = await commits.ChangeAsync(id, CommitBy.Of(caller, message, "Import"), (held, _) =>
        {
            if (http.CheckIfMatch(held.Project.Version) is { } stale) return Task.FromResult<Outcome<List<FileEdit>>>(stale);
            var kept = files.Value.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
            return Task.FromResult<Outcome<List<FileEdit>>>(files.Value.Concat(held.Files.Where(f => !kept.Contains(f.Path)).Select(f => new FileEdit(f.Path, null))).ToList());
        }, null, cancel);
        if (!committed.Ok) return committed.Problem.ToHttp();
        http.SetETag(committed.Value.Version);
        return TypedResults.Ok(CommitFiles.Of(committed.Value));
    }

    internal static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Export(Guid id, Caller caller, StudioDb db, IProjectFiles files, CancellationToken cancel)
    {
        if (await files.ReadAsync(id, caller.Id, cancel) is not { } snapshot) return StudioProblems.ProjectNotFound.ToHttp();
        var at = await db.Projects.Where(p => p.Id == id).Select(p => p.UpdatedAt).SingleOrDefaultAsync(cancel);
        var name = string.Concat(snapshot.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
        return TypedResults.Bytes(ProjectArchive.Write(snapshot.Files, at), "application/zip", $"{name}.zip");
    }

    internal static async Task<Outcome<List<FileEdit>>> ReadAsync(HttpContext http, StudioOptions limits, CancellationToken cancel)
    {
        // Stored without compression an archive is a little longer than its files.
        var most = limits.MaxProjectBytes + 1_000_000;
        var tooLarge = ProjectProblems.ArchiveTooLarge.With($"At most {most} bytes are read.");
        if (http.Request.ContentLength > most + Envelope) return tooLarge;
        if (!http.Request.HasFormContentType)
            return await BoundedBody.ReadAsync(http.Request, most, cancel) is { } body ? ProjectArchive.Read(body, limits) : tooLarge;
        try
        {
            var form = await http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = most + Envelope, ValueCountLimit = 16 }, cancel);
            if (form.Files.GetFile("file") is not { } upload) return Problem.Invalid("file", "is missing");
            await using var stream = upload.OpenReadStream();
            return await BoundedBody.ReadAsync(stream, most, cancel) is { } bytes ? ProjectArchive.Read(bytes, limits) : tooLarge;
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return Problem.Invalid("file", "the multipart form is broken or too long");
        }
    }
}
