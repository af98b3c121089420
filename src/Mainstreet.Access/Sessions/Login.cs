using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Accounts;
using Mainstreet.Access.Tokens;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Access.Sessions;

/// <summary>
/// Signs in with a password and starts a session. Errors: 400 invalid_request, 401 invalid_credentials, 401 second_factor_required (with
/// challenge, methods and expiresAt: go on at /v1/auth/login/2fa), 403 account_disabled, 403 demo_account, 429 too_many_attempts with Retry-After.
/// </summary>
internal static class Login
{
    public sealed record Request(
        [property: Required, MaxLength(254)] string Email,
        [property: Required, MaxLength(Passwords.MaxLength)] string Password);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/auth/login", Handle)
        .WithName("access.auth.login").WithTags("Access")
        .WithSummary("Signs in and answers an access token and a refresh token")
        .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(429)
        .AllowAnonymous();

    private static async Task<Results<Ok<TokenPair>, ProblemHttpResult>> Handle(
        Request request, HttpContext context, SessionStarter sessions, AccessTokens tokens, CancellationToken cancel)
    {
        var started = await sessions.StartAsync(request.Email, request.Password, SessionKind.Api, Client.Of(context), cancel);
        if (!started.Ok) return started.Problem!.ToHttp();
        return TypedResults.Ok(await tokens.IssueAsync(started.Value, cancel));
    }
}
