using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Pages;
using Mainstreet.Access.Sessions;
using Mainstreet.Access.Tokens;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Access.Accounts;

/// <summary>
/// The way back for somebody who forgot their password, over the API and over two pages without script. Errors of asking: 400 invalid_request,
/// 429 too_many_messages, 503 email_unavailable (no e-mail provider); of coming back: 400 invalid_token, 400 invalid_request (at newPassword).
/// </summary>
internal static class ForgottenPassword
{
    private const string AskPage = "/forgot-password";
    private const string ResetPage = "/reset-password";

    /// <param name="Email">At most 254 characters; compared trimmed and without case.</param>
    public sealed record Question(
        [property: Required, EmailAddress, MaxLength(254), RegularExpression(EmailNormalizer.Form, ErrorMessage = EmailNormalizer.NoAddress)] string Email);

    /// <param name="Token">From the message.</param>
    /// <param name="NewPassword">10 to 256 characters with an upper-case letter, a lower-case letter and a digit.</param>
    public sealed record Answer(
        [property: Required, MaxLength(AccountToken.Longest)] string Token, [property: Required, MaxLength(Passwords.MaxLength)] string NewPassword);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/auth/password/forgotten", Ask)
            .WithName("access.auth.forgotten-password").WithTags("Access").WithSummary("Sends a token to an address that sets another password, if an account has it")
            .ProducesProblem(400).ProducesProblem(429).ProducesProblem(503).AllowAnonymous();
        routes.MapPost("/v1/auth/password/reset", Reset)
            .WithName("access.auth.reset-password").WithTags("Access").WithSummary("Sets another password with the token that was sent, and ends every session")
            .ProducesProblem(400).AllowAnonymous();
        routes.MapPost(AskPage, AskByFormAsync).WithOrder(-1).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost(ResetPage, ResetByFormAsync).WithOrder(-1).AllowAnonymous().ExcludeFromDescription();
        routes.MapPage<ForgotPasswordPage>(AskPage).AllowAnonymous();
        routes.MapPage<ResetPasswordPage>(ResetPage).WithTokenInAddress().AllowAnonymous();
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> Ask(Question question, HttpContext http, PasswordReset reset, CancellationToken cancel) =>
        await reset.AskAsync(question.Email, Client.Of(http), cancel) is { } problem ? problem.ToHttp() : TypedResults.Accepted((string?)null);

    private static async Task<Results<Ok<ChangePassword.Response>, ProblemHttpResult>> Reset(Answer answer, HttpContext http, PasswordReset reset, CancellationToken cancel)
    {
        var done = await reset.ResetAsync(answer.Token.Trim(), answer.NewPassword, Client.Of(http), cancel);
        return done.Ok ? TypedResults.Ok(new ChangePassword.Response(done.Value)) : done.Problem.ToHttp();
    }

    private static async Task<IResult> AskByFormAsync(HttpContext http, PasswordReset reset, CancellationToken cancel)
    {
        if (!await CookieAntiforgery.IsValidAsync(http)) return Back(AskPage, "form_expired");
        var question = new Question((await http.Request.ReadFormAsync(cancel))["email"].ToString());
        if (!Validator.TryValidateObject(question, new ValidationContext(question), null, validateAllProperties: true) || question.Email.Contains('\0'))
            return Back(AskPage, "invalid_request");
        return await reset.AskAsync(question.Email, Client.Of(http), cancel) is { } problem ? Back(AskPage, problem.Code) : new SeeOther($"{AskPage}?asked=1");
    }

    private static async Task<IResult> ResetByFormAsync(HttpContext http, PasswordReset reset, CancellationToken cancel)
    {
        if (!await CookieAntiforgery.IsValidAsync(http)) return Back(ResetPage, "form_expired");
        var form = await http.Request.ReadFormAsync(cancel);
        var (token, password) = (form["token"].ToString().Trim(), form["newPassword"].ToString());
        if (token.Length is 0 or > AccountToken.Longest) return Back(ResetPage, AccessProblems.InvalidToken.Code);
        // The token goes back with the visitor, who shall not have to look for the message again.
        if (password.Length is 0 or > Passwords.MaxLength) return Back(ResetPage, "weak_password", token);
        var done = await reset.ResetAsync(token, password, Client.Of(http), cancel);
        if (done.Ok) return new SeeOther("/sign-in?reset=1");
        return done.Problem.Code == AccessProblems.InvalidToken.Code ? Back(ResetPage, done.Problem.Code) : Back(ResetPage, "weak_password", token);
    }

    private static SeeOther Back(string page, string error, string? token = null)
    {
        var query = QueryString.Create("error", error);
        return new SeeOther(page + (token is null ? query : query.Add("token", token)));
    }
}
