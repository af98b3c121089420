using Mainstreet.Foundation.Proving;

using static Mainstreet.Trades.Proof.TradesInvariants;

namespace Mainstreet.Trades.Proof;

/// <summary>Holds one ticket's evidence against every invariant that concerns a ticket alone.</summary>
internal static class TicketChecks
{
    /// <summary>Actions of the audit history that somebody asked for, and what they are on the record.</summary>
    private static readonly Dictionary<string, ActKind> Asked = new(StringComparer.Ordinal)
    {
        ["ticket.accepted"] = ActKind.Accept,
        ["ticket.cancelled"] = ActKind.Cancel,
        ["ticket.reassigned"] = ActKind.Reassign,
        ["ticket.released"] = ActKind.Release,
    };

    /// <summary>What audit history and live feed must both tell: every act on the ticket, and the end of its offers.</summary>
    internal static bool IsShared(string action) => action.StartsWith("ticket.", StringComparison.Ordinal) || action == "offer.expired";

    internal static void Run(TicketEvidence ticket, Verdicts verdicts)
    {
        CheckWinners(ticket, verdicts);
        CheckAnswers(ticket, verdicts);
        CheckExpiry(ticket, verdicts);
        CheckRepeats(ticket, verdicts);
        var stuck = TicketRegister.Explain(ticket);
        verdicts.Check(Linearizable, stuck is null, () => ticket.Tell($"no order of acts explains the answers: {stuck}"));
        CheckStored(ticket, verdicts);
        CheckAudit(ticket, verdicts);
        CheckLive(ticket, verdicts);
    }

    private static void CheckWinners(TicketEvidence ticket, Verdicts verdicts)
    {
        var wins = Wins(ticket).OrderBy(a => a.End).ToArray();
        var broken = false;
        for (var i = 1; i < wins.Length; i++)
        {
            var (first, second) = (wins[i - 1], wins[i]);
            if (first.Contractor == second.Contractor) continue;
            var freed = ticket.Acts.Any(a => a.Kind is ActKind.Release or ActKind.Reassign && a.Outcome != ActOutcome.Refused && a.Start <= second.End);
            if (freed) continue;
            verdicts.Break(OneWinner, ticket.Tell("two contractors were told that they won", [first, second]));
            broken = true;
        }

        if (!broken) verdicts.Hold(OneWinner);
    }

    private static void CheckAnswers(TicketEvidence ticket, Verdicts verdicts)
    {
        foreach (var act in ticket.Acts.Where(a => a.Kind == ActKind.Accept && a.Outcome != ActOutcome.Unknown))
        {
            var invited = act.Contractor is { } contractor && ticket.Invitations.ContainsKey(contractor);
            var right = act switch
            {
                { Status: 404 } => !invited,
                _ when !invited => false,
                { Status: 200 } => act.ResultContractor == act.Contractor && act.ResultStatus is "accepted" or "inProgress" or "completed",
                { Status: 409, Code: AcceptCodes.Taken or AcceptCodes.Cancelled } => true,
                { Status: 410, Code: AcceptCodes.Expired } => true,
                _ => false,
            };
            verdicts.Check(RightAnswer, right, () => ticket.Tell(invited ? "an accept was answered wrongly" : "an accept by who was never offered it was not answered 404", [act]));
        }
    }

    private static void CheckExpiry(TicketEvidence ticket, Verdicts verdicts)
    {
        var firstFreed = ticket.Acts.Where(a => a.Kind is ActKind.Release or ActKind.Reassign && a.Outcome != ActOutcome.Refused)
            .Select(a => a.Start).DefaultIfEmpty(long.MaxValue).Min();
        var held = new HashSet<Guid>();
        foreach (var act in ticket.Acts.Where(a => a.Kind == ActKind.Accept).OrderBy(a => a.Start))
        {
            // After a release or reassignment the server makes offers of its own, whose ends the run does not know.
            if (act.Contractor is not { } contractor || act.End >= firstFreed || !ticket.Invitations.TryGetValue(contractor, out var offer)) continue;
            var late = act.Start > offer.LatestExpiry + ticket.ClockTolerance;
            var early = act.End < offer.EarliestExpiry - ticket.ClockTolerance;
            if (act.Status == 200) verdicts.Check(Expiry, !late || held.Contains(contractor), () => ticket.Tell($"an accept won after its offer ended at {offer.LatestExpiry / 1000.0:F1} ms", [act]));
            if (act.Status == 410) verdicts.Check(Expiry, !early, () => ticket.Tell($"an accept was told expired before its offer ended at {offer.EarliestExpiry / 1000.0:F1} ms", [act]));
            if (act.Outcome != ActOutcome.Refused) held.Add(contractor);
        }
    }

    private static void CheckRepeats(TicketEvidence ticket, Verdicts verdicts)
    {
        foreach (var win in Wins(ticket))
        {
            var disturbed = ticket.Acts.Where(a => a.Kind is ActKind.Cancel or ActKind.Release or ActKind.Reassign && a.Outcome != ActOutcome.Refused)
                .Select(a => a.Start).DefaultIfEmpty(long.MaxValue).Min();
            foreach (var repeat in ticket.Acts.Where(a => a.Kind == ActKind.Accept && a.Contractor == win.Contractor && a.Start > win.End && a.End < disturbed))
            {
                verdicts.Check(Repeat, repeat.Status == 200 && repeat.ResultContractor == win.Contractor, () => ticket.Tell("the winner's repeated accept was not the same 200", [win, repeat]));
            }
        }
    }

