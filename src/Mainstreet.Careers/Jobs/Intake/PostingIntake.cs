using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Jobs.Intake;

/// <summary>Where adverts come from.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Board">Empty where it has none.</param>
/// <param name="Synthetic">The self-check's.</param>
/// <param name="Actor">Who had them read, for the audit trail.</param>
internal sealed record AdvertOrigin(string Source, string Board, bool Synthetic, Guid? Actor = null);

/// <summary>
/// Takes adverts in: known ones are brought up to date, new ones are merged with the posting of the same job or become one. One batch is one
/// transaction, and one at a time takes in, so that two imports cannot both find that a job is new.
/// </summary>
internal sealed class PostingIntake(CareersDb db, TimeProvider clock)
{
    internal const int BatchSize = 500;

    /// <param name="origin">Where all of them come from.</param>
    /// <param name="drafts">At most <see cref="BatchSize"/>; of those with the same id the last counts.</param>
    /// <param name="cancel">The caller's.</param>
    internal async Task<IntakeTally> TakeAsync(AdvertOrigin origin, IReadOnlyList<PostingDraft> drafts, CancellationToken cancel)
    {
        if (drafts.Count == 0) return IntakeTally.None;
        try
        {
            return await db.InTransactionAsync(async token =>
            {
                await TakeTurnAsync(token);
                var batch = new IntakeBatch(db, origin, clock.Now(), clock);
                return await batch.TakeAsync([.. drafts.GroupBy(d => d.ExternalId, StringComparer.Ordinal).Select(g => g.Last())], token);
            }, cancel);
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>After a complete reading: what was not seen since it began is gone; a posting that no source has any more is closed.</summary>
    /// <returns>Postings closed.</returns>
    internal async Task<int> CloseMissingAsync(AdvertOrigin origin, DateTimeOffset began, CancellationToken cancel)
    {
        var closed = 0;
        while (true)
        {
            try
            {
                var (looked, shut) = await db.InTransactionAsync(token => CloseBatchAsync(origin, began, token), cancel);
                closed += shut;
                if (looked < BatchSize) return closed;
            }
            finally
            {
                db.ChangeTracker.Clear();
            }
        }
    }

    private async Task<(int Looked, int Closed)> CloseBatchAsync(AdvertOrigin origin, DateTimeOffset began, CancellationToken cancel)
    {
        await TakeTurnAsync(cancel);
        var now = clock.Now();
        var missing = await db.Adverts
            .Where(a => a.Source == origin.Source && a.Board == origin.Board && a.Synthetic == origin.Synthetic && a.GoneAt == null && a.SeenAt < began)
            .OrderBy(a => a.ExternalId).Take(BatchSize).ToListAsync(cancel);
        if (missing.Count == 0) return (0, 0);
        var ids = missing.Select(a => a.PostingId).Distinct().ToList();
        var adverts = (await db.Adverts.Where(a => ids.Contains(a.PostingId)).ToListAsync(cancel)).ToLookup(a => a.PostingId);
        var postings = await db.Postings.Where(p => ids.Contains(p.Id)).ToListAsync(cancel);
        var entries = await db.PostingEntries.Where(e => ids.Contains(e.PostingId)).ToDictionaryAsync(e => e.PostingId, cancel);
        foreach (var advert in missing) advert.GoneAt = now;
        var closed = 0;
        foreach (var posting in postings)
        {
            var live = adverts[posting.Id].Where(a => a.GoneAt is null).OrderBy(a => a.SeenAt).ThenBy(a => a.Source, StringComparer.Ordinal).ToList();
            if (live.Count == 0 && posting.ClosedAt is null)
            {
                (posting.ClosedAt, posting.UpdatedAt) = (now, now);
                posting.Version++;
                closed++;
            }
            else if (live.Count > 0 && !live.Exists(a => a.IsFirst))
            {
                foreach (var advert in adverts[posting.Id]) advert.IsFirst = advert == live[0];
            }

            posting.WriteTo(entries[posting.Id], live.Select(a => a.Source));
        }

        await db.SaveChangesAsync(cancel);
        return (missing.Count, closed);
    }

    // The row is held until the transaction ends.
    private Task<int> TakeTurnAsync(CancellationToken cancel) =>
        db.IntakeTurns.Where(t => t.Id == 1).ExecuteUpdateAsync(row => row.SetProperty(t => t.Turn, t => t.Turn + 1), cancel);
}
