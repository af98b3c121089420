using System.ComponentModel;
using System.Linq.Expressions;

using Mainstreet.Access.Data;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Grants;

/// <summary>
/// Grants, newest first: an administrator sees all, an owner those on what belongs to the business, everybody the own ones. A grant that
/// has ended is listed until it is cleared away, within the hour. Errors: 400 invalid_request, 404 not_found.
/// </summary>
internal static class ReadGrants
{
    public sealed record View(
        Guid Id, string Subject, string Permission, string Resource, Guid? BusinessId, DateTimeOffset? ExpiresAt, DateTimeOffset CreatedAt, Guid? CreatedBy);

    private static readonly Expression<Func<GrantRow, View>> Projection =
        g => new View(g.Id, g.Subject, g.Permission, g.Resource, g.BusinessId, g.ExpiresAt, g.CreatedAt, g.CreatedBy);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/access/grants", List)
            .WithName("access.grants.list").WithTags("Access")
            .WithSummary("Grants that you may see, newest first")
            .ProducesProblem(400).ProducesProblem(401)
            .RequireAuthorization(AccessPermissions.UseGrants);
        routes.MapGet("/v1/access/grants/{id:guid}", Read)
            .WithName("access.grants.read").WithTags("Access")
            .WithSummary("One grant")
            .ProducesProblem(401).ProducesProblem(404)
            .RequireAuthorization(AccessPermissions.UseGrants);
    }

    private static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        Caller caller, AccessDb db, CancellationToken cancel,
        [Description("Only to this subject, for example user:{id}.")] string? subject = null,
        [Description("Only of this permission or relation.")] string? permission = null,
        [Description("Only on this resource, for example product:{id}.")] string? resource = null,
        [Description("Only on what belongs to this business.")] Guid? businessId = null,
        [Description("Rows a page, 1 to 200; default 50.")] int? limit = null,
        [Description("Where the page before ended.")] string? cursor = null)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem!.ToHttp();
        var after = Cursor.Parse(cursor);
        if (after.Problem is { } problem) return problem.ToHttp();

        var rows = Visible(db, caller);
        if (subject is not null) rows = rows.Where(g => g.Subject == subject);
        if (permission is not null) rows = rows.Where(g => g.Permission == permission);
        if (resource is not null) rows = rows.Where(g => g.Resource == resource);
        if (businessId is not null) rows = rows.Where(g => g.BusinessId == businessId);
        if (after.Value is { } from)
        {
            var (at, id) = from;
            rows = rows.Where(g => g.CreatedAt < at || (g.CreatedAt == at && g.Id.CompareTo(id) < 0));
        }

        var items = await rows.OrderByDescending(g => g.CreatedAt).ThenByDescending(g => g.Id).Take(size.Value + 1).Select(Projection).ToListAsync(cancel);
        var more = items.Count > size.Value;
        if (more) items.RemoveAt(size.Value);
        return TypedResults.Ok(new Page<View>(items, more ? new Cursor(items[^1].CreatedAt, items[^1].Id).ToString() : null));
    }

    private static async Task<Results<Ok<View>, ProblemHttpResult>> Read(Guid id, Caller caller, AccessDb db, CancellationToken cancel)
    {
        var view = await Visible(db, caller).Where(g => g.Id == id).Select(Projection).SingleOrDefaultAsync(cancel);
        return view is null ? Problem.NotFound.ToHttp() : TypedResults.Ok(view);
    }

    private static IQueryable<GrantRow> Visible(AccessDb db, Caller caller)
    {
        var all = db.Grants.AsNoTracking();
        if (caller.IsAdmin) return all;
        var (me, mine) = (caller.Subject, caller.BusinessesWith(AccessPermissions.ManageGrants));
        return all.Where(g => g.Subject == me || (g.BusinessId != null && mine.Contains(g.BusinessId.Value)));
    }
}
