using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Projects;

/// <summary>One's own projects, newest first; <c>q</c> is found anywhere in the name, without regard to case. Errors: invalid_request.</summary>
internal static class ListProjects
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/projects", Handle)
        .WithName("studio.projects.list").WithSummary("List or search your projects, newest first")
        .RequireAuthorization(StudioPermissions.Projects).ProducesProblem(400);

    internal static async Task<Results<Ok<Page<ProjectView>>, ProblemHttpResult>> Handle(
        Caller caller, StudioDb db, string? q = null, int? limit = null, string? cursor = null, CancellationToken cancel = default)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem.ToHttp();
        var from = Cursor.Parse(cursor);
        if (from.Problem is { } problem) return problem.ToHttp();
        if (q is { Length: > Project.NameLength }) return Problem.Invalid("q", $"must be at most {Project.NameLength} characters").ToHttp();
        var query = db.Projects.AsNoTracking().Where(p => p.AccountId == caller.Id);
        if (!string.IsNullOrWhiteSpace(q))
        {
            var wanted = Project.Searchable(q).Replace("\0", "", StringComparison.Ordinal);
            query = query.Where(p => p.SearchName.Contains(wanted));
        }

        if (from.Value is { } at) query = query.Where(p => p.CreatedAt < at.At || (p.CreatedAt == at.At && p.Id.CompareTo(at.Id) < 0));
        var rows = await query.OrderByDescending(p => p.CreatedAt).ThenByDescending(p => p.Id).Take(size.Value + 1).ToListAsync(cancel);
        var items = rows.Take(size.Value).Select(ProjectView.Of).ToList();
        return TypedResults.Ok(new Page<ProjectView>(items, rows.Count > size.Value ? new Cursor(items[^1].CreatedAt, items[^1].Id).ToString() : null));
    }
}
