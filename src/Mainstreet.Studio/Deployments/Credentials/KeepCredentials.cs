using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Deployments.Credentials;

/// <summary>One's own tokens for providers. A token goes in and never comes out again. Errors: not_found, invalid_request, stale_version.</summary>
internal static class KeepCredentials
{
    /// <param name="Token">The provider's access token.</param>
    /// <param name="Team">Vercel: id of the team (team_...). Netlify: slug of the team. Railway: id of the workspace. Left out: one's own.</param>
    /// <param name="TokenKind">Railway only: account (default) or project, as the token was made there.</param>
    public sealed record Request([Required, StringLength(500, MinimumLength = 8)] string Token, [StringLength(100)] string? Team = null, string? TokenKind = null);

    /// <param name="Target">vercel, netlify or railway.</param>
    /// <param name="Configured">False: deployments there are refused with credentials_missing.</param>
    /// <param name="Missing">What has to be given first.</param>
    internal sealed record Response(string Target, bool Configured, IReadOnlyList<string> Missing, string? Team, string? TokenKind, DateTimeOffset? UpdatedAt);

    internal sealed record ListResponse(IReadOnlyList<Response> Items);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/deployment-credentials", List)
            .WithName("studio.credentials.list").WithSummary("Which providers you have given a token for, and what is missing; never the tokens")
            .RequireAuthorization(StudioPermissions.Deploy);
        routes.MapPut("/v1/deployment-credentials/{target}", Put)
            .WithName("studio.credentials.put").WithSummary("Give a token for a provider, or replace it; it is kept encrypted")
            .RequireAuthorization(StudioPermissions.Deploy).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(412);
        routes.MapDelete("/v1/deployment-credentials/{target}", Delete)
            .WithName("studio.credentials.delete").WithSummary("Forget the token for a provider")
            .RequireAuthorization(StudioPermissions.Deploy).ProducesProblem(404).ProducesProblem(412);
    }

    internal static async Task<Ok<ListResponse>> List(Caller caller, StudioDb db, CancellationToken cancel)
    {
        var stored = await db.DeploymentCredentials.AsNoTracking().Where(c => c.AccountId == caller.Id).ToListAsync(cancel);
        return TypedResults.Ok(new ListResponse([.. Remote.Select(t => View(t, stored.SingleOrDefault(c => c.Target == t)))]));
    }

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Put(
        string target, Request request, Caller caller, HttpContext http, StudioDb db, CredentialSafe safe, TimeProvider clock, CancellationToken cancel)
    {
        if (Parse(target) is not { } named) return Problem.NotFound.ToHttp();
        if (request.Token.Any(c => c is <= ' ' or > '~')) return Problem.Invalid("token", "must be printable, without spaces").ToHttp();
        if (request.Team is { } team && !team.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) return Problem.Invalid("team", "is letters, digits, - and _").ToHttp();
        var kind = Words.Parse<TokenKind>("tokenKind", request.TokenKind);
        if (kind.Problem is { } wrong) return wrong.ToHttp();
        if (kind.Value == TokenKind.Project && named != DeployTarget.Railway) return Problem.Invalid("tokenKind", "project is Railway's alone").ToHttp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var now = clock.Now();
                var row = await db.DeploymentCredentials.AsTracking().SingleOrDefaultAsync(c => c.AccountId == caller.Id && c.Target == named, cancel);
                if (http.CheckIfMatch(row?.Version ?? 0) is { } stale) return stale.ToHttp();
                if (row is null) db.DeploymentCredentials.Add(row = new StoredCredentials { AccountId = caller.Id, Target = named, Secret = "", CreatedAt = now });
                row.Secret = safe.Lock(caller.Id, named, request.Token);
                row.Team = string.IsNullOrEmpty(request.Team) ? null : request.Team;
                (row.TokenKind, row.UpdatedAt, row.Version) = (kind.Value ?? TokenKind.Account, now, row.Version + 1);
                await db.AuditAsync(new AuditEntry($"deployment-credentials:{caller.Id}", caller.Id, "credentials.given", Detail: new { target = Words.Of(named) }), cancel);
                await db.SaveChangesAsync(cancel);
                http.SetETag(row.Version);
                return TypedResults.Ok(View(named, row));
            }
            catch (DbUpdateException exception) when (attempt < 4 && Storage.IsUniqueViolation(exception))
            {
                // Given twice at the same moment; the later one replaces.
                db.ChangeTracker.Clear();
            }
        }
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Delete(string target, Caller caller, HttpContext http, StudioDb db, CancellationToken cancel)
    {
        if (Parse(target) is not { } named || await db.DeploymentCredentials.AsTracking().SingleOrDefaultAsync(c => c.AccountId == caller.Id && c.Target == named, cancel) is not { } row)
            return Problem.NotFound.ToHttp();
        if (http.CheckIfMatch(row.Version) is { } stale) return stale.ToHttp();
        db.DeploymentCredentials.Remove(row);
        await db.AuditAsync(new AuditEntry($"deployment-credentials:{caller.Id}", caller.Id, "credentials.forgotten", Detail: new { target = Words.Of(named) }), cancel);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Problem.NotFound.ToHttp();
        }

        return TypedResults.NoContent();
    }

    private static DeployTarget[] Remote => [DeployTarget.Vercel, DeployTarget.Netlify, DeployTarget.Railway];

    private static DeployTarget? Parse(string target) => Words.Parse<DeployTarget>("target", target) is { Value: { } named } && named != DeployTarget.Local ? named : null;

    private static Response View(DeployTarget target, StoredCredentials? row) => new(
        Words.Of(target), row is not null, row is null ? ["token"] : [], row?.Team, row is null ? null : Words.Of(row.TokenKind), row?.UpdatedAt);
}
