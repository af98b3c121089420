using Mainstreet.Access.Data;
using Mainstreet.Foundation.Authorization;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Accounts;

/// <summary>Who the caller is, as the account stands now.</summary>
internal static class ReadMe
{
    /// <param name="Roles">Account roles and business roles, sorted, each once.</param>
    public sealed record Response(Guid Id, string Email, string DisplayName, IReadOnlyList<string> Roles, IReadOnlyList<MembershipView> Memberships);

    public sealed record MembershipView(Guid BusinessId, string BusinessName, string Role);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/auth/me", Handle)
        .WithName("access.auth.me").WithTags("Access")
        .WithSummary("Who you are, your roles and your memberships")
        .ProducesProblem(401)
        .RequireAuthorization(AccessPermissions.ReadSelf);

    private static async Task<Ok<Response>> Handle(Caller caller, AccessDb db, CancellationToken cancel)
    {
        var memberships = caller.Memberships.Count == 0
            ? []
            : await db.Members.AsNoTracking().Where(m => m.AccountId == caller.Id)
                .Join(db.Businesses, m => m.BusinessId, b => b.Id, (m, b) => new { m.BusinessId, b.Name, m.Role })
                .OrderBy(m => m.Name).ThenBy(m => m.BusinessId).ThenBy(m => m.Role)
                .Select(m => new MembershipView(m.BusinessId, m.Name, m.Role)).ToListAsync(cancel);
        return TypedResults.Ok(new Response(caller.Id, caller.Email, caller.DisplayName, caller.AllRoles, memberships));
    }
}
