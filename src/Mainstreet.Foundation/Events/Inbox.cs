using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Foundation.Events;

/// <summary>What consumers have done. SQL because EF has no ON CONFLICT: a broken unique key would end PostgreSQL's transaction.</summary>
internal static class Inbox
{
    /// <summary>Records that the consumer does the event in the open transaction; false when it did so before.</summary>
    internal static async Task<bool> EnterAsync(ModuleDb db, string consumer, Guid eventId, DateTimeOffset now, CancellationToken cancel)
    {
        var rows = db.Engine == Engine.Postgres
            ? await db.Database.ExecuteSqlAsync(
                $"INSERT INTO foundation.inbox (consumer, event_id, at) VALUES ({consumer}, {eventId}, {now}) ON CONFLICT DO NOTHING", cancel)
            : await db.Database.ExecuteSqlAsync(
                $"INSERT INTO foundation_inbox (consumer, event_id, at) VALUES ({consumer}, {eventId}, {now.ToMicroseconds()}) ON CONFLICT DO NOTHING", cancel);
        return rows == 1;
    }

    /// <summary>Forgets what was done before the instant.</summary>
    internal static Task PruneAsync(ModuleDb db, DateTimeOffset before, CancellationToken cancel) => db.Engine == Engine.Postgres
        ? db.Database.ExecuteSqlAsync($"DELETE FROM foundation.inbox WHERE at < {before}", cancel)
        : db.Database.ExecuteSqlAsync($"DELETE FROM foundation_inbox WHERE at < {before.ToMicroseconds()}", cancel);
}
