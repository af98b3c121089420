using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Access.SecondFactor;
using Mainstreet.Access.Tokens;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Sessions;

/// <summary>Where the caller is signed in, newest first; each may be ended, with effect on its next request. Error: session_not_found.</summary>
internal static class SessionRoutes
{
    private const int Most = 200;

    public sealed record Response(IReadOnlyList<Item> Items);

    /// <param name="Kind"><c>api</c> (tokens) or <c>cookie</c> (pages).</param>
    /// <param name="Current">The one that asks.</param>
    /// <param name="Address">Where it began: an IPv4 address, or the /64 of an IPv6 address.</param>
    /// <param name="Agent">What the client called itself; null when it did not.</param>
    /// <param name="ProvedAt">The last sign-in or step-up in it.</param>
    public sealed record Item(
        Guid Id, SessionKind Kind, bool Current, string Address, string? Agent, DateTimeOffset CreatedAt, DateTimeOffset ProvedAt, DateTimeOffset ExpiresAt);

    public sealed record Ended(int Sessions);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/auth/sessions", List)
            .WithName("access.sessions.list").WithTags("Access").WithSummary("Where you are signed in")
            .ProducesProblem(401).RequireAuthorization(AccessPermissions.SecureSelf);
        routes.MapDelete("/v1/auth/sessions/{id:guid}", End)
            .WithName("access.sessions.end").WithTags("Access").WithSummary("Ends one of your sessions")
            .ProducesProblem(401).ProducesProblem(404).RequireAuthorization(AccessPermissions.SecureSelf);
        routes.MapDelete("/v1/auth/sessions", EndOthers)
            .WithName("access.sessions.end-others").WithTags("Access").WithSummary("Ends all your sessions but this one")
            .ProducesProblem(401).RequireAuthorization(AccessPermissions.SecureSelf);
    }

    internal static async Task<Ok<Response>> List(Caller caller, HttpContext http, AccessDb db, TimeProvider clock, CancellationToken cancel)
    {
        var (now, current) = (clock.Now(), AccessSchemes.SessionOf(http.User));
        var items = await db.Sessions.AsNoTracking().Where(s => s.AccountId == caller.Id && s.EndedAt == null && s.ExpiresAt > now)
            .OrderByDescending(s => s.CreatedAt).ThenByDescending(s => s.Id).Take(Most)
            .Select(s => new Item(s.Id, s.Kind, s.Id == current, s.Address, s.Agent, s.CreatedAt, s.ProvedAt ?? s.CreatedAt, s.ExpiresAt)).ToListAsync(cancel);
        return TypedResults.Ok(new Response(items));
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> End(
        Guid id, Caller caller, AccessDb db, AccountDirectory directory, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        if (!await db.Sessions.AnyAsync(s => s.Id == id && s.AccountId == caller.Id && s.EndedAt == null && s.ExpiresAt > now, cancel))
            return SecondFactorProblems.SessionNotFound.ToHttp();
        await EndAsync([id], caller.Id, db, directory, now, cancel);
        return TypedResults.NoContent();
    }

    internal static async Task<Ok<Ended>> EndOthers(
        Caller caller, HttpContext http, AccessDb db, AccountDirectory directory, TimeProvider clock, CancellationToken cancel)
    {
        var (now, current) = (clock.Now(), AccessSchemes.SessionOf(http.User));
        var others = await db.Sessions.AsNoTracking().Where(s => s.AccountId == caller.Id && s.Id != current && s.EndedAt == null && s.ExpiresAt > now)
            .Select(s => s.Id).ToListAsync(cancel);
        return TypedResults.Ok(new Ended(await EndAsync(others, caller.Id, db, directory, now, cancel)));
    }

    private static async Task<int> EndAsync(
        IReadOnlyList<Guid> sessions, Guid accountId, AccessDb db, AccountDirectory directory, DateTimeOffset now, CancellationToken cancel)
    {
        var ended = await db.InTransactionAsync(async token =>
        {
            var count = 0;
            foreach (var session in sessions.Order())
            {
                if (await EndSession.EndAsync(db, session, accountId, accountId, "ended_by_owner", now, token)) count++;
            }

            await db.SaveChangesAsync(token);
            return count;
        }, cancel);
        directory.Changed(accountId);
        return ended;
    }
}
