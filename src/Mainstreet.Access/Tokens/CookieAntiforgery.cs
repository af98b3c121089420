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
            && !await IsValidAsync(context))
        {
            await AccessProblems.AntiforgeryFailed.ToHttp().ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    /// <summary>Whether the request carries the token that belongs to its antiforgery cookie and its account.</summary>
    internal static async Task<bool> IsValidAsync(HttpContext context)
    {
        try
        {
            return await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);
        }
        catch (AntiforgeryValidationException)
        {
            // A form that cannot be read carries no token.
            return false;
        }
    }

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);
}
