using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Access.Tokens;

/// <summary>
/// A cookie comes along with requests that another site provoked, a bearer token does not: so a change that is asked for
/// under the cookie must also carry the antiforgery token, in the header <c>X-CSRF-Token</c> or in the form field.
/// </summary>
public static class CookieAntiforgery
{
    public const string Header = "X-CSRF-Token";

    /// <summary>Add after authentication and before authorisation.</summary>
    public static IApplicationBuilder UseCookieAntiforgery(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.User.Identity?.AuthenticationType == AccessSchemes.Cookie && !IsSafe(context.Request.Method)
            && !await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context))
        {
            await AccessProblems.AntiforgeryFailed.ToHttp().ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);
}
