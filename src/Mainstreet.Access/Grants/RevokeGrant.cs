using Mainstreet.Access.Data;
using Mainstreet.Access.Decisions;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Grants;

/// <summary>
/// Takes a grant away: at once for requests that show the answered token, within a second on every replica. Errors: 403 forbidden,
/// 404 not_found (also when it is gone already).
/// </summary>
internal static class RevokeGrant
{
    /// <param name="Token">Consistency token: no request that shows it is decided with the grant.</param>
    public sealed record Response(Guid Id, string Token);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/v1/access/grants/{id:guid}", Handle)
        .WithName("access.grants.revoke").WithTags("Access")
        .WithSummary("Revokes a grant")
        .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404)
        .RequireAuthorization(AccessPermissions.UseGrants);

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Guid id, Caller caller, HttpContext http, AccessDb db, RuleBook book, TimeProvider clock, CancellationToken cancel)
    {
        var outcome = await db.InTransactionAsync(token => RevokeAsync(db, id, caller, clock, token), cancel);
        if (outcome.Problem is { } problem) return problem.ToHttp();
        await book.ChangedAsync(outcome.Value, CancellationToken.None);
        return TypedResults.Ok(new Response(id, ConsistencyToken.Answer(http, outcome.Value)));
    }

    private static async Task<Outcome<long>> RevokeAsync(AccessDb db, Guid id, Caller caller, TimeProvider clock, CancellationToken cancel)
    {
        var row = await db.Grants.AsNoTracking().SingleOrDefaultAsync(g => g.Id == id, cancel);
        if (row is null) return Problem.NotFound;
        // Who sees it as the one that it is given to may not take it.
        if (GrantRights.MayManage(caller, row.BusinessId, isVisible: row.Subject == caller.Subject) is { } refused) return refused;
        var version = await db.RaiseRulesAsync(cancel);
        if (await db.Grants.Where(g => g.Id == id).ExecuteDeleteAsync(cancel) == 0) return Problem.NotFound;
        db.RuleChanges.Add(RuleChange.Of(RuleChangeKind.GrantGone, row, version, 1, clock.Now()));
        await db.AuditAsync(new AuditEntry($"{row.Resource}:grants", caller.Id, "grant.revoked",
            Detail: new { grant = row.Id, row.Subject, row.Permission, row.ExpiresAt }), cancel);
        await db.SaveChangesAsync(cancel);
        return version;
    }
}
