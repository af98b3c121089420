using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

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

namespace Mainstreet.Access.SecondFactor;

/// <summary>
/// A phone for codes by text message: enrol sends a code there, verify turns it on, disable turns it off. Only where the operator configured an SMS
/// provider. Errors: step_up_required, sms_not_configured, sms_rejected, sms_failed, too_many_messages, sms_not_enrolled, invalid_code,
/// too_many_attempts, second_factor_not_enabled.
/// </summary>
internal static partial class EnrolSms
{
    /// <param name="Phone">E.164, for example <c>+14155550123</c>.</param>
    public sealed record Request(
        [property: Required, RegularExpression(@"^\+[1-9][0-9]{6,14}$", ErrorMessage = "must be a number as in E.164, for example +14155550123")] string Phone);

    public sealed record Sent(string Phone, DateTimeOffset ExpiresAt);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/auth/2fa/sms", Enrol)
            .WithName("access.2fa.sms.enrol").WithTags("Access").WithSummary("Sends a code to a phone that is to be a second factor")
            .ProducesValidationProblem().ProducesProblem(401).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429).ProducesProblem(503)
            .RequireAuthorization(AccessPermissions.SecureSelf).RequireStepUp();
        routes.MapPost("/v1/auth/2fa/sms/verify", Verify)
            .WithName("access.2fa.sms.verify").WithTags("Access").WithSummary("Turns the phone on with the code that was sent")
            .ProducesValidationProblem().ProducesProblem(401).ProducesProblem(409).ProducesProblem(429).RequireAuthorization(AccessPermissions.SecureSelf);
        routes.MapPost("/v1/auth/2fa/sms/disable", Disable)
            .WithName("access.2fa.sms.disable").WithTags("Access").WithSummary("Turns the phone off, with a code")
            .ProducesValidationProblem().ProducesProblem(401).ProducesProblem(409).ProducesProblem(429).RequireAuthorization(AccessPermissions.SecureSelf);
    }

    internal static bool IsPhone(string text) => E164().IsMatch(text);

    /// <summary>The last two digits, for people who have two phones.</summary>
    internal static string Mask(string phone) => new string('•', phone.Length - 3) + phone[^2..];

    internal static async Task<Results<Accepted<Sent>, ProblemHttpResult>> Enrol(
        Request request, Caller caller, AccessDb db, SmsSender sender, CancellationToken cancel)
    {
        if (!sender.Configured) return SecondFactorProblems.SmsNotConfigured.ToHttp();
        var problem = await db.InTransactionAsync<Problem?>(async token =>
        {
            await db.LockAccountAsync(caller.Id, token);
            var factor = await db.SmsFactors.SingleOrDefaultAsync(f => f.AccountId == caller.Id, token);
            if (factor?.ConfirmedAt is not null) return SecondFactorProblems.SmsEnabled;
            if (factor is null) db.SmsFactors.Add(new SmsFactor { AccountId = caller.Id, Phone = request.Phone });
            else factor.Phone = request.Phone;
            await db.AuditAsync(new AuditEntry($"account:{caller.Id}", caller.Id, "sms.enrolled"), token);
            await db.SaveChangesAsync(token);
            return null;
        }, cancel);
        if (problem is not null) return problem.ToHttp();
        var sent = await sender.SendAsync(caller.Id, request.Phone, cancel);
        return sent.Ok ? TypedResults.Accepted((string?)null, new Sent(Mask(request.Phone), sent.Value)) : sent.Problem!.ToHttp();
    }

    internal static async Task<Results<Ok<EnrolTotp.Confirmed>, ProblemHttpResult>> Verify(
        EnrolTotp.CodeRequest request, Caller caller, HttpContext http, AccessDb db, SecondFactors factors, TimeProvider clock, CancellationToken cancel)
    {
        var outcome = await db.InTransactionAsync<Outcome<EnrolTotp.Confirmed>>(async token =>
        {
            await db.LockAccountAsync(caller.Id, token);
            var phone = await db.SmsFactors.AsNoTracking().Where(f => f.AccountId == caller.Id && f.ConfirmedAt == null).Select(f => f.Phone).SingleOrDefaultAsync(token);
            if (phone is null) return SecondFactorProblems.SmsNotEnrolled;
            var problem = await factors.CheckNewAsync(
                caller.Id, code => factors.UseSmsAsync(caller.Id, phone, code, token), request.Code, Client.Of(http), token);
            IReadOnlyList<string> codes = [];
            if (problem is null)
            {
                var now = clock.Now();
                await db.SmsFactors.Where(f => f.AccountId == caller.Id).ExecuteUpdateAsync(set => set.SetProperty(f => f.ConfirmedAt, now), token);
                await db.AuditAsync(new AuditEntry($"account:{caller.Id}", caller.Id, "sms.enabled"), token);
                await factors.TellAsync(caller.Id, AccountMail.Topic.PhoneAdded, token);
                codes = await factors.FirstRecoveryCodesAsync(caller.Id, token);
                await factors.ProvedAsync(AccessSchemes.SessionOf(http.User), token);
            }

            await db.SaveChangesAsync(token);
            return problem is null ? new EnrolTotp.Confirmed(true, codes) : problem;
        }, cancel);
        return outcome.Ok ? TypedResults.Ok(outcome.Value) : outcome.Problem.ToHttp();
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Disable(
        EnrolTotp.CodeRequest request, Caller caller, HttpContext http, AccessDb db, SecondFactors factors, CancellationToken cancel)
    {
        var secret = await factors.SecretAsync(caller.Id, confirmed: true, cancel);
        var problem = await db.InTransactionAsync(async token =>
        {
            await db.LockAccountAsync(caller.Id, token);
            if (!await db.SmsFactors.AnyAsync(f => f.AccountId == caller.Id && f.ConfirmedAt != null, token)) return SecondFactorProblems.NoSecondFactor;
            var used = await factors.CheckAsync(caller.Id, secret, request.Code, Client.Of(http), token);
            if (used.Ok)
            {
                await db.SmsFactors.Where(f => f.AccountId == caller.Id).ExecuteDeleteAsync(token);
                await db.AuditAsync(new AuditEntry($"account:{caller.Id}", caller.Id, "sms.disabled", Detail: new { by = used.Value }), token);
                await factors.TellAsync(caller.Id, AccountMail.Topic.PhoneRemoved, token);
                await factors.DropRecoveryCodesWithoutFactorAsync(caller.Id, token);
            }

            await db.SaveChangesAsync(token);
            return used.Problem;
        }, cancel);
        return problem is null ? TypedResults.NoContent() : problem.ToHttp();
    }

    [GeneratedRegex(@"\A\+[1-9][0-9]{6,14}\z")]
    private static partial Regex E164();
}
