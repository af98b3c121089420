using Mainstreet.Access.Data;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Businesses;

/// <summary>The members of a business, for its members, in order of their names; the whole list (a business has few). Errors: 404 not_found.</summary>
internal static class ListMembers
{
    public sealed record Response(IReadOnlyList<MemberView> Items);

    /// <param name="Roles">Sorted: owner, agent, clerk, courier in any combination.</param>
    public sealed record MemberView(Guid AccountId, string Email, string DisplayName, IReadOnlyList<string> Roles, DateTimeOffset Since);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/businesses/{id:guid}/members", Handle)
        .WithName("access.members.list").WithTags("Access")
        .WithSummary("The members of a business")
        .ProducesProblem(401).ProducesProblem(404)
        .RequireAuthorization(AccessPermissions.ReadBusinesses);

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(Guid id, Caller caller, AccessDb db, CancellationToken cancel)
    {
        if (!caller.Can(AccessPermissions.ReadMembers, id)) return Problem.NotFound.ToHttp();
        var rows = await db.Members.AsNoTracking().Where(m => m.BusinessId == id)
            .Join(db.Accounts, m => m.AccountId, a => a.Id, (m, a) => new { a.Id, a.Email, a.DisplayName, m.Role, m.Since })
            .ToListAsync(cancel);
        // An administrator may ask for any id; a business always has an owner.
        if (rows.Count == 0) return Problem.NotFound.ToHttp();
        var members = rows.GroupBy(r => r.Id)
            .Select(g => new MemberView(g.Key, g.First().Email, g.First().DisplayName,
                [.. g.Select(r => r.Role).Order(StringComparer.Ordinal)], g.Min(r => r.Since)))
            .OrderBy(m => m.DisplayName, StringComparer.Ordinal).ThenBy(m => m.AccountId);
        return TypedResults.Ok(new Response([.. members]));
    }
}
