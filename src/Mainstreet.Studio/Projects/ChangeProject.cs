using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Projects;

/// <summary>Reads, renames and deletes a project. Errors: project_not_found, invalid_request, stale_version.</summary>
internal static class ChangeProject
{
    /// <param name="Name">1 to 100 characters.</param>
    public sealed record Request([StringLength(Project.NameLength, MinimumLength = 1)] string Name);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/projects/{id:guid}", Read)
            .WithName("studio.projects.get").WithSummary("Read a project with the list of its files")
            .RequireAuthorization(StudioPermissions.Projects).ProducesProblem(404);
        routes.MapPatch("/v1/projects/{id:guid}", Rename)
            .WithName("studio.projects.rename").WithSummary("Rename a project")
            .RequireAuthorization(StudioPermissions.Projects).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(412);
        routes.MapDelete("/v1/projects/{id:guid}", Delete)
            .WithName("studio.projects.delete").WithSummary("Delete a project with its files and its history")
            .RequireAuthorization(StudioPermissions.Projects).ProducesProblem(404).ProducesProblem(412);
    }

    internal static async Task<Results<Ok<ProjectView>, ProblemHttpResult>> Read(Guid id, Caller caller, HttpContext http, StudioDb db, CancellationToken cancel)
    {
        // One statement, so that the files are those of this version.
        var rows = await (
            from project in db.Projects
            where project.Id == id && project.AccountId == caller.Id
            from file in db.Files.Where(f => f.ProjectId == project.Id).DefaultIfEmpty()
            select new { Project = project, File = file }).AsNoTracking().ToListAsync(cancel);
        if (rows.Count == 0) return StudioProblems.ProjectNotFound.ToHttp();
        http.SetETag(rows[0].Project.Version);
        return TypedResults.Ok(ProjectView.Of(rows[0].Project) with
        {
            Files = [.. rows.Select(r => r.File).OfType<StoredFile>().OrderBy(f => f.Path, StringComparer.Ordinal).Select(ProjectView.FileView.Of)],
        });
    }

    internal static async Task<Results<Ok<ProjectView>, ProblemHttpResult>> Rename(
        Guid id, Request request, Caller caller, HttpContext http, StudioDb db, TimeProvider clock, CancellationToken cancel)
    {
        if (Project.NameFault(request.Name) is { } fault) return Problem.Invalid("name", fault).ToHttp();
        var renamed = await HoldAsync(id, caller, http, db, async (project, token) =>
        {
            var before = project.Name;
            project.Rename(request.Name.Trim());
            project.Version++;
            project.UpdatedAt = clock.Now();
            await db.AuditAsync(new AuditEntry($"project:{id}", caller.Id, "project.renamed", before, project.Name), token);
            await db.SaveChangesAsync(token);
        }, cancel);
        if (!renamed.Ok) return renamed.Problem.ToHttp();
        http.SetETag(renamed.Value.Version);
        return TypedResults.Ok(ProjectView.Of(renamed.Value));
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Delete(Guid id, Caller caller, HttpContext http, StudioDb db, CancellationToken cancel)
    {
        var deleted = await HoldAsync(id, caller, http, db, async (project, token) =>
        {
            await ProjectQuota.ReturnAsync(db, caller.Id, token);
            await db.AuditAsync(new AuditEntry($"project:{id}", caller.Id, "project.deleted", Detail: new { project.Head, project.FileCount }), token);
            db.Notify($"project:{id}", "project.deleted", new { ProjectId = id }, $"user:{caller.Id:D}");
            await db.SaveChangesAsync(token);
            // What belongs to it goes with it.
            await db.Projects.Where(p => p.Id == id).ExecuteDeleteAsync(token);
        }, cancel);
        return deleted.Ok ? TypedResults.NoContent() : deleted.Problem.ToHttp();
    }

    /// <summary>Works on the project while nobody else can.</summary>
    private static Task<Outcome<Project>> HoldAsync(Guid id, Caller caller, HttpContext http, StudioDb db, Func<Project, CancellationToken, Task> work, CancellationToken cancel) =>
        db.InTransactionAsync(async token =>
        {
            db.ChangeTracker.Clear();
            var own = db.Projects.Where(p => p.Id == id && p.AccountId == caller.Id);
            if (await own.ExecuteUpdateAsync(set => set.SetProperty(p => p.Version, p => p.Version), token) == 0) return (Outcome<Project>)StudioProblems.ProjectNotFound;
            var project = await own.SingleAsync(token);
            if (http.CheckIfMatch(project.Version) is { } stale) return stale;
            await work(project, token);
            return project;
        }, cancel);
}
