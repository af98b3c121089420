using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;
using Mainstreet.Studio.Projects.Templates;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Studio.Projects;

/// <summary>Makes a project, empty or from a template. Errors: invalid_request, template_unknown, too_many_projects.</summary>
internal static class CreateProject
{
    /// <param name="Name">1 to 100 characters; need not be unique.</param>
    /// <param name="Template">A name from <c>/v1/project-templates</c>; without it the project is empty.</param>
    public sealed record Request([StringLength(Project.NameLength, MinimumLength = 1)] string Name, string? Template = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/projects", Handle)
        .WithName("studio.projects.create").WithSummary("Make a project, empty or from a template")
        .RequireAuthorization(StudioPermissions.Projects).Idempotent()
        .ProducesValidationProblem().ProducesProblem(409).ProducesProblem(422);

    internal static async Task<Results<Created<ProjectView>, ProblemHttpResult>> Handle(
        Request request, Caller caller, HttpContext http, IdempotentCall call, StudioDb db, ProjectQuota quota, TemplateShelf shelf, TimeProvider clock, ProjectMetrics metrics, CancellationToken cancel)
    {
        if (Project.NameFault(request.Name) is { } fault) return Problem.Invalid("name", fault).ToHttp();
        var name = request.Name.Trim();
        IReadOnlyList<FileEdit> files = [];
        if (!string.IsNullOrEmpty(request.Template))
        {
            var filled = TemplateShelf.Fill(request.Template, new TemplateValues(name, shelf.AddressOf(http.Request), caller.Memberships.Select(m => (Guid?)m.BusinessId).FirstOrDefault()));
            if (!filled.Ok) return filled.Problem.ToHttp();
            files = filled.Value;
        }

        var made = await MakeAsync(
            new NewProject(name, string.IsNullOrEmpty(request.Template) ? null : request.Template, files, $"Begin from the template {request.Template}"), caller, call, db, quota, clock, cancel);
        if (!made.Ok) return made.Problem.ToHttp();
        metrics.Created(request.Template);
        http.SetETag(made.Value.Version);
        return TypedResults.Created($"/v1/projects/{made.Value.Id}", made.Value);
    }

    /// <param name="Files">Checked: they are a tree within the limits.</param>
    internal sealed record NewProject(string Name, string? Template, IReadOnlyList<FileEdit> Files, string Message);

    internal static async Task<Outcome<ProjectView>> MakeAsync(NewProject wanted, Caller caller, IdempotentCall call, StudioDb db, ProjectQuota quota, TimeProvider clock, CancellationToken cancel)
    {
        await quota.OpenAsync(caller.Id, cancel);
        return await db.InTransactionAsync(async token =>
        {
            if (!await quota.TakeAsync(db, caller.Id, token)) return (Outcome<ProjectView>)quota.Full;
            var now = clock.Now();
            var distinct = wanted.Files.Select(f => f.Content!).DistinctBy(c => c.Sha256).ToList();
            var project = new Project
            {
                Id = clock.NewId(), AccountId = caller.Id, Template = wanted.Template, Synthetic = caller.Synthetic, CreatedAt = now, UpdatedAt = now, Version = 1,
                Head = wanted.Files.Count > 0 ? 1 : 0, FileCount = wanted.Files.Count, Bytes = wanted.Files.Sum(f => (long)f.Content!.Size), StoredBytes = distinct.Sum(c => (long)c.Size),
            };
            project.Rename(wanted.Name);
            db.Projects.Add(project);
            if (project.Head == 1)
            {
                db.Commits.Add(new ProjectCommit { ProjectId = project.Id, Number = 1, AuthorId = caller.Id, AuthorName = caller.DisplayName, Message = wanted.Message, At = now });
                db.Blobs.AddRange(distinct.Select(c => new FileBlob { ProjectId = project.Id, Sha256 = c.Sha256, Size = c.Size, IsText = c.IsText, Content = c.Bytes! }));
                foreach (var file in wanted.Files)
                {
                    var content = file.Content!;
                    db.Changes.Add(new FileChange { ProjectId = project.Id, Number = 1, Path = file.Path, After = content.Sha256 });
                    db.Files.Add(new StoredFile
                    {
                        ProjectId = project.Id, PathKey = ProjectPath.Key(file.Path), Path = file.Path, Sha256 = content.Sha256, Size = content.Size, IsText = content.IsText, Commit = 1, ChangedAt = now,
                    });
                }
            }

            db.AuditFirst(new AuditEntry($"project:{project.Id}", caller.Id, "project.created", Detail: new { wanted.Template, Files = wanted.Files.Count }));
            var view = ProjectView.Of(project);
            call.Answer(db, StatusCodes.Status201Created, view, $"/v1/projects/{project.Id}");
            await db.SaveChangesAsync(token);
            return view;
        }, cancel);
    }
}
