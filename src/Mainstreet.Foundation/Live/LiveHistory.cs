using Mainstreet.Foundation.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Live;

/// <summary>What a subscription missed.</summary>
/// <param name="Recovered">False when continuity is lost: the subscriber must read the state afresh.</param>
/// <param name="Offset">The topic's last offset; live events go on from the next.</param>
/// <param name="Events">Everything after the offset asked for, in order; empty when not recovered or from now.</param>
internal sealed record LiveReplay(bool Recovered, long Offset, IReadOnlyList<LiveEvent> Events);

/// <summary>Reads the feed.</summary>
internal sealed class LiveHistory(IDbContextFactory<FoundationDb> contexts, IOptions<LiveOptions> options, LiveMetrics metrics)
{
    /// <summary>The id of the newest event; 0 when there is none.</summary>
    public async Task<long> LastIdAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.Set<LiveEventRow>().MaxAsync(e => (long?)e.Id, cancel) ?? 0;
    }

    /// <summary>Events of all topics with a larger id, in id order.</summary>
    public async Task<List<LiveEvent>> AfterAsync(long id, int limit, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.Set<LiveEventRow>().Where(e => e.Id > id).OrderBy(e => e.Id).Take(limit)
            .Select(e => new LiveEvent(e.Id, new LiveMessage(e.Topic, e.Offset, e.Type, e.At, e.Payload))).ToListAsync(cancel);
    }

    /// <summary>Last offsets of the topics that ever had an event.</summary>
    public async Task<Dictionary<string, long>> PositionsAsync(IReadOnlyCollection<string> topics, CancellationToken cancel)
    {
        var positions = new Dictionary<string, long>(topics.Count, StringComparer.Ordinal);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        foreach (var part in topics.Chunk(500))
        {
            await foreach (var row in db.Set<LiveTopicRow>().AsNoTracking().Where(t => part.Contains(t.Topic)).AsAsyncEnumerable().WithCancellation(cancel))
                positions[row.Topic] = row.LastOffset;
        }

        return positions;
    }

    /// <summary>All events after an offset, or none: a partial replay would be a gap.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="after">The last offset that the subscriber has; <c>null</c> for from now.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<LiveReplay> ReplayAsync(string topic, long? after, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var row = await db.Set<LiveTopicRow>().AsNoTracking().SingleOrDefaultAsync(t => t.Topic == topic, cancel);
        var last = row?.LastOffset ?? 0;
        if (after is not { } from || from == last) return new LiveReplay(true, last, []);

        // An offset beyond the end is from before a reset of the feed.
        var reaches = from >= 0 && from < last && from + 1 >= row!.FirstOffset && last - from <= options.Value.ReplayLimit;
        var events = !reaches ? [] : await db.Set<LiveEventRow>()
            .Where(e => e.Topic == topic && e.Offset > from && e.Offset <= last).OrderBy(e => e.Offset)
            .Select(e => new LiveEvent(e.Id, new LiveMessage(e.Topic, e.Offset, e.Type, e.At, e.Payload))).ToListAsync(cancel);

        // The feed may have been trimmed between the two reads.
        if (!reaches || events.Count != last - from)
        {
            metrics.RecoveryFailed();
            return new LiveReplay(false, last, []);
        }

        metrics.Replayed(events.Count);
        return new LiveReplay(true, last, events);
    }
}
