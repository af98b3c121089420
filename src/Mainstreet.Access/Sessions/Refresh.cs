using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Access.Tokens;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.Sessions;

/// <summary>
/// Exchanges a refresh token for a new pair (RFC 9700, 4.14.2: rotation). A token that comes back after it was used means
/// that two parties hold it, so the whole session ends. One exception: within a short grace the same client (address and
/// user agent) may use it again and gets a sibling, because two tabs that refresh at once, or a retry after a lost
/// answer, are no theft. A thief would have to share the owner's address and user agent and be there within seconds; what he
/// gets lives in the same session, which signing out ends. Errors: 401 invalid_refresh_token, 401 refresh_reused.
/// </summary>
internal static partial class Refresh
{
    /// <summary>Exchanges of one token within the grace: a few tabs, not a mint.</summary>
    private const int MaxUses = 10;

    public sealed record Request([property: Required, MaxLength(200)] string RefreshToken);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/auth/refresh", Handle)
        .WithName("access.auth.refresh").WithTags("Access")
        .WithSummary("Exchanges a refresh token for a new pair of tokens")
        .ProducesProblem(400).ProducesProblem(401)
        .AllowAnonymous();

    private static async Task<Results<Ok<TokenPair>, ProblemHttpResult>> Handle(
        Request request, HttpContext context, AccessDb db, AccountDirectory directory, AccessTokens tokens,
        IOptions<AccessOptions> options, IHostEnvironment environment, TimeProvider clock, AccessMetrics metrics,
        ILogger<RefreshToken> log, CancellationToken cancel)
    {
        var hash = Secret.Hash(request.RefreshToken);
        var client = Client.Of(context);
        var exchange = await db.InTransactionAsync(
            token => ExchangeAsync(db, hash, client, options.Value, environment.IsProduction(), clock.Now(), token), cancel);
        if (exchange.Reused is { } stolen)
        {
            directory.Changed(stolen.AccountId, stolen.SessionId);
            Log.Reused(log, stolen.SessionId, stolen.AccountId);
        }

        metrics.Refresh(exchange.Outcome.Problem?.Code ?? "success");
        if (!exchange.Outcome.Ok) return exchange.Outcome.Problem!.ToHttp();
        return TypedResults.Ok(await tokens.IssueAsync(exchange.Outcome.Value, cancel));
    }

    private static async Task<Exchange> ExchangeAsync(
        AccessDb db, byte[] hash, Client client, AccessOptions settings, bool production, DateTimeOffset now, CancellationToken cancel)
    {
        var held = await db.RefreshTokens.AsNoTracking().Where(t => t.Hash == hash)
            .Join(db.Sessions, t => t.SessionId, s => s.Id, (t, s) => new { t.SessionId, s.AccountId, s.CreatedAt, t.ExpiresAt, t.UsedAt })
            .SingleOrDefaultAsync(cancel);
        if (held is null) return new Exchange(AccessProblems.InvalidRefreshToken);

        var longest = held.CreatedAt.AddDays(settings.SessionMaxDays);
        var unused = now.AddDays(settings.RefreshTokenDays);
        var expires = longest < unused ? longest : unused;
        // The session's row is the queue: exchanges, sign-out and theft of one session happen one after the other.
        var live = await db.Sessions.Where(s => s.Id == held.SessionId && s.EndedAt == null && s.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.ExpiresAt, expires), cancel);
        if (live == 0)
        {
            // Read again: it may have been used while this request queued.
            var used = await db.RefreshTokens.AnyAsync(t => t.Hash == hash && t.UsedAt != null, cancel);
            return new Exchange(used ? AccessProblems.RefreshReused : AccessProblems.InvalidRefreshToken);
        }

        if (held.UsedAt is null && held.ExpiresAt <= now) return new Exchange(AccessProblems.InvalidRefreshToken);

        if (!await UseAsync(db, hash, client, now, settings.RefreshGraceSeconds, cancel))
        {
            await EndSession.EndAsync(db, held.SessionId, held.AccountId, null, "refresh_reused", now, cancel);
            await db.SaveChangesAsync(cancel);
            return new Exchange(AccessProblems.RefreshReused) { Reused = (held.AccountId, held.SessionId) };
        }

        if (!await db.Accounts.AnyAsync(a => a.Id == held.AccountId && a.DisabledAt == null && !(a.Demo && production), cancel))
            return new Exchange(AccessProblems.InvalidRefreshToken);
        var (row, token) = RefreshToken.Issue(held.SessionId, now, expires);
        db.RefreshTokens.Add(row);
        await db.SaveChangesAsync(cancel);
        return new Exchange(new StartedSession(held.SessionId, await db.ViewAsync(held.AccountId, cancel), token));
    }

    private static async Task<bool> UseAsync(
        AccessDb db, byte[] hash, Client client, DateTimeOffset now, int graceSeconds, CancellationToken cancel)
    {
        var fingerprint = client.Fingerprint;
        var first = await db.RefreshTokens.Where(t => t.Hash == hash && t.UsedAt == null).ExecuteUpdateAsync(set => set
            .SetProperty(t => t.UsedAt, now).SetProperty(t => t.UsedBy, fingerprint).SetProperty(t => t.Uses, 1), cancel);
        if (first == 1) return true;
        // Instants of requests that queued are not in the order of the queue, so no grace is not a grace of zero length.
        if (graceSeconds == 0) return false;
        var graceBegan = now.AddSeconds(-graceSeconds);
        return await db.RefreshTokens
            .Where(t => t.Hash == hash && t.UsedAt > graceBegan && t.UsedBy == fingerprint && t.Uses < MaxUses)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.Uses, t => t.Uses + 1), cancel) == 1;
    }

    private sealed record Exchange(Outcome<StartedSession> Outcome)
    {
        internal (Guid AccountId, Guid SessionId)? Reused { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(1530, LogLevel.Warning, "A used refresh token came back: session {SessionId} of account {AccountId} was ended")]
        internal static partial void Reused(ILogger log, Guid sessionId, Guid accountId);
    }
}
