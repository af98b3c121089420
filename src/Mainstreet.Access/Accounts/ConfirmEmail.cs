using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Sessions;
using Mainstreet.Foundation.Authorization;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Access.Accounts;

/// <summary>
/// Confirms the caller's address: a message with a token goes there, and the token comes back from the same account. Errors: 409 email_confirmed,
/// 503 email_unavailable (no e-mail provider), 422 email_rejected, 503 email_failed, 429 too_many_messages; coming back 400 invalid_token.
/// </summary>
internal static class ConfirmEmail
{
    /// <param name="ExpiresAt">The token is good until then.</param>
    public sealed record Sent(DateTimeOffset ExpiresAt);

    public sealed record Request([property: Required, MaxLength(AccountToken.Longest)] string Token);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/auth/email/confirmation", Send)
            .WithName("access.email.send-confirmation").WithTags("Access").WithSummary("Sends a token to your address that confirms it")
            .ProducesProblem(401).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429).ProducesProblem(503)
            .RequireAuthorization(AccessPermissions.SecureSelf);
        // Signed in, as the account that asked: who only reads somebody's mail, or follows its links as scanners do, confirms nothing for a stranger.
        routes.MapPost("/v1/auth/email/confirm", Confirm)
            .WithName("access.email.confirm").WithTags("Access").WithSummary("Confirms your address with the token that was sent there")
            .ProducesProblem(400).ProducesProblem(401).RequireAuthorization(AccessPermissions.SecureSelf);
    }

    internal static async Task<Results<Accepted<Sent>, ProblemHttpResult>> Send(
        Caller caller, HttpContext http, EmailConfirmation confirmation, CancellationToken cancel)
    {
        var sent = await confirmation.SendAsync(caller, Client.Of(http), cancel);
        return sent.Ok ? TypedResults.Accepted((string?)null, new Sent(sent.Value)) : sent.Problem.ToHttp();
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Confirm(
        Request request, Caller caller, EmailConfirmation confirmation, CancellationToken cancel) =>
        await confirmation.ConfirmAsync(request.Token.Trim(), caller, cancel) is { } problem ? problem.ToHttp() : TypedResults.NoContent();
}
