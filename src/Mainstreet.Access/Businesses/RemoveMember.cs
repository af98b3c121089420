using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Access.Decisions;
using Mainstreet.Access.Grants;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Businesses;

/// <summary>
/// Takes all roles in a business from an account, and the grants that it was given there itself, with effect on its next request here, on every
/// replica within a second, and at once for requests that show the answered consistency token. Errors: 403 forbidden, 404 not_found,
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
        Guid id, Guid accountId, Caller caller, HttpContext http, AccessDb db, AccountDirectory directory, RuleBook book, TimeProvider clock,
        CancellationToken cancel)
    {
        if (!caller.MaySee(id)) return Problem.NotFound.ToHttp();
        if (!caller.Can(AccessPermissions.ManageMembers, id)) return Problem.Forbidden.ToHttp();
        var removed = await db.InTransactionAsync(token => RemoveAsync(db, id, accountId, caller.Id, clock, token), cancel);
        if (removed.Problem is { } problem) return problem.ToHttp();
        directory.Changed(accountId);
        await book.ChangedAsync(removed.Value, CancellationToken.None);
        ConsistencyToken.Answer(http, removed.Value);
        return TypedResults.NoContent();
    }

    private static async Task<Outcome<long>> RemoveAsync(AccessDb db, Guid id, Guid accountId, Guid actor, TimeProvider clock, CancellationToken cancel)
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
        var version = await db.RaiseRulesAsync(cancel);
        var now = clock.Now();
        db.RuleChanges.Add(new RuleChange { Version = version, Number = 1, Kind = RuleChangeKind.Member, At = now });
        // Read after the version was raised: nobody gives another one until the commit.
        var subject = $"user:{accountId}";
        var grants = await db.Grants.Where(g => g.BusinessId == id && g.Subject == subject).OrderBy(g => g.Id).ToListAsync(cancel);
        foreach (var (index, grant) in grants.Index())
        {
            db.Grants.Remove(grant);
            db.RuleChanges.Add(RuleChange.Of(RuleChangeKind.GrantGone, grant, version, index + 2, now));
            await db.AuditAsync(new AuditEntry($"{grant.Resource}:grants", actor, "grant.revoked",
                Detail: new { grant = grant.Id, grant.Subject, grant.Permission, grant.ExpiresAt, by = "member.removed" }), cancel);
        }

        await db.SaveChangesAsync(cancel);
        return version;
    }
}
