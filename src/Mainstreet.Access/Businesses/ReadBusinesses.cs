using Mainstreet.Access.Data;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Businesses;

/// <summary>The businesses that the caller belongs to (an administrator: all), newest first, and one by its id. Errors: 404 not_found.</summary>
internal static class ReadBusinesses
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/businesses", List)
            .WithName("access.businesses.list").WithTags("Access")
            .WithSummary("Your businesses, newest first")
            .ProducesProblem(400).ProducesProblem(401)
            .RequireAuthorization(AccessPermissions.ReadBusinesses);
        routes.MapGet("/v1/businesses/{id:guid}", Read)
            .WithName("access.businesses.read").WithTags("Access")
            .WithSummary("One of your businesses")
            .ProducesProblem(401).ProducesProblem(404)
            .RequireAuthorization(AccessPermissions.ReadBusinesses);
    }

    /// <summary>What the caller may know of: a stranger's business does not exist for it.</summary>
    internal static bool MaySee(this Caller caller, Guid businessId) =>
        caller.IsAdmin || caller.Memberships.Any(m => m.BusinessId == businessId);

    private static async Task<Results<Ok<Page<BusinessView>>, ProblemHttpResult>> List(
        int? limit, string? cursor, Caller caller, AccessDb db, CancellationToken cancel)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem!.ToHttp();
        var after = Cursor.Parse(cursor);
        if (after.Problem is { } problem) return problem.ToHttp();

        var visible = db.Businesses.AsNoTracking();
        if (!caller.IsAdmin)
        {
            var mine = caller.Memberships.Select(m => m.BusinessId).Distinct().ToArray();
            visible = visible.Where(b => mine.Contains(b.Id));
        }

        if (after.Value is { } from)
        {
            var (at, id) = from;
            visible = visible.Where(b => b.CreatedAt < at || (b.CreatedAt == at && b.Id.CompareTo(id) < 0));
        }

        var items = await visible.OrderByDescending(b => b.CreatedAt).ThenByDescending(b => b.Id)
            .Take(size.Value + 1).Select(BusinessView.Projection).ToListAsync(cancel);
        var more = items.Count > size.Value;
        if (more) items.RemoveAt(size.Value);
        return TypedResults.Ok(new Page<BusinessView>(items, more ? new Cursor(items[^1].CreatedAt, items[^1].Id).ToString() : null));
    }

    private static async Task<Results<Ok<BusinessView>, ProblemHttpResult>> Read(Guid id, Caller caller, AccessDb db, CancellationToken cancel)
    {
        var business = caller.MaySee(id)
            ? await db.Businesses.AsNoTracking().Where(b => b.Id == id).Select(BusinessView.Projection).SingleOrDefaultAsync(cancel)
            : null;
        return business is null ? Problem.NotFound.ToHttp() : TypedResults.Ok(business);
    }
}
