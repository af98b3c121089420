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

/// <summary>
/// An authenticator app: enrol gives the key, verify shows with a first code that the app has it, disable takes it away. From verify on, sign-in asks
/// for a code. Errors: step_up_required, totp_enabled, totp_not_enrolled, second_factor_not_enabled, invalid_code, too_many_attempts.
/// </summary>
internal static class EnrolTotp
{
    /// <summary>Longest code as typed.</summary>
    internal const int MaxCode = 32;

    /// <param name="Secret">The key in Base32, to be typed where no QR code can be read. Shown once.</param>
    /// <param name="Uri">The same as <c>otpauth://</c>, for a QR code.</param>
    public sealed record Enrolment(string Secret, string Uri);

    public sealed record CodeRequest([property: Required, MaxLength(MaxCode)] string Code);

    /// <param name="RecoveryCodes">Ten codes, each good once, shown once; empty when there are some already.</param>
    public sealed record Confirmed(bool Enabled, IReadOnlyList<string> RecoveryCodes);

    public sealed record Codes(IReadOnlyList<string> RecoveryCodes);

    /// <summary>How often in an hour an account gets new recovery codes.</summary>
    private const int RecoveryCodesPerHour = 10;

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/auth/2fa/totp", Enrol)
            .WithName("access.2fa.totp.enrol").WithTags("Access").WithSummary("Begins to set up an authenticator app")
            .ProducesProblem(401).ProducesProblem(409).RequireAuthorization(AccessPermissions.SecureSelf).RequireStepUp();
        routes.MapPost("/v1/auth/2fa/totp/verify", Verify)
            .WithName("access.2fa.totp.verify").WithTags("Access").WithSummary("Turns the authenticator app on with a first code")
            .ProducesValidationProblem().ProducesProblem(401).ProducesProblem(409).ProducesProblem(429).RequireAuthorization(AccessPermissions.SecureSelf);
        routes.MapPost("/v1/auth/2fa/totp/disable", Disable)
            .WithName("access.2fa.totp.disable").WithTags("Access").WithSummary("Turns the authenticator app off, with a code")
            .ProducesValidationProblem().ProducesProblem(401).ProducesProblem(409).ProducesProblem(429).RequireAuthorization(AccessPermissions.SecureSelf);
        routes.MapPost("/v1/auth/2fa/totp/recovery-codes", RecoveryCodes)
            .WithName("access.2fa.recovery-codes").WithTags("Access").WithSummary("Makes new recovery codes; the former ones are void")
            .ProducesProblem(401).ProducesProblem(409).ProducesProblem(429).RequireAuthorization(AccessPermissions.SecureSelf).RequireStepUp();
    }

    internal static async Task<Results<Ok<Enrolment>, ProblemHttpResult>> Enrol(
        Caller caller, AccessDb db, SecondFactors factors, IOptions<SecondFactorOptions> options, TimeProvider clock, CancellationToken cancel)
    {
        var secret = OneTimeCodes.NewSecret();
        var locked = factors.Protect(caller.Id, secret);
        var problem = await db.InTransactionAsync<Problem?>(async token =>
        {
            await db.LockAccountAsync(caller.Id, token);
            var factor = await db.TotpFactors.SingleOrDefaultAsync(f => f.AccountId == caller.Id, token);
            if (factor?.ConfirmedAt is not null) return SecondFactorProblems.TotpEnabled;
            if (factor is null) db.TotpFactors.Add(new TotpFactor { AccountId = caller.Id, Protected = locked, CreatedAt = clock.Now() });
            else (factor.Protected, factor.LastStep, factor.CreatedAt) = (locked, 0, clock.Now());
            await db.AuditAsync(new AuditEntry($"account:{caller.Id}", caller.Id, "totp.enrolled"), token);
            await db.SaveChangesAsync(token);
            return null;
        }, cancel);
        return problem is null
            ? TypedResults.Ok(new Enrolment(Base32.Encode(secret), OneTimeCodes.Uri(options.Value.Issuer, caller.Email, secret)))
            : problem.ToHttp();
    }

    internal static async Task<Results<Ok<Confirmed>, ProblemHttpResult>> Verify(
        CodeRequest request, Caller caller, HttpContext http, AccessDb db, SecondFactors factors, TimeProvider clock, CancellationToken cancel)
    {
        if (await db.TotpFactors.AnyAsync(f => f.AccountId == caller.Id && f.ConfirmedAt != null, cancel)) return SecondFactorProblems.TotpEnabled.ToHttp();
        if (await factors.SecretAsync(caller.Id, confirmed: false, cancel) is not { } secret) return SecondFactorProblems.TotpNotEnrolled.ToHttp();
        var outcome = await db.InTransactionAsync<Outcome<Confirmed>>(async token =>
        {
            await db.LockAccountAsync(caller.Id, token);
            var problem = await factors.CheckNewAsync(
                caller.Id, code => factors.UseTotpAsync(caller.Id, secret, code, confirmed: false, token), request.Code, Client.Of(http), token);
            IReadOnlyList<string> codes = [];
            if (problem is null)
            {
                var now = clock.Now();
                await db.TotpFactors.Where(f => f.AccountId == caller.Id).ExecuteUpdateAsync(set => set.SetProperty(f => f.ConfirmedAt, now), token);
                await db.AuditAsync(new AuditEntry($"account:{caller.Id}", caller.Id, "totp.enabled"), token);
                await factors.TellAsync(caller.Id, AccountMail.Topic.AuthenticatorAdded, token);
                codes = await factors.FirstRecoveryCodesAsync(caller.Id, token);
                await factors.ProvedAsync(AccessSchemes.SessionOf(http.User), token);
            }

            await db.SaveChangesAsync(token);
            return problem is null ? new Confirmed(true, codes) : problem;
        }, cancel);
        return outcome.Ok ? TypedResults.Ok(outcome.Value) : outcome.Problem.ToHttp();
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Disable(
        CodeRequest request, Caller caller, HttpContext http, AccessDb db, SecondFactors factors, CancellationToken cancel)
    {
        if (await factors.SecretAsync(caller.Id, confirmed: true, cancel) is not { } secret) return SecondFactorProblems.NoSecondFactor.ToHttp();
        var problem = await db.InTransactionAsync(async token =>
        {
            await db.LockAccountAsync(caller.Id, token);
            var used = await factors.CheckAsync(caller.Id, secret, request.Code, Client.Of(http), token);
            if (used.Ok)
            {
                await db.TotpFactors.Where(f => f.AccountId == caller.Id).ExecuteDeleteAsync(token);
                await db.AuditAsync(new AuditEntry($"account:{caller.Id}", caller.Id, "totp.disabled", Detail: new { by = used.Value }), token);
                await factors.TellAsync(caller.Id, AccountMail.Topic.AuthenticatorRemoved, token);
                await factors.DropRecoveryCodesWithoutFactorAsync(caller.Id, token);
            }

            await db.SaveChangesAsync(token);
            return used.Problem;
        }, cancel);
        return problem is null ? TypedResults.NoContent() : problem.ToHttp();
    }

    internal static async Task<Results<Ok<Codes>, ProblemHttpResult>> RecoveryCodes(
        Caller caller, AccessDb db, SecondFactors factors, HourlyBounds bounds, CancellationToken cancel)
    {
        // Each writes to the owner: without a bound one account could fill the queue in which others wait for their way back in.
        if ((await bounds.TakeAsync($"recovery-codes:account:{caller.Id:N}", RecoveryCodesPerHour, cancel)).Wait is { } wait) return SecondFactorProblems.TooManyRecoveryCodes(wait).ToHttp();
        var outcome = await db.InTransactionAsync<Outcome<Codes>>(async token =>
        {
            await db.LockAccountAsync(caller.Id, token);
            if ((await factors.MethodsAsync(caller.Id, token)).Count == 0) return SecondFactorProblems.NoSecondFactor;
            var codes = await factors.NewRecoveryCodesAsync(caller.Id, token);
            await factors.TellAsync(caller.Id, AccountMail.Topic.RecoveryCodesReplaced, token);
            await db.SaveChangesAsync(token);
            return new Codes(codes);
        }, cancel);
        return outcome.Ok ? TypedResults.Ok(outcome.Value) : outcome.Problem.ToHttp();
    }
}