    private static void CheckStored(TicketEvidence ticket, Verdicts verdicts)
    {
        if (ticket.Stored is not { } stored)
        {
            verdicts.Break(Stored, ticket.Tell("the ticket could not be read after the run", []));
            return;
        }

        // The stored ticket must be explained by the acts as a read after all of them.
        var last = ticket.Acts.Select(a => a.End == long.MaxValue ? a.Start : a.End).DefaultIfEmpty(0).Max();
        var read = new Act(0, ActKind.Read, Guid.Empty, null, last + 1, last + 2, ActOutcome.Done, 200, null, stored.Status, stored.ContractorId);
        var stuck = TicketRegister.Explain(ticket with { Acts = [.. ticket.Acts, read] });
        verdicts.Check(Stored, stuck is null, () => ticket.Tell($"stored as {stored.Status}, contractor {stored.ContractorId?.ToString()[^6..] ?? "nobody"}; {stuck}"));
    }

    private static void CheckAudit(TicketEvidence ticket, Verdicts verdicts)
    {
        if (ticket.Audit is not { Count: > 0 } audit)
        {
            verdicts.Break(Audit, ticket.Tell("there is no audit history", []));
            return;
        }

        AuditItem? before = null;
        foreach (var item in audit)
        {
            var joined = before;
            if (joined is not null && item.From is not null)
            {
                verdicts.Check(Audit, item.From == joined.To, () => ticket.Tell($"the history does not join: {joined} and then {item}", []));
            }

            if (item.To is not null) before = item;
        }

        foreach (var group in ticket.Acts.Where(a => a.Kind is not (ActKind.Read or ActKind.Accept)).GroupBy(a => (a.Kind, a.Account)))
        {
            var items = audit.Count(i => Asked.TryGetValue(i.Action, out var kind) && kind == group.Key.Kind && i.ActorId == group.Key.Account);
            var done = group.Count(a => a.Outcome == ActOutcome.Done);
            var possible = group.Count(a => a.Outcome != ActOutcome.Refused);
            verdicts.Check(Audit, items >= done && items <= possible,
                () => ticket.Tell($"{done} to {possible} acts of {group.Key.Kind} were acknowledged, the history has {items}", group));
        }

        var story = audit.Where(i => Asked.ContainsKey(i.Action)).Select(i => (Asked[i.Action], i.ActorId ?? Guid.Empty)).ToArray();
        var stuck = TicketRegister.Explain(ticket, story);
        verdicts.Check(Audit, stuck is null, () => ticket.Tell($"the history does not explain the answers: {stuck}\n  {string.Join("\n  ", audit)}"));
        if (ticket.Stored is { } stored && audit.LastOrDefault(i => i.To is not null) is { } last)
        {
            verdicts.Check(Audit, last.To == stored.Status, () => ticket.Tell($"stored as {stored.Status}, but the history ends with {last}", []));
        }
    }

    private static void CheckLive(TicketEvidence ticket, Verdicts verdicts)
    {
        if (ticket.Audit is not { } audit) return;
        var told = ticket.Live.Where(e => IsShared(e.Type)).ToArray();
        var written = audit.Where(i => IsShared(i.Action)).ToArray();
        verdicts.Check(LiveAgrees, told.Select(e => e.Type).SequenceEqual(written.Select(i => i.Action)),
            () => ticket.Tell($"the feed tells {string.Join(", ", told.Select(e => e.Type))}; the history {string.Join(", ", written.Select(i => i.Action))}", []));

        foreach (var (live, item) in told.Zip(written))
        {
            if (live.Type != item.Action || live.Type != "ticket.accepted") continue;
            var winner = item.ActorId is { } actor && ticket.Contractors.TryGetValue(actor, out var id) ? id.ToString() : null;
            verdicts.Check(LiveAgrees, live.Fact(Act.Facts.ContractorId) == winner, () => ticket.Tell($"the feed names {live.Fact(Act.Facts.ContractorId)} at offset {live.Offset}, the history {winner}", []));
        }

        var versions = told.Select(e => long.TryParse(e.Fact(Act.Facts.Version), out var version) ? version : -1).ToArray();
        for (var i = 1; i < versions.Length; i++)
        {
            var at = i;
            verdicts.Check(LiveAgrees, versions[i] >= versions[i - 1], () => ticket.Tell($"versions go back in the feed: {string.Join(", ", versions)} at event {at}", []));
        }

        if (ticket.Stored is { } stored && ticket.Live.LastOrDefault(e => e.Type.StartsWith("ticket.", StringComparison.Ordinal) && e.Fact(Act.Facts.Status) is not null) is { } last)
        {
            verdicts.Check(LiveAgrees, last.Fact(Act.Facts.Status) == stored.Status, () => ticket.Tell($"stored as {stored.Status}, the feed ends with {last.Type} {last.Fact(Act.Facts.Status)}", []));
            if (stored.Version is { } version && versions is [.., >= 0 and var lastVersion])
            {
                verdicts.Check(LiveAgrees, lastVersion <= version, () => ticket.Tell($"stored at version {version}, the feed is at {lastVersion}", []));
            }
        }
    }

    private static IEnumerable<Act> Wins(TicketEvidence ticket) =>
        ticket.Acts.Where(a => a.Kind == ActKind.Accept && a is { Outcome: ActOutcome.Done, Status: 200 });
}
