using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Data;
using Mainstreet.Access.Sessions;
using Mainstreet.Access.Tokens;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Accounts;

/// <summary>
/// Changes the caller's password and ends all other sessions. Wrong guesses at the current one count as failed sign-ins. Errors: 400 invalid_request
/// (at newPassword), 401 invalid_credentials, 403 step_up_required (second factor, proof too old), 409 concurrent_change, 429 too_many_attempts.
/// </summary>
internal static class ChangePassword
{
    /// <param name="NewPassword">10 to 256 characters with an upper-case letter, a lower-case letter and a digit; not the current one.</param>
    public sealed record Request(
        [property: Required, MaxLength(Passwords.MaxLength)] string CurrentPassword, [property: Required, MaxLength(Passwords.MaxLength)] string NewPassword);

    /// <param name="EndedSessions">Other places that were signed in.</param>
    public sealed record Response(int EndedSessions);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/auth/password", Handle)
        .WithName("access.auth.change-password").WithTags("Access").WithSummary("Changes your password and ends your other sessions")
        .ProducesProblem(400).ProducesProblem(401).ProducesProblem(409).ProducesProblem(429)
        .RequireAuthorization(AccessPermissions.SecureSelf).RequireStepUpOfSecondFactor();

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Request request, Caller caller, HttpContext http, AccessDb db, SignInLimits limits, Passwords passwords, PasswordChange change,
        AccountDirectory directory, CancellationToken cancel)
    {
        var (client, subject) = (Client.Of(http), EmailNormalizer.Subject(caller.Email));
        if (await limits.WaitAsync(subject, client, caller.Id, own: 0, cancel) is { } wait) return AccessProblems.TooManyAttempts(wait).ToHttp();
        var account = await db.Accounts.AsNoTracking().SingleAsync(a => a.Id == caller.Id, cancel);
        if (!passwords.Verify(account, request.CurrentPassword).Fits)
        {
            await limits.RecordAsync(subject, client, CancellationToken.None);
            return AccessProblems.InvalidCredentials.ToHttp();
        }

        if (request.NewPassword == request.CurrentPassword) return Problem.Invalid("newPassword", "is the current one").ToHttp();
        if (await change.JudgeAsync(account, request.NewPassword, "newPassword") is { } problem) return problem.ToHttp();
        var hash = change.Hash(account, request.NewPassword);
        var changed = await db.InTransactionAsync<Outcome<int>>(async token =>
        {
            await db.LockAccountAsync(caller.Id, token);
            // Once more, as at sign-in: guesses that were decided meanwhile count.
            if (await limits.WaitAsync(subject, client, caller.Id, own: 0, token) is { } late) return AccessProblems.TooManyAttempts(late);
            var set = await change.SetAsync(account, hash, AccessSchemes.SessionOf(http.User), caller.Id, PasswordChange.Changed, token);
            if (set.Ok) await db.SaveChangesAsync(token);
            return set;
        }, cancel);
        if (!changed.Ok) return changed.Problem.ToHttp();
        directory.Changed(caller.Id);
        return TypedResults.Ok(new Response(changed.Value));
    }
}
