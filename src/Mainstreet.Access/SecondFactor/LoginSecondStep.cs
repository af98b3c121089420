using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Sessions;
using Mainstreet.Access.Tokens;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Access.SecondFactor;

/// <summary>
/// Ends a sign-in that answered second_factor_required. The code is one of the app, of a text message, or a recovery code; spaces and dashes do not
/// matter. A challenge takes five codes. Errors: 401 invalid_challenge, 401 invalid_code, 403 account_disabled, 429 too_many_attempts; for the text
/// message also 409 sms_not_enrolled, 409 sms_not_configured, 422 sms_rejected, 429 too_many_messages, 503 sms_failed.
/// </summary>
internal static class LoginSecondStep
{
    public sealed record Request(
        [property: Required, MaxLength(200)] string Challenge,
        [property: Required, MaxLength(EnrolTotp.MaxCode)] string Code);

    public sealed record SmsRequest([property: Required, MaxLength(200)] string Challenge);

    public sealed record Sent(DateTimeOffset ExpiresAt);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/auth/login/2fa", Complete)
            .WithName("access.auth.login.second").WithTags("Access").WithSummary("Ends a sign-in with the second factor")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(429).AllowAnonymous();
        routes.MapPost("/v1/auth/login/2fa/sms", SendSms)
            .WithName("access.auth.login.sms").WithTags("Access").WithSummary("Sends a code by text message during a sign-in")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429).ProducesProblem(503).AllowAnonymous();
    }

    private static async Task<Results<Ok<TokenPair>, ProblemHttpResult>> Complete(
        Request request, HttpContext http, SecondStep step, AccessTokens tokens, CancellationToken cancel)
    {
        var started = await step.CompleteAsync(request.Challenge, request.Code, SessionKind.Api, Client.Of(http), cancel);
        if (!started.Ok) return started.Problem.ToHttp();
        return TypedResults.Ok(await tokens.IssueAsync(started.Value, cancel));
    }

    private static async Task<Results<Accepted<Sent>, ProblemHttpResult>> SendSms(SmsRequest request, SecondStep step, CancellationToken cancel)
    {
        var sent = await step.SendSmsAsync(request.Challenge, cancel);
        return sent.Ok ? TypedResults.Accepted((string?)null, new Sent(sent.Value)) : sent.Problem.ToHttp();
    }
}
