using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Live;

/// <summary>
/// Trims the feed by age and by number per topic, always from a topic's oldest end, and moves the mark that tells a late
/// subscriber that the feed no longer reaches back. Also sweeps replicas that went away without a word.
/// </summary>
internal sealed class LiveRetention(FoundationDb db, ILiveFeedSql sql, IOptions<LiveOptions> options, TimeProvider clock) : IRecurringJob
{
    /// <summary>Topics of one transaction: writers of the feed wait meanwhile.</summary>
    private const int Batch = 200;

    public async Task RunAsync(CancellationToken cancel)
    {
        var oldest = clock.Now() - TimeSpan.FromHours(options.Value.RetentionHours);
        while (await TrimAsync(token => TooOldAsync(oldest, token), cancel) == Batch) cancel.ThrowIfCancellationRequested();
        while (await TrimAsync(TooManyAsync, cancel) == Batch) cancel.ThrowIfCancellationRequested();
        await SweepReplicasAsync(cancel);
    }

    private sealed record Trim(string Topic, long FirstKept);

    private Task<List<Trim>> TooOldAsync(DateTimeOffset oldest, CancellationToken cancel) =>
        db.Set<LiveEventRow>().Where(e => e.At < oldest).GroupBy(e => e.Topic).OrderBy(g => g.Key)
            .Select(g => new Trim(g.Key, g.Max(e => e.Offset) + 1)).Take(Batch).ToListAsync(cancel);

    private Task<List<Trim>> TooManyAsync(CancellationToken cancel)
    {
        var keep = options.Value.KeepPerTopic;
        return db.Set<LiveTopicRow>().Where(t => t.LastOffset - t.FirstOffset >= keep).OrderBy(t => t.Topic)
            .Select(t => new Trim(t.Topic, t.LastOffset - keep + 1)).Take(Batch).ToListAsync(cancel);
    }

    private Task<int> TrimAsync(Func<CancellationToken, Task<List<Trim>>> find, CancellationToken cancel) =>
        db.InTransactionAsync(async token =>
        {
            await sql.LockAsync(db.Database.CurrentTransaction!.GetDbTransaction(), token);
            var trims = await find(token);
            foreach (var (topic, firstKept) in trims)
            {
                await db.Set<LiveEventRow>().Where(e => e.Topic == topic && e.Offset < firstKept).ExecuteDeleteAsync(token);
                await db.Set<LiveTopicRow>().Where(t => t.Topic == topic && t.FirstOffset < firstKept)
                    .ExecuteUpdateAsync(set => set.SetProperty(t => t.FirstOffset, firstKept), token);
            }

            return trims.Count;
        }, cancel);

    private Task SweepReplicasAsync(CancellationToken cancel)
    {
        // Long after they stopped counting, so that a replica that merely stood still finds its rows.
        var gone = clock.Now() - TimeSpan.FromMinutes(5);
        return db.InTransactionAsync(async token =>
        {
            await db.Set<LiveReplicaRow>().Where(r => r.ExpiresAt < gone).ExecuteDeleteAsync(token);
            await db.Set<LivePresenceRow>().Where(p => !db.Set<LiveReplicaRow>().Any(r => r.Id == p.ReplicaId)).ExecuteDeleteAsync(token);
        }, cancel);
    }
}
