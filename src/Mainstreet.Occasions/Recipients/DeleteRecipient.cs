using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Planning;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Occasions.Recipients;

/// <summary>
/// Removes a recipient with its name and addresses; what is planned for it is cancelled in the same transaction, its messages stay
/// as history without them. Errors: not_found, stale_version.
/// </summary>
internal static class DeleteRecipient
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/v1/recipients/{id:guid}", Handle)
        .WithName("occasions.recipients.delete").WithSummary("Remove a recipient and cancel what is planned")
        .RequireAuthorization(OccasionsPermissions.Recipients).ProducesProblem(404).ProducesProblem(412);

    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Guid id, Caller caller, HttpContext http, OccasionsDb db, IPlanTable plan, IReplanner planner, CancellationToken cancel)
    {
        var problem = await db.InTransactionAsync<Problem?>(async token =>
        {
            // The planner's lock before the row, as the planner itself takes them.
            await plan.LockAsync(db, exclusive: false, token);
            var recipient = await db.HoldRecipientAsync(id, token);
            if (recipient is null || !recipient.IsVisibleTo(caller)) return Problem.NotFound;
            if (http.CheckIfMatch(recipient.Version) is { } stale) return stale;
            await planner.CancelAllAsync(db, id, token);
            db.Recipients.Remove(recipient);
            db.AuditFirst(new AuditEntry($"recipient:{id}", caller.Id, "recipient.deleted", Detail: new { recipient.BusinessId }));
            await db.SaveChangesAsync(token);
            return null;
        }, cancel);
        return problem is null ? TypedResults.NoContent() : problem.ToHttp();
    }
}
