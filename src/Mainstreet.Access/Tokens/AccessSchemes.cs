using System.Security.Claims;

using Mainstreet.Access.Accounts;
using Mainstreet.Access.Decisions;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.Tokens;

/// <summary>
/// Two ways in: a bearer token for the API, a cookie for the pages. A request with an <c>Authorization</c> header, or with
/// <c>access_token</c> in the query of a live path (browsers cannot set headers there), is a bearer request; any other goes by the cookie.
/// Either way the account's live snapshot decides, and is attached as <see cref="Caller"/>.
/// </summary>
internal static class AccessSchemes
{
    internal const string Default = "mainstreet";
    internal const string Bearer = "bearer";
    internal const string Cookie = "cookie";

    internal static void Add(IServiceCollection services)
    {
        services.AddAuthorization();
        services.AddSingleton<AccessTokenHandler>();
        services.AddAuthentication(Default)
            .AddPolicyScheme(Default, null, options => options.ForwardDefaultSelector = Select)
            .AddJwtBearer(Bearer, _ => { })
            .AddCookie(Cookie, _ => { });
        services.AddOptions<JwtBearerOptions>(Bearer).Configure<AccessTokenHandler>(Configure);
        services.AddOptions<CookieAuthenticationOptions>(Cookie).Configure<IOptions<AccessOptions>>(Configure);
    }

    /// <summary>The session that a request's token or cookie names.</summary>
    internal static Guid? SessionOf(ClaimsPrincipal user) => Read(user, TokenNames.Session);

    private static string Select(HttpContext context) =>
        context.Request.Headers.ContainsKey("Authorization") || LiveToken(context.Request) is not null ? Bearer : Cookie;

    private static string? LiveToken(HttpRequest request)
    {
        if (!request.Path.StartsWithSegments("/live") && !request.Path.StartsWithSegments("/v1/live/stream")) return null;
        var token = request.Query["access_token"];
        return token.Count == 1 ? token[0] : null;
    }

    private static void Configure(JwtBearerOptions options, AccessTokenHandler handler)
    {
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.TokenValidationParameters = handler.Rules;
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(handler);
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = context =>
            {
                if (!context.Request.Headers.ContainsKey("Authorization")) context.Token = LiveToken(context.Request);
                return Task.CompletedTask;
            },
            OnTokenValidated = async context =>
            {
                if (!await AttachAsync(context.HttpContext, context.Principal)) context.Fail("The session has ended.");
            },
            OnChallenge = context =>
            {
                context.HandleResponse();
                var challenge = context.AuthenticateFailure is null ? "Bearer" : "Bearer error=\"invalid_token\"";
                return UnauthenticatedAsync(context.HttpContext, challenge);
            },
            OnForbidden = context => Problem.Forbidden.ToHttp().ExecuteAsync(context.HttpContext),
        };
    }

    private static void Configure(CookieAuthenticationOptions options, IOptions<AccessOptions> access)
    {
        options.Cookie.Name = "mainstreet";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.IsEssential = true;
        options.ExpireTimeSpan = TimeSpan.FromHours(access.Value.CookieHours);
        options.SlidingExpiration = true;
        options.LoginPath = "/sign-in";
        options.Events = new CookieAuthenticationEvents
        {
            OnValidatePrincipal = async context =>
            {
                if (!await AttachAsync(context.HttpContext, context.Principal)) context.RejectPrincipal();
            },
            OnRedirectToLogin = context =>
            {
                if (!IsPage(context.Request)) return UnauthenticatedAsync(context.HttpContext, "Bearer");
                context.Response.Redirect(context.RedirectUri);
                return Task.CompletedTask;
            },
            OnRedirectToAccessDenied = context => Problem.Forbidden.ToHttp().ExecuteAsync(context.HttpContext),
        };
        options.ReturnUrlParameter = "returnUrl";
    }

    private static async ValueTask<bool> AttachAsync(HttpContext context, ClaimsPrincipal? user)
    {
        if (user is null || Read(user, TokenNames.Subject) is not { } account || SessionOf(user) is not { } session) return false;
        var directory = context.RequestServices.GetRequiredService<AccountDirectory>();
        if (await directory.FindAsync(account, session, ConsistencyToken.Shown(context.Request), context.RequestAborted) is not { } caller) return false;
        context.Features.Set(caller);
        return true;
    }

    private static Guid? Read(ClaimsPrincipal user, string claim) =>
        Guid.TryParse(user.FindFirst(claim)?.Value, out var id) ? id : null;

    private static Task UnauthenticatedAsync(HttpContext context, string challenge)
    {
        context.Response.Headers.WWWAuthenticate = challenge;
        return AccessProblems.Unauthenticated.ToHttp().ExecuteAsync(context);
    }

    private static bool IsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/v1") && !request.Path.StartsWithSegments("/live")
        && request.Headers.Accept.Any(a => a?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);
}
