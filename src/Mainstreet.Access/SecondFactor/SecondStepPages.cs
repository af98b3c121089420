using Mainstreet.Access.Sessions;
using Mainstreet.Access.Tokens;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Access.SecondFactor;

/// <summary>
/// What the form of <c>/sign-in/code</c> posts to (fields: code, returnUrl and the antiforgery field). The challenge travels in a cookie of its own
/// that scripts cannot read and that ends with the sign-in. Every answer is 303: onward, or back with <c>?error=</c>.
/// </summary>
internal static class SecondStepPages
{
    internal const string Cookie = "mainstreet-second-factor";

    private const string Page = "/sign-in/code";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Page, CompleteAsync).WithOrder(-1).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/sign-in/code/sms", SendSmsAsync).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>The password was right: on to the code.</summary>
    /// <param name="context">The request.</param>
    /// <param name="facts">Of the problem second_factor_required.</param>
    /// <param name="returnUrl">Where the visitor wanted to go.</param>
    internal static IResult Begin(HttpContext context, IReadOnlyDictionary<string, object?> facts, string? returnUrl)
    {
        context.Response.Cookies.Append(Cookie, (string)facts["challenge"]!, Options(context, (DateTimeOffset)facts["expiresAt"]!));
        var sms = ((IReadOnlyList<string>)facts["methods"]!).Contains(SecondFactors.Sms);
        return Go(null, returnUrl, sms, null);
    }

    private static async Task<IResult> CompleteAsync(HttpContext context, SecondStep step, CancellationToken cancel)
    {
        if (!await CookieAntiforgery.IsValidAsync(context)) return new SeeOther($"{Page}?error=form_expired");
        var form = await context.Request.ReadFormAsync(cancel);
        var (url, sms, code) = (SignInPages.LocalUrl(form["returnUrl"].ToString()), form["sms"] == "1", form["code"].ToString());
        if (context.Request.Cookies[Cookie] is not { Length: > 0 and <= 200 } challenge) return Restart(url);
        if (code.Length is 0 or > EnrolTotp.MaxCode) return Go("invalid_code", url, sms, null);
        var started = await step.CompleteAsync(challenge, code, SessionKind.Cookie, Client.Of(context), cancel);
        if (started.Problem is { } problem)
            return problem.Code == SecondFactorProblems.InvalidChallenge.Code ? Restart(url) : Go(problem.Code, url, sms, problem.RetryAfterSeconds);
        context.Response.Cookies.Delete(Cookie, Options(context, null));
        return await SignInPages.EnterAsync(context, started.Value!, url);
    }

    private static async Task<IResult> SendSmsAsync(HttpContext context, SecondStep step, CancellationToken cancel)
    {
        if (!await CookieAntiforgery.IsValidAsync(context)) return new SeeOther($"{Page}?error=form_expired");
        var form = await context.Request.ReadFormAsync(cancel);
        var url = SignInPages.LocalUrl(form["returnUrl"].ToString());
        if (context.Request.Cookies[Cookie] is not { Length: > 0 and <= 200 } challenge) return Restart(url);
        var sent = await step.SendSmsAsync(challenge, cancel);
        if (sent.Problem is { } problem)
            return problem.Code == SecondFactorProblems.InvalidChallenge.Code ? Restart(url) : Go(problem.Code, url, sms: true, problem.RetryAfterSeconds);
        return Go(null, url, sms: true, null, sent: true);
    }

    private static SeeOther Restart(string? url) =>
        new("/sign-in" + QueryString.Create("error", SecondFactorProblems.InvalidChallenge.Code).Add(url is null ? default : QueryString.Create("returnUrl", url)));

    private static SeeOther Go(string? error, string? url, bool sms, int? retryAfter, bool sent = false)
    {
        var query = QueryString.Empty;
        if (error is not null) query = query.Add("error", error);
        if (retryAfter is { } seconds) query = query.Add("retryAfter", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (sms) query = query.Add("sms", "1");
        if (sent) query = query.Add("sent", "1");
        if (url is not null) query = query.Add("returnUrl", url);
        return new SeeOther(Page + query);
    }

    private static CookieOptions Options(HttpContext context, DateTimeOffset? expires) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = "/sign-in", IsEssential = true, Expires = expires,
    };
}
