using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Time;

using NodaTime;

namespace Mainstreet.Occasions.Planning;

/// <summary>A message that exists and may have to give way: not begun, or skipped unsent.</summary>
internal sealed record StandingMessage(
    Guid Id, Guid RecipientId, Occasion Occasion, int LocalYear, string LocalDate, string TimeZone, DateTimeOffset DueAt, DateTimeOffset SendBy,
    MessageStatus Status, string? Reason);

/// <summary>Which messages a recipient should have. Pure: the planner and the replanner differ only in what they ask.</summary>
internal static class Plans
{
    private static readonly Occasion[] Occasions = Enum.GetValues<Occasion>();

    /// <summary>Messages of one candidate that are due in the window, under the misfire policy where that is over.</summary>
    /// <param name="rows">They are added here.</param>
    /// <param name="candidate">A recipient.</param>
    /// <param name="zone">Its zone.</param>
    /// <param name="policy">Its business's.</param>
    /// <param name="window">The instants to plan.</param>
    /// <param name="now">The present.</param>
    /// <param name="newId">Makes ids.</param>
    internal static void InWindow(
        List<PlannedRow> rows, Candidate candidate, DateTimeZone zone, SendPolicy policy, PlanWindow window, DateTimeOffset now, Func<Guid> newId)
    {
        foreach (var occasion in Occasions)
        {
            if (OccasionDate.Parse(candidate.DateOf(occasion)) is not { } date || !window.Has(date.MonthDay)) continue;
            for (var year = window.FirstYear; year <= window.LastYear; year++)
            {
                if (Occurrences.Of(date, zone, policy, year) is not { } occurrence) continue;
                if (occurrence.DueAt < window.From || occurrence.DueAt >= window.Until) continue;
                // What was over when the recipient came was decided then.
                if (occurrence.DueAt < candidate.CreatedAt && occurrence.DueAt < now) continue;
                rows.Add(PlannedRow.Of(newId(), candidate, occasion, occurrence, Misfire.Decide(occurrence, zone, policy, now)));
            }
        }
    }

    /// <summary>What a change of the recipient, or of its business's rules, does to its messages.</summary>
    /// <param name="change">Takes what is to be removed and inserted.</param>
    /// <param name="candidate">The recipient as it is now.</param>
    /// <param name="policy">Its business's.</param>
    /// <param name="standing">Its messages that may give way.</param>
    /// <param name="plannedUntil">The common horizon.</param>
    /// <param name="now">The present.</param>
    /// <param name="newId">Makes ids.</param>
    internal static void AfterChange(
        PlanChange change, Candidate candidate, SendPolicy policy, IReadOnlyList<StandingMessage> standing, DateTimeOffset plannedUntil,
        DateTimeOffset now, Func<Guid> newId)
    {
        var zone = Zones.Find(candidate.TimeZone);
        var today = zone is null ? default : Occurrences.DateOf(now, zone);
        var lastYear = zone is null ? 0 : Occurrences.DateOf(plannedUntil > now ? plannedUntil : now, zone).Year + 1;
        foreach (var occasion in Occasions)
        {
            var settled = new HashSet<Guid>();
            if (zone is not null && OccasionDate.Parse(candidate.DateOf(occasion)) is { } date)
            {
                for (var year = today.Year - 1; year <= lastYear; year++)
                {
                    if (Occurrences.Of(date, zone, policy, year) is not { } occurrence) continue;
                    var stands = standing.FirstOrDefault(m => m.Occasion == occasion && m.LocalYear == year);
                    if (stands is not null && Fits(stands, occurrence, candidate.TimeZone, policy))
                    {
                        settled.Add(stands.Id);
                        continue;
                    }

                    var day = PlannedRow.TextOf(occurrence.Date);
                    // Over: today's greeting is decided now, and so is one whose day stays and whose instant moved; a day that is simply past is nobody's miss.
                    var isWanted = occurrence.DueAt >= now ? occurrence.DueAt < plannedUntil
                        : occurrence.Date == today || Occurrences.DateOf(occurrence.DueAt, zone) == today || (stands is not null && IsPending(stands) && stands.LocalDate == day);
                    if (!isWanted) continue;
                    var decision = Misfire.Decide(occurrence, zone, policy, now);
                    if (stands is not null && !IsPending(stands))
                    {
                        // Skipped, and never tried: it gives way to a day that is still to come.
                        settled.Add(stands.Id);
                        if (stands.LocalDate == day || decision.Status != MessageStatus.Scheduled || decision.DueAt <= now) continue;
                        change.Remove.Add(stands.Id);
                    }

                    change.Insert.Add(PlannedRow.Of(newId(), candidate, occasion, occurrence, decision));
                }
            }

            foreach (var message in standing)
            {
                if (message.Occasion == occasion && IsPending(message) && !settled.Contains(message.Id)) change.Remove.Add(message.Id);
            }
        }
    }

    private static bool IsPending(StandingMessage message) => message.Status is MessageStatus.Scheduled or MessageStatus.Queued;

    private static bool Fits(StandingMessage message, Occurrence occurrence, string timeZone, SendPolicy policy)
    {
        if (!IsPending(message) || message.TimeZone != timeZone || message.LocalDate != PlannedRow.TextOf(occurrence.Date)) return false;
        if (message.DueAt == occurrence.DueAt) return message.SendBy == policy.SendBy(occurrence.DueAt);
        // Moved by the misfire policy: it stays so while that policy stands.
        var moved = ReasonWords.Parse(message.Reason);
        return message.DueAt > occurrence.DueAt
            && ((moved.HasFlag(Reasons.Late) && message.SendBy == policy.SendBy(occurrence.DueAt))
                || (moved.HasFlag(Reasons.NextWindow) && message.SendBy == policy.SendBy(message.DueAt) && policy.Misfire == Settings.MisfirePolicy.NextWindow));
    }
}

/// <summary>Messages to remove and rows to insert, in this order.</summary>
internal sealed class PlanChange
{
    public List<Guid> Remove { get; } = [];

    public List<PlannedRow> Insert { get; } = [];
}
