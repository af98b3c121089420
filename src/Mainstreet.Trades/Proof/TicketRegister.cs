using System.Numerics;

namespace Mainstreet.Trades.Proof;

/// <summary>
/// One ticket as a shared register with its rules, and the search for an order of acts that explains every answer.
/// Linearizability after Wing and Gong (1993) with the memory of visited states of Lowe (2017): an act takes effect at one
/// instant between its start and its end; an act of unknown outcome takes effect at any time after its start or never.
/// Refusals change nothing and so are placed as soon as they are legal, which keeps the search to the few acts that do.
/// </summary>
internal sealed class TicketRegister
{
    private readonly TicketEvidence _ticket;
    private readonly Act[] _acts;
    private readonly IReadOnlyList<(ActKind Kind, Guid Account)>? _story;
    private readonly HashSet<(BigInteger Placed, State State)> _visited = [];
    private int _furthest = -1;
    private string _stuck = "";

    private TicketRegister(TicketEvidence ticket, IReadOnlyList<(ActKind Kind, Guid Account)>? story)
    {
        _ticket = ticket;
        _acts = [.. ticket.Acts.OrderBy(a => a.Start)];
        _story = story;
    }

    /// <summary>Looks for an order of the acts.</summary>
    /// <param name="ticket">The acts and invitations.</param>
    /// <param name="story">When given, acts that change the ticket must take effect in exactly this order, all of them.</param>
    /// <returns><c>null</c> when there is one; otherwise how far the best attempt came and where it was stuck.</returns>
    internal static string? Explain(TicketEvidence ticket, IReadOnlyList<(ActKind Kind, Guid Account)>? story = null)
    {
        var register = new TicketRegister(ticket, story);
        return register.Search(BigInteger.Zero, 0, new State()) ? null : register._stuck;
    }

    private bool Search(BigInteger placed, int count, State state)
    {
        // Every refusal or read that is legal now and may come next is placed now: it changes nothing.
        for (var again = true; again;)
        {
            again = false;
            foreach (var index in Next(placed))
            {
                var act = _acts[index];
                if (!act.ChangesNothing() || !Legal(act, state)) continue;
                placed |= BigInteger.One << index;
                count++;
                again = true;
                break;
            }
        }

        if (IsComplete(placed) && (_story is null || state.Told == _story.Count)) return true;
        if (!_visited.Add((placed, state))) return false;
        Remember(placed, count, state);

        foreach (var index in Next(placed))
        {
            var act = _acts[index];
            if (act.ChangesNothing()) continue;
            foreach (var after in Effects(act, state))
            {
                if (Search(placed | BigInteger.One << index, count + 1, after)) return true;
            }
        }

        return false;
    }

    /// <summary>Acts not yet placed that began before every unplaced answered act ended.</summary>
    private List<int> Next(BigInteger placed)
    {
        var firstEnd = long.MaxValue;
        for (var i = 0; i < _acts.Length; i++)
        {
            if (!IsPlaced(placed, i)) firstEnd = Math.Min(firstEnd, _acts[i].End);
        }

        var next = new List<int>();
        for (var i = 0; i < _acts.Length && _acts[i].Start <= firstEnd; i++)
        {
            if (!IsPlaced(placed, i)) next.Add(i);
        }

        return next;
    }

    private bool IsComplete(BigInteger placed)
    {
        for (var i = 0; i < _acts.Length; i++)
        {
            if (_acts[i].Outcome != ActOutcome.Unknown && !IsPlaced(placed, i)) return false;
        }

        return true;
    }

    private static bool IsPlaced(BigInteger placed, int index) => !(placed >> index).IsEven;

    private void Remember(BigInteger placed, int count, State state)
    {
        if (count <= _furthest) return;
        _furthest = count;
        var left = string.Join("\n  ", Next(placed).Where(i => _acts[i].Outcome != ActOutcome.Unknown).Take(5).Select(i => _acts[i]));
        var told = _story is not null && state.Told < _story.Count ? $"; the history goes on with {_story[state.Told].Kind} by {_story[state.Told].Account.ToString()[^6..]}" : "";
        _stuck = $"{count} of {_acts.Length} acts fit, then held by {state.Holder?.ToString()[^6..] ?? "nobody"}{(state.Cancelled ? ", cancelled" : "")}{told}; nothing explains\n  {left}";
    }

