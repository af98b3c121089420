using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Access.Sessions;
using Mainstreet.Access.Tokens;
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

namespace Mainstreet.Access.SecondFactor;

/// <summary>Whether a session's last proof is fresh.</summary>
internal sealed class StepUp(AccessDb db, SecondFactors factors, IOptions<SecondFactorOptions> options, TimeProvider clock) : IStepUp
{
    public async ValueTask<Problem?> CheckAsync(HttpContext context, bool always, CancellationToken cancel)
    {
        var session = AccessSchemes.SessionOf(context.User);
        var since = clock.Now().AddMinutes(-options.Value.StepUpMinutes);
        if (await db.Sessions.AnyAsync(s => s.Id == session && (s.ProvedAt ?? s.CreatedAt) > since, cancel)) return null;
        var methods = context.Features.Get<Caller>() is { } caller ? await factors.MethodsAsync(caller.Id, cancel) : [];
        if (methods.Count > 0) return SecondFactorProblems.StepUpRequired(methods);
        return always ? SecondFactorProblems.StepUpRequired([SecondFactors.Password]) : null;
    }
}

/// <summary>
/// Proves that it is still the same person: by a code, or by the password of an account without a second factor. Errors: invalid_request,
/// invalid_code, invalid_credentials, too_many_attempts; for the text message those of sending.
/// </summary>
internal static class StepUpRoutes
{
    /// <param name="Code">Needed when there is a second factor.</param>
    /// <param name="Password">Needed when there is none.</param>
    public sealed record Request([property: MaxLength(EnrolTotp.MaxCode)] string? Code = null, [property: MaxLength(Passwords.MaxLength)] string? Password = null);

    /// <param name="Until">Sensitive actions are allowed until then.</param>
    public sealed record Response(DateTimeOffset Until);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/auth/step-up", Prove)
            .WithName("access.auth.step-up").WithTags("Access").WithSummary("Proves again that it is you, for sensitive actions")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(429).RequireAuthorization(AccessPermissions.SecureSelf);
        routes.MapPost("/v1/auth/step-up/sms", SendSms)
            .WithName("access.auth.step-up.sms").WithTags("Access").WithSummary("Sends a code by text message for a step-up")
            .ProducesProblem(401).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429).ProducesProblem(503).RequireAuthorization(AccessPermissions.SecureSelf);
    }

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Prove(
        Request request, Caller caller, HttpContext http, AccessDb db, SecondFactors factors, SignInLimits limits, Passwords passwords,
        IOptions<SecondFactorOptions> options, TimeProvider clock, CancellationToken cancel)
    {
        var problem = (await factors.MethodsAsync(caller.Id, cancel)).Count > 0
            ? await ByCodeAsync(request.Code, caller, http, db, factors, cancel)
            : await ByPasswordAsync(request.Password, caller, http, db, factors, limits, passwords, cancel);
        return problem is null ? TypedResults.Ok(new Response(clock.Now().AddMinutes(options.Value.StepUpMinutes))) : problem.ToHttp();
    }

    internal static async Task<Results<Accepted<LoginSecondStep.Sent>, ProblemHttpResult>> SendSms(
        Caller caller, SecondFactors factors, SmsSender sender, CancellationToken cancel)
    {
        if (await factors.PhoneAsync(caller.Id, cancel) is not { } phone) return SecondFactorProblems.SmsNotEnrolled.ToHttp();
        var sent = await sender.SendAsync(caller.Id, phone, cancel);
        return sent.Ok ? TypedResults.Accepted((string?)null, new LoginSecondStep.Sent(sent.Value)) : sent.Problem.ToHttp();
    }

    private static async Task<Problem?> ByCodeAsync(
        string? code, Caller caller, HttpContext http, AccessDb db, SecondFactors factors, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(code)) return Problem.Invalid("code", "is needed: the account has a second factor");
        var secret = await factors.SecretAsync(caller.Id, confirmed: true, cancel);
        return await db.InTransactionAsync(async token =>
        {
            await db.LockAccountAsync(caller.Id, token);
            var used = await factors.CheckAsync(caller.Id, secret, code, Client.Of(http), token);
            if (used.Ok) await ProvedAsync(used.Value, caller, http, db, factors, token);
            await db.SaveChangesAsync(token);
            return used.Problem;
        }, cancel);
    }

    private static async Task<Problem?> ByPasswordAsync(
        string? password, Caller caller, HttpContext http, AccessDb db, SecondFactors factors, SignInLimits limits, Passwords passwords, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(password)) return Problem.Invalid("password", "is needed: the account has no second factor");
        var (client, subject) = (Client.Of(http), EmailNormalizer.Subject(caller.Email));
        if (await limits.WaitAsync(subject, client, caller.Id, own: 0, cancel) is { } wait) return AccessProblems.TooManyAttempts(wait);
        var account = await db.Accounts.AsNoTracking().SingleAsync(a => a.Id == caller.Id, cancel);
        if (!passwords.Verify(account, password).Fits)
        {
            await limits.RecordAsync(subject, client, CancellationToken.None);
            return AccessProblems.InvalidCredentials;
        }

        return await db.InTransactionAsync<Problem?>(async token =>
        {
            await db.LockAccountAsync(caller.Id, token);
            // Once more, as at sign-in: guesses that were decided meanwhile count.
            if (await limits.WaitAsync(subject, client, caller.Id, own: 0, token) is { } late) return AccessProblems.TooManyAttempts(late);
            // Nor does the password do any more once a second factor was turned on.
            if ((await factors.MethodsAsync(caller.Id, token)).Count > 0) return Problem.Invalid("code", "is needed: the account has a second factor");
            await ProvedAsync(SecondFactors.Password, caller, http, db, factors, token);
            await db.SaveChangesAsync(token);
            return null;
        }, cancel);
    }

    private static async Task ProvedAsync(string method, Caller caller, HttpContext http, AccessDb db, SecondFactors factors, CancellationToken cancel)
    {
        var session = AccessSchemes.SessionOf(http.User);
        await factors.ProvedAsync(session, cancel);
        await db.AuditAsync(new AuditEntry($"account:{caller.Id}", caller.Id, "session.stepped-up", Detail: new { session, method }), cancel);
    }
}
