using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Access.SecondFactor;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.Sessions;

/// <summary>A session that just began.</summary>
/// <param name="RefreshToken">Handed out once; <c>null</c> for a cookie session.</param>
internal sealed record StartedSession(Guid Id, AccountView Account, string? RefreshToken);

/// <summary>
/// Checks a password and starts a session, for the API and for the pages. An unknown e-mail and a wrong password take the
/// same statements, the same hashing and the same answer. Where the account has a second factor, the password earns a challenge only.
/// </summary>
internal sealed partial class SessionStarter(
    AccessDb db, Passwords passwords, SignInLimits limits, SecondFactors factors, IOptions<AccessOptions> options,
    IOptions<SecondFactorOptions> secondFactor, IHostEnvironment environment, TimeProvider clock, AccessMetrics metrics, ILogger<SessionStarter> log)
{
    /// <returns>The session, or invalid_credentials, too_many_attempts, account_disabled, demo_account, second_factor_required.</returns>
    internal async Task<Outcome<StartedSession>> StartAsync(
        string email, string password, SessionKind kind, Client client, CancellationToken cancel)
    {
        // A password or account that changed while the password was hashed is looked at once more.
        return await TryAsync(email, password, kind, client, cancel) ?? await TryAsync(email, password, kind, client, cancel) ?? Refuse("wrong", AccessProblems.InvalidCredentials);
    }

    /// <returns>Null when the account changed meanwhile.</returns>
    private async Task<Outcome<StartedSession>?> TryAsync(
        string email, string password, SessionKind kind, Client client, CancellationToken cancel)
    {
        var subject = EmailNormalizer.Subject(email);
        var normalized = EmailNormalizer.Normalize(email);
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.NormalizedEmail == normalized, cancel);
        var accountId = account?.Id ?? Guid.Empty;
        // Before hashing, so that guessing on costs the guesser's time and not ours.
        if (await limits.WaitAsync(subject, client, accountId, own: 0, cancel) is { } wait) return Refuse("limited", AccessProblems.TooManyAttempts(wait));

        var (fits, rehashed) = passwords.Verify(account, password);
        if (!fits) return await FailAsync(subject, account, client, cancel);
        if (account!.DisabledAt is not null) return Refuse("disabled", AccessProblems.AccountDisabled);
        if (account.Demo && environment.IsProduction()) return Refuse("demo", AccessProblems.DemoAccount);

        var verified = account.PasswordHash;
        var outcome = await db.InTransactionAsync<Outcome<StartedSession>?>(async token =>
        {
            // The row is the queue of everything that writes to the account's audit chain. Only the password that was verified opens a session, so
            // that none begins by the old one after a change has ended them all.
            if (await db.Accounts.Where(a => a.Id == accountId && a.PasswordHash == verified && a.DisabledAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.PasswordHash, rehashed ?? verified), token) == 0)
            {
                return null;
            }

            // Once more: failures of the same client that were decided while this password was hashed came first, so a
            // burst of parallel guesses gains nothing over guessing one by one.
            if (await limits.WaitAsync(subject, client, accountId, own: 0, token) is { } late) return AccessProblems.TooManyAttempts(late);
            // Under the lock, so that nobody slips in by the password while a second factor is being turned on.
            var methods = await factors.MethodsAsync(accountId, token);
            return methods.Count == 0
                ? await BeginAsync(accountId, subject, kind, client, null, token)
                : await ChallengeAsync(accountId, methods, token);
        }, cancel);
        if (outcome is not { } started) return null;
        if (started.Problem is { } problem) return Refuse(problem.Status == 429 ? "limited" : "second_factor", problem);
        Started(started.Value!, kind);
        return started;
    }

    internal void Started(StartedSession session, SessionKind kind)
    {
        metrics.SignIn("success");
        Log.Started(log, session.Id, session.Account.Id, kind);
    }

    /// <summary>Starts the session of somebody who has shown all that is asked for. Inside a transaction that holds the account's row.</summary>
    /// <param name="accountId">Whose.</param>
    /// <param name="subject">SHA-256 of the normalised e-mail.</param>
    /// <param name="kind">Tokens or cookie.</param>
    /// <param name="client">Who signs in.</param>
    /// <param name="factor">The second factor that was shown; null when the account has none.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal async Task<Outcome<StartedSession>> BeginAsync(
        Guid accountId, byte[] subject, SessionKind kind, Client client, string? factor, CancellationToken cancel)
    {
        var now = clock.Now();
        await db.Accounts.Where(a => a.Id == accountId).ExecuteUpdateAsync(set => set.SetProperty(a => a.LastSignInAt, now), cancel);
        await limits.ClearAsync(subject, client, cancel);

        var longest = now.AddDays(options.Value.SessionMaxDays);
        var unused = now.AddDays(options.Value.RefreshTokenDays);
        var expires = kind == SessionKind.Cookie || longest < unused ? longest : unused;
        var session = Session.Start(clock.NewId(), accountId, kind, client, now, expires);
        db.Sessions.Add(session);
        string? refresh = null;
        if (kind == SessionKind.Api)
        {
            (var row, refresh) = RefreshToken.Issue(session.Id, now, expires);
            db.RefreshTokens.Add(row);
        }

        object detail = factor is null ? new { session = session.Id, kind } : new { session = session.Id, kind, factor };
        await db.AuditAsync(new AuditEntry($"account:{accountId}", accountId, "session.started", Detail: detail), cancel);
        await db.SaveChangesAsync(cancel);
        return new StartedSession(session.Id, await db.ViewAsync(accountId, cancel), refresh);
    }

    private async Task<Outcome<StartedSession>> ChallengeAsync(Guid accountId, IReadOnlyList<string> methods, CancellationToken cancel)
    {
        var (token, expires) = (Secret.New(), clock.Now().AddMinutes(secondFactor.Value.ChallengeMinutes));
        db.SignInChallenges.Add(new SignInChallenge { Hash = Secret.Hash(token), AccountId = accountId, ExpiresAt = expires });
        await db.SaveChangesAsync(cancel);
        return SecondFactorProblems.Required(token, methods, expires);
    }

    private async Task<Outcome<StartedSession>> FailAsync(byte[] subject, Account? account, Client client, CancellationToken cancel)
    {
        // A caller that hangs up does not make its failure uncounted.
        await limits.RecordAsync(subject, client, CancellationToken.None);
        if (await limits.LockedForAsync(subject, own: 0, CancellationToken.None) is { } locked && account is not null && !(account.LockoutEnd > clock.Now()))
            await LockAsync(account.Id, locked);
        if (await limits.WaitAsync(subject, client, account?.Id ?? Guid.Empty, own: 1, cancel) is { } wait)
            return Refuse("limited", AccessProblems.TooManyAttempts(wait));
        return Refuse("wrong", AccessProblems.InvalidCredentials);
    }

    private Task LockAsync(Guid accountId, TimeSpan wait) => db.InTransactionAsync(async cancel =>
    {
        var now = clock.Now();
        var until = (now + wait).Cut();
        var rows = await db.Accounts.Where(a => a.Id == accountId && (a.LockoutEnd == null || a.LockoutEnd <= now))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.LockoutEnd, until), cancel);
        if (rows == 0) return;
        await db.AuditAsync(new AuditEntry($"account:{accountId}", null, "account.locked-for-strange-addresses", Detail: new { until }), cancel);
        await db.SaveChangesAsync(cancel);
        Log.Locked(log, accountId);
    }, CancellationToken.None);

    private Problem Refuse(string outcome, Problem problem)
    {
        metrics.SignIn(outcome);
        return problem;
    }

    private static partial class Log
    {
        [LoggerMessage(1520, LogLevel.Information, "Session {SessionId} of account {AccountId} started ({Kind})")]
        internal static partial void Started(ILogger log, Guid sessionId, Guid accountId, SessionKind kind);

        [LoggerMessage(1521, LogLevel.Warning, "Account {AccountId} is locked for strange addresses: too many failures from everywhere")]
        internal static partial void Locked(ILogger log, Guid accountId);
    }
}
