using Mainstreet.Access.Data;
using Mainstreet.Foundation.Audit;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Sessions;

/// <summary>Ends a session inside the caller's transaction; the caller saves and, after the commit, tells the directory.</summary>
internal static class EndSession
{
    /// <returns>False when it had ended before.</returns>
    internal static async Task<bool> EndAsync(
        AccessDb db, Guid sessionId, Guid accountId, Guid? actor, string because, DateTimeOffset now, CancellationToken cancel)
    {
        var ended = await db.Sessions.Where(s => s.Id == sessionId && s.EndedAt == null).ExecuteUpdateAsync(set => set
            .SetProperty(s => s.EndedAt, now).SetProperty(s => s.EndedBecause, because), cancel);
        if (ended == 0) return false;
        await db.LockAccountAsync(accountId, cancel);
        await db.AuditAsync(new AuditEntry($"account:{accountId}", actor, "session.ended", Detail: new { session = sessionId, because }), cancel);
        return true;
    }

    /// <summary>Ends all live sessions of an account but one, and voids sign-ins that wait for their second step. Inside a transaction that holds the account's row.</summary>
    /// <returns>How many ended.</returns>
    internal static async Task<int> EndAllAsync(
        AccessDb db, Guid accountId, Guid? but, Guid? actor, string because, DateTimeOffset now, CancellationToken cancel)
    {
        await db.SignInChallenges.Where(c => c.AccountId == accountId && c.UsedAt == null).ExecuteDeleteAsync(cancel);
        var live = await db.Sessions.AsNoTracking().Where(s => s.AccountId == accountId && s.Id != but && s.EndedAt == null && s.ExpiresAt > now)
            .Select(s => s.Id).ToListAsync(cancel);
        var ended = 0;
        foreach (var session in live.Order())
        {
            if (await EndAsync(db, session, accountId, actor, because, now, cancel)) ended++;
        }

        return ended;
    }
}
