using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Access.Sessions;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.SecondFactor;

/// <summary>The second step of a sign-in, for the API and for the pages: a challenge and a code make a session.</summary>
internal sealed class SecondStep(AccessDb db, SecondFactors factors, SessionStarter sessions, SmsSender sender, AccessMetrics metrics, TimeProvider clock)
{
    /// <returns>The session, or invalid_challenge, invalid_code, too_many_attempts, account_disabled.</returns>
    internal async Task<Outcome<StartedSession>> CompleteAsync(string challenge, string code, SessionKind kind, Client client, CancellationToken cancel)
    {
        var hash = Secret.Hash(challenge);
        if (await FindAsync(hash, cancel) is not { } account) return Refuse(SecondFactorProblems.InvalidChallenge);
        var secret = await factors.SecretAsync(account.Id, confirmed: true, cancel);
        var outcome = await db.InTransactionAsync<Outcome<StartedSession>>(async token =>
        {
            await db.LockAccountAsync(account.Id, token);
            var now = clock.Now();
            // Counted before it is looked at: of many guesses at once no more are looked at than of as many one by one.
            if (await db.SignInChallenges.Where(c => c.Hash == hash && c.UsedAt == null && c.ExpiresAt > now && c.Attempts < SignInChallenge.MaxAttempts)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.Attempts, c => c.Attempts + 1), token) != 1)
            {
                return SecondFactorProblems.InvalidChallenge;
            }

            if (!await db.Accounts.AnyAsync(a => a.Id == account.Id && a.DisabledAt == null, token)) return AccessProblems.AccountDisabled;
            var used = await factors.CheckAsync(account.Id, secret, code, client, token);
            if (used.Problem is { } problem)
            {
                await db.SaveChangesAsync(token);
                return problem;
            }

            await db.SignInChallenges.Where(c => c.Hash == hash).ExecuteUpdateAsync(set => set.SetProperty(c => c.UsedAt, now), token);
            return await sessions.BeginAsync(account.Id, EmailNormalizer.Subject(account.Email), kind, client, used.Value, token);
        }, cancel);
        if (outcome.Problem is { } refused) return Refuse(refused);
        sessions.Started(outcome.Value!, kind);
        return outcome;
    }

    /// <summary>Sends a code to the account's phone.</summary>
    /// <returns>When it grows too old; or invalid_challenge, sms_not_enrolled, and what <see cref="SmsSender.SendAsync"/> answers.</returns>
    internal async Task<Outcome<DateTimeOffset>> SendSmsAsync(string challenge, CancellationToken cancel)
    {
        if (await FindAsync(Secret.Hash(challenge), cancel) is not { } account) return SecondFactorProblems.InvalidChallenge;
        return await factors.PhoneAsync(account.Id, cancel) is { } phone
            ? await sender.SendAsync(account.Id, phone, cancel)
            : SecondFactorProblems.SmsNotEnrolled;
    }

    private Task<Holder?> FindAsync(byte[] hash, CancellationToken cancel)
    {
        var now = clock.Now();
        return db.SignInChallenges.AsNoTracking().Where(c => c.Hash == hash && c.UsedAt == null && c.ExpiresAt > now && c.Attempts < SignInChallenge.MaxAttempts)
            .Join(db.Accounts, c => c.AccountId, a => a.Id, (_, a) => new Holder(a.Id, a.Email)).SingleOrDefaultAsync(cancel);
    }

    private Problem Refuse(Problem problem)
    {
        metrics.SignIn(problem.Code);
        return problem;
    }

    private sealed record Holder(Guid Id, string Email);
}
