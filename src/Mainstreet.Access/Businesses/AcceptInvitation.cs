using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Access.Sessions;
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
/// Takes up an invitation with an account of the e-mail that it was written to. That confirms no e-mail: the token is told to the inviter. Errors:
/// 404 invitation_not_found (unknown, for another e-mail, or synthetic and real mixed), 409 invitation_used, 410 invitation_expired.
/// </summary>
internal static class AcceptInvitation
{
    public sealed record Request([property: Required, MaxLength(200)] string Token);

    public sealed record Response(Guid BusinessId, string BusinessName, string Role);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/businesses/invitations/accept", Handle)
        .WithName("access.members.accept").WithTags("Access")
        .WithSummary("Accepts an invitation to a business")
        .ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410)
        .RequireAuthorization(AccessPermissions.ReadSelf);

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Request request, Caller caller, AccessDb db, AccountDirectory directory, TimeProvider clock, CancellationToken cancel)
    {
        var hash = Secret.Hash(request.Token);
        var now = clock.Now();
        var accepted = await db.InTransactionAsync(token => AcceptAsync(db, hash, caller, now, token), cancel);
        if (!accepted.Ok) return accepted.Problem!.ToHttp();
        directory.Changed(caller.Id);
        return TypedResults.Ok(accepted.Value);
    }

    private static async Task<Outcome<Response>> AcceptAsync(AccessDb db, byte[] hash, Caller caller, DateTimeOffset now, CancellationToken cancel)
    {
        var invitation = await db.Invitations.AsNoTracking().Where(i => i.TokenHash == hash)
            .Join(db.Businesses, i => i.BusinessId, b => b.Id, (i, b) => new { i.Id, i.BusinessId, i.NormalizedEmail, i.Role, i.ExpiresAt, b.Name, b.Synthetic })
            .SingleOrDefaultAsync(cancel);
        if (invitation is null || invitation.NormalizedEmail != EmailNormalizer.Normalize(caller.Email) || invitation.Synthetic != caller.Synthetic)
            return AccessProblems.InvitationNotFound;

        await db.LockBusinessAsync(invitation.BusinessId, cancel);
        var taken = await db.Invitations.Where(i => i.Id == invitation.Id && i.AcceptedAt == null && i.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.AcceptedAt, now).SetProperty(i => i.AcceptedBy, caller.Id), cancel);
        if (taken == 0) return invitation.ExpiresAt <= now ? AccessProblems.InvitationExpired : AccessProblems.InvitationUsed;
        if (await db.Members.AnyAsync(m => m.BusinessId == invitation.BusinessId && m.AccountId == caller.Id && m.Role == invitation.Role, cancel))
            return AccessProblems.AlreadyMember;

        db.Members.Add(new Member(invitation.BusinessId, caller.Id, invitation.Role, now));
        await db.AuditAsync(new AuditEntry($"business:{invitation.BusinessId}", caller.Id, "member.joined",
            Detail: new { account = caller.Id, invitation.Role, invitation = invitation.Id }), cancel);
        await db.AuditAsync(new AuditEntry($"account:{caller.Id}", caller.Id, "account.joined-business",
            Detail: new { business = invitation.BusinessId, invitation.Role }), cancel);
        db.Notify($"business:{invitation.BusinessId}", "member.joined", new { invitation.BusinessId, AccountId = caller.Id, caller.DisplayName, invitation.Role },
            $"business:{invitation.BusinessId}", $"user:{caller.Id}");
        await db.SaveChangesAsync(cancel);
        return new Response(invitation.BusinessId, invitation.Name, invitation.Role);
    }
}
