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
}
