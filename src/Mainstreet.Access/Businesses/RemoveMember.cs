using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Businesses;

/// <summary>
/// Takes all roles in a business from an account, with effect on its next request. Errors: 403 forbidden, 404 not_found,
/// 409 last_owner.
/// </summary>
internal static class RemoveMember
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/v1/businesses/{id:guid}/members/{accountId:guid}", Handle)
        .WithName("access.members.remove").WithTags("Access")
        .WithSummary("Removes a member from a business")
        .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
        .RequireAuthorization(AccessPermissions.ReadBusinesses);

    private static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Guid id, Guid accountId, Caller caller, AccessDb db, AccountDirectory directory, CancellationToken cancel)
    {
        if (!caller.MaySee(id)) return Problem.NotFound.ToHttp();
        if (!caller.Can(AccessPermissions.ManageMembers, id)) return Problem.Forbidden.ToHttp();
        var problem = await db.InTransactionAsync(token => RemoveAsync(db, id, accountId, caller.Id, token), cancel);
        if (problem is not null) return problem.ToHttp();
        directory.Changed(accountId);
        return TypedResults.NoContent();
    }

    private static async Task<Problem?> RemoveAsync(AccessDb db, Guid id, Guid accountId, Guid actor, CancellationToken cancel)
    {
        // Two owners who remove each other queue here: the second finds itself the last.
        if (await db.LockBusinessAsync(id, cancel) == 0) return Problem.NotFound;
        var roles = await db.Members.AsNoTracking().Where(m => m.BusinessId == id && m.AccountId == accountId).Select(m => m.Role).ToListAsync(cancel);
        if (roles.Count == 0) return Problem.NotFound;
        if (roles.Contains(Roles.Owner) && !await db.Members.AnyAsync(m => m.BusinessId == id && m.AccountId != accountId && m.Role == Roles.Owner, cancel))
            return AccessProblems.LastOwner;
        await db.Members.Where(m => m.BusinessId == id && m.AccountId == accountId).ExecuteDeleteAsync(cancel);
        await db.AuditAsync(new AuditEntry($"business:{id}", actor, "member.removed", Detail: new { account = accountId, roles }), cancel);
        db.Notify($"business:{id}", "member.removed", new { BusinessId = id, AccountId = accountId }, $"business:{id}", $"user:{accountId}");
        await db.SaveChangesAsync(cancel);
        return null;
    }
}
