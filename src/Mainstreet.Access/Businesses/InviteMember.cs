using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Data;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.Businesses;

/// <summary>
/// Offers a role in a business to an e-mail address. Nothing sends e-mail yet, so the token is answered to the inviter,
/// this once, who passes it on; only its hash is kept. Whoever holds an account with that address accepts it, also when
/// the account exists already. Errors: 400 invalid_request, 403 forbidden, 404 not_found, 409 already_member.
/// </summary>
internal static class InviteMember
{
    /// <param name="Role"><c>owner</c>, <c>agent</c>, <c>clerk</c> or <c>courier</c>.</param>
    public sealed record Request(
        [property: Required, EmailAddress, MaxLength(254)] string Email,
        [property: Required, AllowedValues("owner", "agent", "clerk", "courier", ErrorMessage = "The Role field must be 'owner', 'agent', 'clerk' or 'courier'.")] string Role);

    /// <param name="Token">For <c>POST /v1/businesses/invitations/accept</c>; not shown again.</param>
    public sealed record Response(Guid Id, string Email, string Role, DateTimeOffset ExpiresAt, string Token);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/businesses/{id:guid}/members", Handle)
        .WithName("access.members.invite").WithTags("Access")
        .WithSummary("Invites an e-mail address to a role in a business")
        .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
        .RequireAuthorization(AccessPermissions.ReadBusinesses);

    private static async Task<Results<Created<Response>, ProblemHttpResult>> Handle(
        Guid id, Request request, Caller caller, AccessDb db, IOptions<AccessOptions> options, TimeProvider clock, CancellationToken cancel)
    {
        if (!caller.MaySee(id)) return Problem.NotFound.ToHttp();
        if (!caller.Can(AccessPermissions.ManageMembers, id)) return Problem.Forbidden.ToHttp();
        var (invitation, token) = Invitation.Write(
            clock.NewId(), id, request.Email, request.Role, caller.Id, clock.Now(), TimeSpan.FromDays(options.Value.InvitationDays));
        var problem = await db.InTransactionAsync(async cancelWork =>
        {
            if (await db.LockBusinessAsync(id, cancelWork) == 0) return Problem.NotFound;
            if (await db.Members.AnyAsync(m => m.BusinessId == id && m.Role == request.Role
                && db.Accounts.Any(a => a.Id == m.AccountId && a.NormalizedEmail == invitation.NormalizedEmail), cancelWork))
            {
                return AccessProblems.AlreadyMember;
            }

            db.Invitations.Add(invitation);
            await db.AuditAsync(new AuditEntry($"business:{id}", caller.Id, "member.invited", Detail: new { invitation = invitation.Id, invitation.Role }), cancelWork);
            await db.SaveChangesAsync(cancelWork);
            return null;
        }, cancel);
        if (problem is not null) return problem.ToHttp();
        return TypedResults.Created((string?)null, new Response(invitation.Id, invitation.Email, invitation.Role, invitation.ExpiresAt, token));
    }
}
