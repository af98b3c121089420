using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Foundation.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Sessions;

/// <summary>
/// Ends the session that a refresh token belongs to; its access tokens stop working at once. An unknown token is no error
/// (RFC 7009, 2.2), and the request may be repeated.
/// </summary>
internal static class Logout
{
    public sealed record Request([property: Required, MaxLength(200)] string RefreshToken);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/auth/logout", Handle)
        .WithName("access.auth.logout").WithTags("Access")
        .WithSummary("Ends the session of a refresh token")
        .ProducesProblem(400)
        .AllowAnonymous();

    private static async Task<NoContent> Handle(
        Request request, AccessDb db, AccountDirectory directory, TimeProvider clock, CancellationToken cancel)
    {
        var hash = Secret.Hash(request.RefreshToken);
        var held = await db.RefreshTokens.AsNoTracking().Where(t => t.Hash == hash)
            .Join(db.Sessions, t => t.SessionId, s => s.Id, (t, s) => new { s.Id, s.AccountId }).SingleOrDefaultAsync(cancel);
        if (held is not null) await EndAsync(db, directory, held.Id, held.AccountId, clock.Now(), cancel);
        return TypedResults.NoContent();
    }

    internal static async Task EndAsync(
        AccessDb db, AccountDirectory directory, Guid sessionId, Guid accountId, DateTimeOffset now, CancellationToken cancel)
    {
        await db.InTransactionAsync(async token =>
        {
            if (await EndSession.EndAsync(db, sessionId, accountId, accountId, "signed_out", now, token)) await db.SaveChangesAsync(token);
        }, cancel);
        directory.Changed(accountId, sessionId);
    }
}