    /// <summary>Whether a refusal or read is the right answer in this state.</summary>
    private bool Legal(Act act, State state) => act switch
    {
        { Kind: ActKind.Read } => ReadIsRight(act, state),
        { Kind: not ActKind.Accept } => true, // a refused cancel, release or reassignment lost a race or came in the wrong state
        { Status: 409, Code: AcceptCodes.Taken } => !state.Cancelled && state.Holder is { } holder && holder != act.Contractor,
        { Status: 409, Code: AcceptCodes.Cancelled } => state.Cancelled,
        { Status: 410, Code: AcceptCodes.Expired } => !state.Cancelled && state.Holder is null && MayHaveEnded(act, state),
        { Status: 404 } => act.Contractor is not { } contractor || !_ticket.Invitations.ContainsKey(contractor),
        _ => true, // any other answer breaks trades.right-answer and is named there
    };

    private static bool ReadIsRight(Act act, State state) =>
        (act.ResultStatus == "cancelled") == state.Cancelled
        && (act.ResultContractor == state.Holder || (state.Cancelled && act.ResultContractor is null));

    private bool MayHaveEnded(Act act, State state) =>
        state.Round > 0 || act.Contractor is not { } contractor || !_ticket.Invitations.TryGetValue(contractor, out var invitation)
        || act.End >= invitation.EarliestExpiry - _ticket.ClockTolerance;

    private bool MayWin(Act act, State state) =>
        act.Contractor is { } contractor && !state.Cancelled && state.Holder is null && state.Leaver != contractor
        && (state.Round > 0
            || (_ticket.Invitations.TryGetValue(contractor, out var invitation) && act.Start <= invitation.LatestExpiry + _ticket.ClockTolerance));

    /// <summary>The states that an act may lead to; none when it cannot have been done now.</summary>
    private IEnumerable<State> Effects(Act act, State state)
    {
        switch (act.Kind)
        {
            case ActKind.Accept:
                if (!state.Cancelled && state.Holder is { } holder && holder == act.Contractor) yield return state;
                if (MayWin(act, state) && Told(act, ref state)) yield return state with { Holder = act.Contractor, Leaver = null };
                break;
            case ActKind.Cancel:
                if (!state.Cancelled && Told(act, ref state)) yield return state with { Cancelled = true };
                break;
            case ActKind.Release:
                if (!state.Cancelled && state.Holder is not null && state.Holder == act.Contractor && Told(act, ref state))
                {
                    yield return state with { Holder = null, Leaver = act.Contractor, Round = 1 };
                }

                break;
            case ActKind.Reassign:
                if (state.Cancelled || !Told(act, ref state)) break;
                var open = state with { Holder = null, Leaver = act.AssignTo == state.Holder ? null : state.Holder, Round = 1 };
                if (act.Outcome == ActOutcome.Unknown || act.ResultContractor is null) yield return open;
                if (act.Outcome == ActOutcome.Unknown ? act.AssignTo is not null : act.ResultContractor is not null)
                {
                    yield return open with { Holder = act.Outcome == ActOutcome.Unknown ? act.AssignTo : act.ResultContractor, Leaver = null };
                }

                break;
        }
    }

    /// <summary>Takes the next step of the story when this act is it; without a story every act may be next.</summary>
    private bool Told(Act act, ref State state)
    {
        if (_story is null) return true;
        if (state.Told >= _story.Count || _story[state.Told] != (act.Kind, act.Account)) return false;
        state = state with { Told = state.Told + 1 };
        return true;
    }

    /// <param name="Holder">Who has the ticket, also after it was cancelled.</param>
    /// <param name="Cancelled">Nothing follows a cancellation.</param>
    /// <param name="Leaver">Who gave it back or lost it last, and is not asked again in this round.</param>
    /// <param name="Round">0 while only the run's own offers count; 1 once the server makes offers of its own.</param>
    /// <param name="Told">How much of the story has happened.</param>
    private readonly record struct State(Guid? Holder, bool Cancelled, Guid? Leaver, int Round, int Told);
}

/// <summary>The problem codes with which an accept is refused.</summary>
internal static class AcceptCodes
{
    internal const string Taken = "ticket_already_taken";
    internal const string Cancelled = "ticket_cancelled";
    internal const string Expired = "offer_expired";
}

internal static class ActRules
{
    internal static bool ChangesNothing(this Act act) => act.Outcome == ActOutcome.Refused || act.Kind == ActKind.Read;
}
