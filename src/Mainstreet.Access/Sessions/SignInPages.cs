using System.ComponentModel.DataAnnotations;
using System.Security.Claims;

using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Access.SecondFactor;
using Mainstreet.Access.Tokens;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.Sessions;

/// <summary>
/// What the forms of <c>/sign-in</c>, <c>/register</c> and <c>/sign-out</c> post to (fields: email, password, displayName,
/// role, returnUrl and the antiforgery field). Every answer is 303: onward, or back to the form with <c>?error=</c>
/// (invalid_credentials, too_many_attempts and too_many_registrations with <c>retryAfter</c> in seconds, account_disabled, demo_account, email_taken,
/// weak_password, feature_off, invalid_request, form_expired), the returnUrl and the e-mail kept.
/// </summary>
internal static class SignInPages
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        // A page of the same path answers GET and would take the POST too; this goes first.
        routes.MapPost("/sign-in", SignInAsync).WithOrder(-1).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/register", RegisterAsync).WithOrder(-1).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/sign-out", SignOutAsync).WithOrder(-1).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> SignInAsync(HttpContext context, SessionStarter sessions, CancellationToken cancel)
    {
        if (!await CookieAntiforgery.IsValidAsync(context)) return new SeeOther("/sign-in?error=form_expired");
        var form = await context.Request.ReadFormAsync(cancel);
        return await EnterAsync(context, sessions, form, "/sign-in", cancel);
    }

    private static async Task<IResult> RegisterAsync(
        HttpContext context, SessionStarter sessions, UserManager<Account> users, AccessDb db, IHostEnvironment environment,
        HourlyBounds bounds, IOptions<AccessOptions> options, FeatureSwitches switches, TimeProvider clock, CancellationToken cancel)
    {
        if (!await CookieAntiforgery.IsValidAsync(context)) return new SeeOther("/register?error=form_expired");
        var form = await context.Request.ReadFormAsync(cancel);
        var request = new Register.Request(form["email"].ToString(), form["password"].ToString(), form["displayName"].ToString(), form["role"].ToString());
        if (!Validator.TryValidateObject(request, new ValidationContext(request), null, validateAllProperties: true)
            || (request.Email + request.DisplayName).Contains('\0'))
        {
            return Back("/register", "invalid_request", form);
        }

        if (Register.Paused(switches, request.Email) is { } paused) return Back("/register", paused.Code, form);
        if (await Register.FullAsync(bounds, options.Value, environment, context, cancel) is { } full) return Back("/register", full.Code, form, full.RetryAfterSeconds);

        var account = Account.Open(clock.NewId(), request.Email, request.DisplayName, clock.Now(), [request.Role],
            emailConfirmed: environment.IsDevelopment());
        var opened = await Register.OpenAsync(users, db, account, request.Password, null, cancel);
        if (opened.Problem is { } problem)
            return Back("/register", problem.Errors?.ContainsKey("password") == true ? "weak_password" : problem.Code, form);
        return await EnterAsync(context, sessions, form, "/register", cancel);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, AccessDb db, AccountDirectory directory, TimeProvider clock, CancellationToken cancel)
    {
        if (context.Features.Get<Caller>() is { } caller && AccessSchemes.SessionOf(context.User) is { } session)
            await Logout.EndAsync(db, directory, session, caller.Id, clock.Now(), cancel);
        await context.SignOutAsync(AccessSchemes.Cookie);
        return new SeeOther("/sign-in");
    }

    private static async Task<IResult> EnterAsync(
        HttpContext context, SessionStarter sessions, IFormCollection form, string page, CancellationToken cancel)
    {
        var (email, password) = (form["email"].ToString(), form["password"].ToString());
        if (email.Length is 0 or > 254 || password.Length is 0 or > Passwords.MaxLength) return Back(page, "invalid_credentials", form);
        var started = await sessions.StartAsync(email, password, SessionKind.Cookie, Client.Of(context), cancel);
        if (started.Problem is { Facts: { } facts }) return SecondStepPages.Begin(context, facts, LocalUrl(form["returnUrl"].ToString()));
        if (!started.Ok) return Back(page, started.Problem!.Code, form, started.Problem.RetryAfterSeconds);
        return await EnterAsync(context, started.Value, LocalUrl(form["returnUrl"].ToString()));
    }

    /// <summary>Sets the cookie of a session that began, and goes on.</summary>
    internal static async Task<IResult> EnterAsync(HttpContext context, StartedSession session, string? returnUrl)
    {
        var identity = new ClaimsIdentity(
            [
                new Claim(TokenNames.Subject, session.Account.Id.ToString()),
                new Claim(TokenNames.Session, session.Id.ToString()),
            ],
            AccessSchemes.Cookie, TokenNames.Subject, TokenNames.Roles);
        await context.SignInAsync(AccessSchemes.Cookie, new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true });
        return new SeeOther(returnUrl ?? "/");
    }

    private static SeeOther Back(string page, string error, IFormCollection form, int? retryAfter = null)
    {
        var query = QueryString.Create("error", error);
        if (retryAfter is { } seconds) query = query.Add("retryAfter", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (LocalUrl(form["returnUrl"].ToString()) is { } url) query = query.Add("returnUrl", url);
        if (form["email"].ToString() is { Length: > 0 and <= 254 } email) query = query.Add("email", email);
        return new SeeOther(page + query);
    }

    /// <summary>The path when it stays on this site, else <c>null</c>: browsers read // and /\ as another host.</summary>
    internal static string? LocalUrl(string? url) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && url.Length <= 2000 && !url.Any(char.IsControl) ? url : null;
}
