using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Recipients;
using Mainstreet.Occasions.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Planning;

/// <inheritdoc/>
internal sealed class Replanner(IPlanTable table, IPolicies policies, OccasionClock clock, PlanMetrics metrics) : IReplanner
{
    private const int PageSize = 1_000;

    public Task ReplanAsync(OccasionsDb db, Recipient recipient, CancellationToken cancel) => ReplanAsync(db, [recipient], cancel);

    public async Task ReplanAsync(OccasionsDb db, IReadOnlyList<Recipient> recipients, CancellationToken cancel)
    {
        RequireTransaction(db);
        if (recipients.Count == 0) return;
        await table.LockAsync(db, exclusive: false, cancel);
        var state = await db.PlanStates.AsNoTracking().SingleAsync(cancel);
        foreach (var page in recipients.Chunk(PageSize)) await RewriteAsync(db, [.. page.Select(Candidate.Of)], c => c.Version > 1, state.PlannedUntil, cancel);
    }

    public async Task CancelAllAsync(OccasionsDb db, Guid recipientId, CancellationToken cancel)
    {
        RequireTransaction(db);
        await table.LockAsync(db, exclusive: false, cancel);
        await db.Messages
            .Where(m => m.RecipientId == recipientId && !m.InFlight
                && (m.Status == MessageStatus.Scheduled || m.Status == MessageStatus.Queued || m.Status == MessageStatus.Sending))
            .ExecuteUpdateAsync(set => set
                .SetProperty(m => m.Status, MessageStatus.Cancelled)
                .SetProperty(m => m.WorkAt, (DateTimeOffset?)null)
                .SetProperty(m => m.LastError, Misfire.Deleted), cancel);
    }

    /// <summary>
    /// Plans a business anew after its rules changed. Call it in the transaction that changes them, which began with the exclusive
    /// lock (<see cref="IPlanTable.LockAsync"/>).
    /// </summary>
    internal async Task ReplanBusinessAsync(OccasionsDb db, Guid businessId, CancellationToken cancel)
    {
        RequireTransaction(db);
        var state = await db.PlanStates.AsNoTracking().SingleAsync(cancel);
        var now = clock.Now();
        // Messages that wait although they were due before this do so by the misfire policy and go on doing so.
        var window = new PlanWindow(now - TimeSpan.FromDays(2), state.PlannedUntil > now ? state.PlannedUntil : now);
        var days = window.Days;
        var after = Guid.Empty;
        while (true)
        {
            var page = await db.Recipients.AsNoTracking()
                .Where(r => r.BusinessId == businessId && r.Id.CompareTo(after) > 0
                    && ((r.BirthdayDay != null && days.Contains(r.BirthdayDay.Value)) || (r.AnniversaryDay != null && days.Contains(r.AnniversaryDay.Value))))
                .OrderBy(r => r.Id).Take(PageSize).ToListAsync(cancel);
            if (page.Count == 0) return;
            await RewriteAsync(db, [.. page.Select(Candidate.Of)], _ => true, state.PlannedUntil, cancel);
            after = page[^1].Id;
        }
    }

    /// <param name="mayHave">Whether the recipient can have messages; one that this very transaction made has none.</param>
    private async Task RewriteAsync(
        OccasionsDb db, List<Candidate> candidates, Func<Candidate, bool> mayHave, DateTimeOffset plannedUntil, CancellationToken cancel)
    {
        var now = clock.Now();
        var rules = await policies.ForAsync(db, [.. candidates.Select(c => c.BusinessId).Distinct()], cancel);
        var ids = candidates.Where(mayHave).Select(c => c.Id).ToArray();
        var standing = (ids.Length == 0 ? [] : await db.Messages.AsNoTracking()
            .Where(m => ids.Contains(m.RecipientId) && m.Attempts == 0 && !m.InFlight && !m.Uncertain
                && (m.Status == MessageStatus.Scheduled || m.Status == MessageStatus.Queued || m.Status == MessageStatus.Skipped))
            .Select(m => new StandingMessage(m.Id, m.RecipientId, m.Occasion, m.LocalYear, m.LocalDate, m.TimeZone, m.DueAt, m.SendBy, m.Status, m.Reason))
            .ToListAsync(cancel)).ToLookup(m => m.RecipientId);
        var change = new PlanChange();
        foreach (var candidate in candidates)
            Plans.AfterChange(change, candidate, rules[candidate.BusinessId], [.. standing[candidate.Id]], plannedUntil, now, clock.NewId);
        await table.RemoveAsync(db, change.Remove, cancel);
        var inserted = await table.InsertAsync(db, change.Insert, now, cancel);
        metrics.Planned(inserted.Scheduled);
        foreach (var row in change.Insert.Where(r => r.IsMisfire)) metrics.Misfired(rules[row.BusinessId].Misfire);
    }

    private static void RequireTransaction(OccasionsDb db)
    {
        if (db.Database.CurrentTransaction is null) throw new InvalidOperationException("A plan changes in the transaction of what it follows.");
    }
}
