using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Access.Pages;
using Mainstreet.Access.Sessions;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.SecondFactor;

/// <summary>
/// What the forms of <c>/account</c> post to: the use cases of the API, answered by the page. Keys and recovery codes are in the answer to the form itself,
/// never in an address or behind a redirect.
/// </summary>
internal static class AccountForms
{
    internal const string Page = "/account";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage<AccountPage>(Page).RequireAuthorization(AccessPermissions.SecureSelf);
        Form("step-up", ProveAsync);
        Form("step-up/sms", SendAsync);
        Form("totp", EnrolTotpAsync).RequireStepUp();
        Form("totp/verify", VerifyTotpAsync);
        Form("totp/disable", DisableTotpAsync);
        Form("sms", EnrolSmsAsync).RequireStepUp();
        Form("sms/verify", VerifySmsAsync);
        Form("sms/disable", DisableSmsAsync);
        Form("recovery-codes", NewCodesAsync).RequireStepUp();
        Form("email/confirmation", SendConfirmationAsync);
        Form("email/confirm", ConfirmAsync);
        Form("password", ChangePasswordAsync).RequireStepUpOfSecondFactor();
        Form("sessions/end", EndSessionAsync);
        Form("sessions/end-others", EndOthersAsync);

        RouteHandlerBuilder Form(string path, Delegate handler) =>
            routes.MapPost($"{Page}/{path}", handler).RequireAuthorization(AccessPermissions.SecureSelf).ExcludeFromDescription();
    }

    private static async Task<IResult> ProveAsync(
        HttpContext http, Caller caller, AccessDb db, SecondFactors factors, SignInLimits limits, Passwords passwords,
        IOptions<SecondFactorOptions> options, TimeProvider clock, CancellationToken cancel)
    {
        var request = new StepUpRoutes.Request(await FieldAsync(http, "code", EnrolTotp.MaxCode, cancel), await FieldAsync(http, "password", Passwords.MaxLength, cancel));
        return Go(await StepUpRoutes.Prove(request, caller, http, db, factors, limits, passwords, options, clock, cancel));
    }

    private static async Task<IResult> SendAsync(Caller caller, SecondFactors factors, SmsSender sender, CancellationToken cancel) =>
        Go(await StepUpRoutes.SendSms(caller, factors, sender, cancel), "sent");

    private static async Task<IResult> EnrolTotpAsync(
        Caller caller, AccessDb db, SecondFactors factors, IOptions<SecondFactorOptions> options, TimeProvider clock, CancellationToken cancel)
    {
        var outcome = await EnrolTotp.Enrol(caller, db, factors, options, clock, cancel);
        return outcome.Result is Ok<EnrolTotp.Enrolment> { Value: { } made }
            ? new RazorComponentResult<AccountPage>(new Dictionary<string, object?> { [nameof(AccountPage.Key)] = made.Secret, [nameof(AccountPage.KeyUri)] = made.Uri })
            : Go(outcome);
    }

    private static async Task<IResult> VerifyTotpAsync(
        HttpContext http, Caller caller, AccessDb db, SecondFactors factors, TimeProvider clock, CancellationToken cancel) =>
        Shown(await EnrolTotp.Verify(await CodeAsync(http, cancel), caller, http, db, factors, clock, cancel));

    private static async Task<IResult> DisableTotpAsync(HttpContext http, Caller caller, AccessDb db, SecondFactors factors, CancellationToken cancel) =>
        Go(await EnrolTotp.Disable(await CodeAsync(http, cancel), caller, http, db, factors, cancel));

    private static async Task<IResult> EnrolSmsAsync(HttpContext http, Caller caller, AccessDb db, SmsSender sender, CancellationToken cancel)
    {
        var phone = (await FieldAsync(http, "phone", 20, cancel))?.Replace(" ", "", StringComparison.Ordinal) ?? "";
        return EnrolSms.IsPhone(phone) ? Go(await EnrolSms.Enrol(new EnrolSms.Request(phone), caller, db, sender, cancel), "sent") : To("problem", "invalid_phone");
    }

    private static async Task<IResult> VerifySmsAsync(
        HttpContext http, Caller caller, AccessDb db, SecondFactors factors, TimeProvider clock, CancellationToken cancel) =>
        Shown(await EnrolSms.Verify(await CodeAsync(http, cancel), caller, http, db, factors, clock, cancel));

    private static async Task<IResult> DisableSmsAsync(HttpContext http, Caller caller, AccessDb db, SecondFactors factors, CancellationToken cancel) =>
        Go(await EnrolSms.Disable(await CodeAsync(http, cancel), caller, http, db, factors, cancel));

    private static async Task<IResult> NewCodesAsync(Caller caller, AccessDb db, SecondFactors factors, HourlyBounds bounds, CancellationToken cancel)
    {
        var outcome = await EnrolTotp.RecoveryCodes(caller, db, factors, bounds, cancel);
        return outcome.Result is Ok<EnrolTotp.Codes> { Value: { } made } ? Show(made.RecoveryCodes) : Go(outcome);
    }

    private static async Task<IResult> SendConfirmationAsync(Caller caller, HttpContext http, EmailConfirmation confirmation, CancellationToken cancel) =>
        Go(await ConfirmEmail.Send(caller, http, confirmation, cancel), "mailed");

    private static async Task<IResult> ConfirmAsync(HttpContext http, Caller caller, EmailConfirmation confirmation, CancellationToken cancel) =>
        await FieldAsync(http, "token", AccountToken.Longest, cancel) is { } token
            ? Go(await ConfirmEmail.Confirm(new ConfirmEmail.Request(token), caller, confirmation, cancel))
            : To("problem", AccessProblems.InvalidToken.Code);

    private static async Task<IResult> ChangePasswordAsync(
        HttpContext http, Caller caller, AccessDb db, SignInLimits limits, Passwords passwords, PasswordChange change, AccountDirectory directory, CancellationToken cancel)
    {
        // As typed: a password may begin with a space.
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(cancel) : FormCollection.Empty;
        var (current, next) = (form["currentPassword"].ToString(), form["newPassword"].ToString());
        if (current.Length is 0 or > Passwords.MaxLength || next.Length is 0 or > Passwords.MaxLength) return To("problem", "weak_password");
        var outcome = await ChangePassword.Handle(new ChangePassword.Request(current, next), caller, http, db, limits, passwords, change, directory, cancel);
        return outcome.Result is ProblemHttpResult { StatusCode: 400 } ? To("problem", "weak_password") : Go(outcome);
    }

    private static async Task<IResult> EndSessionAsync(
        HttpContext http, Caller caller, AccessDb db, AccountDirectory directory, TimeProvider clock, CancellationToken cancel) =>
        Guid.TryParse(await FieldAsync(http, "id", 36, cancel), out var id) ? Go(await SessionRoutes.End(id, caller, db, directory, clock, cancel)) : To("problem", "session_not_found");

    private static async Task<IResult> EndOthersAsync(
        HttpContext http, Caller caller, AccessDb db, AccountDirectory directory, TimeProvider clock, CancellationToken cancel)
    {
        await SessionRoutes.EndOthers(caller, http, db, directory, clock, cancel);
        return To("done", "1");
    }

    private static async Task<string?> FieldAsync(HttpContext http, string name, int longest, CancellationToken cancel)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(cancel) : FormCollection.Empty;
        return form[name].ToString().Trim() is { Length: > 0 } text && text.Length <= longest ? text : null;
    }

    private static async Task<EnrolTotp.CodeRequest> CodeAsync(HttpContext http, CancellationToken cancel) =>
        new(await FieldAsync(http, "code", EnrolTotp.MaxCode, cancel) ?? "");

    private static IResult Shown(Results<Ok<EnrolTotp.Confirmed>, ProblemHttpResult> outcome) =>
        outcome.Result is Ok<EnrolTotp.Confirmed> { Value.RecoveryCodes: { Count: > 0 } codes } ? Show(codes) : Go(outcome);

    private static RazorComponentResult<AccountPage> Show(IReadOnlyList<string> codes) => new(new Dictionary<string, object?> { [nameof(AccountPage.Codes)] = codes });

    private static SeeOther Go(INestedHttpResult outcome, string done = "done") =>
        outcome.Result is ProblemHttpResult problem ? To("problem", (string)problem.ProblemDetails.Extensions["code"]!) : To(done, "1");

    private static SeeOther To(string name, string value) => new(Page + QueryString.Create(name, value));
}
