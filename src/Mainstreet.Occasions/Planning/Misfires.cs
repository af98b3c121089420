using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Planning;

/// <param name="Late">Messages that are sent late.</param>
/// <param name="Moved">Messages that wait for the next local send time.</param>
/// <param name="Skipped">Messages given up.</param>
internal sealed record MisfireReport(int Late, int Moved, int Skipped);

/// <summary>Applies the misfire policy to messages that were planned and whose instant passed before delivery began.</summary>
internal interface IMisfires
{
    /// <summary>
    /// Goes through what is overdue: marks what is sent late, moves what waits for the next window (a new row with the same key), skips what is too late.
    /// Run it before what is due is handed to delivery. Safe to run twice and on every replica.
    /// </summary>
    Task<MisfireReport> SettleAsync(CancellationToken cancel);
}

/// <inheritdoc/>
internal sealed partial class Misfires(
    IDbContextFactory<OccasionsDb> contexts, IPlanTable table, IPolicies policies, IOptions<OccasionsOptions> options, OccasionClock clock, PlanMetrics metrics,
    ILogger<Misfires> log) : IMisfires
{
    private const int PageSize = 1_000;

    public async Task<MisfireReport> SettleAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var now = clock.Now();
        var total = new MisfireReport(0, 0, 0);
        foreach (var queued in (bool[])[false, true])
        {
            var after = (DueAt: DateTimeOffset.MinValue, Id: Guid.Empty);
            while (await Overdue(db, now, queued, after).AnyAsync(cancel))
            {
                var from = after;
                (after, var page) = await db.InTransactionAsync(token => SettlePageAsync(db, now, queued, from, token), cancel);
                total = new MisfireReport(total.Late + page.Late, total.Moved + page.Moved, total.Skipped + page.Skipped);
            }
        }

        if (total != new MisfireReport(0, 0, 0)) Log.Settled(log, total.Late, total.Moved, total.Skipped);
        return total;
    }

    // Two scans, for two indexes: scheduled ones by when they are due, queued ones among those in work.
    private IQueryable<Message> Overdue(OccasionsDb db, DateTimeOffset now, bool queued, (DateTimeOffset DueAt, Guid Id) after)
    {
        var before = now - TimeSpan.FromMinutes(options.Value.MisfireGraceMinutes);
        var rows = db.Messages.Where(m => m.DueAt < before && (m.DueAt > after.DueAt || (m.DueAt == after.DueAt && m.Id.CompareTo(after.Id) > 0)));
        return queued
            ? rows.Where(m => m.Status == MessageStatus.Queued && m.WorkAt != null && m.SendBy < now && !m.InFlight && m.Attempts == 0 && !m.Uncertain)
            : rows.Where(m => m.Status == MessageStatus.Scheduled && (m.SendBy < now
                || ((m.Reason == null || !m.Reason.Contains("late"))
                    && !db.Recipients.Any(r => r.Id == m.RecipientId && r.Paused)
                    && !db.Settings.Any(s => s.BusinessId == m.BusinessId
                        && (s.Paused || (m.Occasion == Occasion.Birthday ? s.BirthdayPaused : s.AnniversaryPaused))))));
    }

    private async Task<((DateTimeOffset, Guid) After, MisfireReport Report)> SettlePageAsync(
        OccasionsDb db, DateTimeOffset now, bool queued, (DateTimeOffset, Guid) after, CancellationToken cancel)
    {
        await table.LockAsync(db, exclusive: true, cancel);
        var page = await Overdue(db, now, queued, after).AsNoTracking().OrderBy(m => m.DueAt).ThenBy(m => m.Id).Take(PageSize).ToListAsync(cancel);
        if (page.Count == 0) return (after, new MisfireReport(0, 0, 0));
        var rules = await policies.ForAsync(db, [.. page.Select(m => m.BusinessId).Distinct()], cancel);
        var ids = page.Select(m => m.RecipientId).ToArray();
        var recipients = await db.Recipients.AsNoTracking().Where(r => ids.Contains(r.Id)).ToDictionaryAsync(r => r.Id, cancel);
        var end = (page[^1].DueAt, page[^1].Id);
        var verdicts = new Verdicts();
        foreach (var message in page) Judge(verdicts, message, rules[message.BusinessId], recipients.GetValueOrDefault(message.RecipientId), now);
        return (end, await WriteAsync(db, verdicts, rules, now, cancel));
    }

    private void Judge(Verdicts verdicts, Message message, SendPolicy policy, Recipients.Recipient? recipient, DateTimeOffset now)
    {
        if (recipient is null || Zones.Find(message.TimeZone) is not { } zone)
        {
            verdicts.Skip(message, recipient is null ? Misfire.Deleted : Misfire.TooLate);
            return;
        }

        var isHeld = recipient.Paused || policy.Holds(message.Occasion);
        if (isHeld)
        {
            // Held, not lost, and no miss while it is held.
            if (now > message.SendBy) verdicts.Skip(message, Misfire.TooLatePaused);
            return;
        }

        // However often it was moved, it is still the greeting of its day.
        if (policy.Misfire == MisfirePolicy.NextWindow && Misfire.IsStale(message.LocalDate, now, zone))
        {
            verdicts.Skip(message, Misfire.TooLate);
            return;
        }

        var decision = Misfire.Decide(message.DueAt, message.SendBy, ReasonWords.Parse(message.Reason), zone, policy, now);
        if (decision.Status == MessageStatus.Skipped)
        {
            verdicts.Skip(message, decision.Error!);
        }
        else if (decision.Reasons.HasFlag(Reasons.NextWindow) && decision.DueAt > now)
        {
            verdicts.Move.Add(new PlannedRow(
                clock.NewId(), message.BusinessId, message.RecipientId, recipient.Version, message.Occasion, message.LocalYear, message.LocalDate, message.TimeZone,
                decision.DueAt, decision.SendBy, MessageStatus.Scheduled, ReasonWords.Of(decision.Reasons), null, message.Synthetic));
            verdicts.Leave.Add(message.Id);
        }
        else if (message.Status == MessageStatus.Scheduled)
        {
            verdicts.Late.Add((message, decision));
        }
    }

    private async Task<MisfireReport> WriteAsync(
        OccasionsDb db, Verdicts verdicts, IReadOnlyDictionary<Guid, SendPolicy> rules, DateTimeOffset now, CancellationToken cancel)
    {
        var (late, skipped) = (0, 0);
        foreach (var group in verdicts.Late.GroupBy(v => (v.Decision.DueAt, v.Decision.Reasons)))
        {
            var ids = group.Select(v => v.Message.Id).ToArray();
            var (dueAt, reason) = (group.Key.DueAt, ReasonWords.Of(group.Key.Reasons));
            late += await db.Messages.Where(m => ids.Contains(m.Id) && m.Status == MessageStatus.Scheduled)
                .ExecuteUpdateAsync(set => set.SetProperty(m => m.DueAt, dueAt).SetProperty(m => m.Reason, reason), cancel);
        }

        foreach (var group in verdicts.Skipped.GroupBy(v => v.Error))
        {
            var ids = group.Select(v => v.Message.Id).ToArray();
            skipped += await db.Messages
                .Where(m => ids.Contains(m.Id) && !m.InFlight && (m.Status == MessageStatus.Scheduled || m.Status == MessageStatus.Queued))
                .ExecuteUpdateAsync(set => set
                    .SetProperty(m => m.Status, MessageStatus.Skipped)
                    .SetProperty(m => m.LastError, group.Key)
                    .SetProperty(m => m.WorkAt, (DateTimeOffset?)null), cancel);
        }

        // A worker may have taken one in this very moment: its key is then in use, and the new row is not inserted.
        await table.RemoveAsync(db, verdicts.Leave, cancel);
        var moved = await table.InsertAsync(db, verdicts.Move, now, cancel);
        foreach (var business in verdicts.Businesses) metrics.Misfired(rules[business.Key].Misfire, business.Count());
        return new MisfireReport(late, moved.Scheduled, skipped);
    }

    private sealed class Verdicts
    {
        public List<(Message Message, Decision Decision)> Late { get; } = [];

        public List<(Message Message, string Error)> Skipped { get; } = [];

        /// <summary>Rows to insert for those in <see cref="Leave"/>.</summary>
        public List<PlannedRow> Move { get; } = [];

        public List<Guid> Leave { get; } = [];

        /// <summary>One entry a miss. What was marked late before was counted then.</summary>
        public IEnumerable<IGrouping<Guid, Guid>> Businesses => Late.Select(v => v.Message.BusinessId)
            .Concat(Move.Select(v => v.BusinessId))
            .Concat(Skipped.Where(v => v.Error == Misfire.TooLate && !ReasonWords.Parse(v.Message.Reason).HasFlag(Reasons.Late)).Select(v => v.Message.BusinessId))
            .GroupBy(id => id);

        public void Skip(Message message, string error) => Skipped.Add((message, error));
    }

    private static partial class Log
    {
        [LoggerMessage(3103, LogLevel.Warning, "Messages were overdue: {Late} are sent late, {Moved} wait for the next window, {Skipped} were skipped")]
        internal static partial void Settled(ILogger log, int late, int moved, int skipped);
    }
}
