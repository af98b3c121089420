using System.Text.Json;

using Mainstreet.Foundation.Proving;
using Mainstreet.Trades.Proof;

namespace Mainstreet.Trades.Tests.Proof;

/// <summary>
/// The evidence of one ticket, told in milliseconds. Contractors are 0, 1, 2, …; each was offered the ticket at 100 ms for
/// ten seconds unless told otherwise. Audit and feed follow the telling, so a defect is planted by changing one of them.
/// </summary>
internal sealed class MadeUpTicket
{
    internal static readonly Guid TicketId = Guid.Parse("01900000-0000-7000-8000-000000000001");
    private static readonly Guid Tenant = Id(8, 0);
    private static readonly Guid Owner = Id(9, 0);
    private readonly List<Act> _acts = [];
    private long _nextAct;

    internal MadeUpTicket(int contractors = 3, long expiresAtMs = 10_100)
    {
        for (var i = 0; i < contractors; i++)
        {
            Invitations[Contractor(i)] = new Invitation(Contractor(i), expiresAtMs * 1000 - 5_000, expiresAtMs * 1000);
            Contractors[Account(i)] = Contractor(i);
        }

        Write("ticket.created", Tenant, null, "submitted");
        Write("ticket.triaged", Owner, "submitted", "triaged");
        Write("ticket.offered", Owner, "triaged", "offered");
    }

    internal Dictionary<Guid, Invitation> Invitations { get; } = [];

    internal Dictionary<Guid, Guid> Contractors { get; } = [];

    internal List<AuditItem> Audit { get; } = [];

    internal List<LiveEvent> Live { get; } = [];

    internal StoredTicket Stored { get; set; } = new("offered", null, 3);

    internal List<Act> Acts => _acts;

    internal static Guid Account(int contractor) => Id(1, contractor);

    internal static Guid Contractor(int contractor) => Id(2, contractor);

    /// <summary>An accept that wins: on the record, in the audit history and on the feed.</summary>
    internal MadeUpTicket Wins(int contractor, long start, long end)
    {
        Won(contractor, start, end);
        Stored = new StoredTicket("accepted", Contractor(contractor), (Stored.Version ?? 0) + 1);
        return Write("ticket.accepted", Account(contractor), "offered", "accepted", Contractor(contractor));
    }

    /// <summary>An accept that was answered 200, and nothing else.</summary>
    internal MadeUpTicket Won(int contractor, long start, long end) =>
        Add(ActKind.Accept, Account(contractor), Contractor(contractor), start, end, 200, null, "accepted", Contractor(contractor));

    internal MadeUpTicket Loses(int contractor, long start, long end, int status = 409, string? code = AcceptCodes.Taken) =>
        Add(ActKind.Accept, Account(contractor), Contractor(contractor), start, end, status, code);

    internal MadeUpTicket Unknown(int contractor, long start)
    {
        _acts.Add(new Act(++_nextAct, ActKind.Accept, Account(contractor), Contractor(contractor), start * 1000, long.MaxValue, ActOutcome.Unknown, 0, "timeout"));
        return this;
    }

    internal MadeUpTicket Cancels(long start, long end)
    {
        var from = Stored.Status;
        Stored = Stored with { Status = "cancelled", Version = Stored.Version + 1 };
        return Add(ActKind.Cancel, Owner, null, start, end, 200, null, "cancelled", Stored.ContractorId)
            .Write("ticket.cancelled", Owner, from, "cancelled", Stored.ContractorId);
    }

    internal MadeUpTicket Releases(int contractor, long start, long end)
    {
        Stored = new StoredTicket("offered", null, Stored.Version + 1);
        return Add(ActKind.Release, Account(contractor), Contractor(contractor), start, end, 200, null, "offered", null)
            .Write("ticket.released", Account(contractor), "accepted", "offered");
    }

    internal MadeUpTicket Reads(long start, long end, string status, int? contractor) =>
        Add(ActKind.Read, Tenant, null, start, end, 200, null, status, contractor is { } c ? Contractor(c) : null);

    internal MadeUpTicket Write(string action, Guid? actor, string? from, string? to, Guid? contractor = null)
    {
        var at = DateTimeOffset.UnixEpoch.AddMilliseconds(Audit.Count);
        Audit.Add(new AuditItem(at, actor, action, from, to));
        Live.Add(new LiveEvent("reader", "business:1", Live.Count + 1, action, at, JsonSerializer.SerializeToElement(
            new { ticketId = TicketId, status = to, contractorId = contractor, version = Audit.Count }), 0));
        return this;
    }

    internal TicketEvidence Evidence() => new()
    {
        TicketId = TicketId,
        Acts = _acts,
        Invitations = Invitations,
        Contractors = Contractors,
        Stored = Stored,
        Audit = Audit,
        Live = Live,
    };

    /// <summary>Ids of the invariants that do not hold.</summary>
    internal IReadOnlyList<string> Broken()
    {
        var verdicts = new Verdicts(TradesInvariants.All);
        TicketChecks.Run(Evidence(), verdicts);
        return [.. verdicts.Results.Where(r => r.Broken > 0).Select(r => r.Invariant.Id)];
    }

    private static Guid Id(int kind, int number) => Guid.Parse($"01900000-0000-7000-8{kind:D3}-{number:D12}");

    private MadeUpTicket Add(
        ActKind kind, Guid account, Guid? contractor, long start, long end, int status, string? code, string? resultStatus = null, Guid? resultContractor = null)
    {
        var outcome = status is >= 200 and < 300 ? ActOutcome.Done : status >= 500 ? ActOutcome.Unknown : ActOutcome.Refused;
        _acts.Add(new Act(++_nextAct, kind, account, contractor, start * 1000, outcome == ActOutcome.Unknown ? long.MaxValue : end * 1000, outcome, status, code, resultStatus, resultContractor));
        return this;
    }
}
