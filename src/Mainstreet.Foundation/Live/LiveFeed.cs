using System.Data.Common;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Mainstreet.Foundation.Live;

/// <summary>One event for one topic, not yet numbered.</summary>
internal sealed record LiveEntry(string Topic, string Type, string Payload, Guid EventId, DateTimeOffset At);

/// <summary>
/// Writes a batch to the feed inside an open transaction. Not LINQ: offsets must be handed out without gaps for hundreds of
/// rows in a few statements.
/// </summary>
internal interface ILiveFeedSql
{
    /// <summary>Makes this transaction the only writer of the feed until it ends.</summary>
    Task LockAsync(DbTransaction transaction, CancellationToken cancel);

    /// <summary>Numbers and inserts the entries that the feed does not hold, in order, and deletes the outbox rows. Locks first.</summary>
    Task AppendAsync(DbTransaction transaction, IReadOnlyList<LiveEntry> entries, long[] outboxIds, CancellationToken cancel);
}

internal sealed class LiveFeed(IDbContextFactory<FoundationDb> contexts, ILiveFeedSql sql, IWakeUps wakeUps) : ILiveFeed
{
    public async Task AppendAsync(IReadOnlyList<OutboxRow> rows, CancellationToken cancel)
    {
        if (rows.Count == 0) return;
        var entries = Entries(rows);
        var ids = rows.Select(r => r.Id).ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.InTransactionAsync(
            token => sql.AppendAsync(db.Database.CurrentTransaction!.GetDbTransaction(), entries, ids, token), cancel);
        wakeUps.Raise(Wakes.Live);
    }

    private static List<LiveEntry> Entries(IReadOnlyList<OutboxRow> rows)
    {
        var entries = new List<LiveEntry>(rows.Count * 2);
        var seen = new HashSet<(string, Guid)>(rows.Count * 2);
        foreach (var row in rows)
        {
            foreach (var topic in (row.Topics ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (seen.Add((topic, row.EventId))) entries.Add(new LiveEntry(topic, row.Name, row.Payload, row.EventId, row.At));
            }
        }

        return entries;
    }
}
