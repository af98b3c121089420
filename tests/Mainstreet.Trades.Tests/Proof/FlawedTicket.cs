using System.Text.Json.Nodes;

namespace Mainstreet.Trades.Tests.Proof;

/// <summary>The rules of one ticket, with the flaws that belong to it. Always called under the server's lock.</summary>
internal sealed class FlawedTicket(FlawedServer server)
{
    private readonly Dictionary<Guid, DateTimeOffset> _offers = [];
    private int _seconds;

    internal Guid Id { get; } = Guid.CreateVersion7();

    internal string Status { get; private set; } = "submitted";

    internal Guid? Holder { get; private set; }

    internal int Version { get; private set; }

    /// <summary>Accepts repeated by the holder: after two of them every read has seen the winner, or is stale.</summary>
    internal int Repeats { get; private set; }

    internal List<JsonObject> History { get; } = [];

    internal JsonObject View() => new()
    {
        ["id"] = Id,
        ["status"] = Status,
        ["contractorId"] = Holder,
        ["version"] = Version,
    };

    internal void Record(string action, Guid? actor, string to)
    {
        var item = new JsonObject { ["at"] = DateTimeOffset.UtcNow, ["actorId"] = actor, ["action"] = action, ["from"] = Version == 0 ? null : Status, ["to"] = to };
        Status = to;
        Version++;
        if (action != "ticket.accepted" || !server.Slips(Flaw.AuditLosesAnAct)) History.Add(item);
        if (action == "ticket.cancelled" && server.Slips(Flaw.AuditTellsAnActTwice)) History.Add((JsonObject)item.DeepClone());
        server.Tell(this, action);
    }

    internal (int Status, JsonObject Body) Do(string act, Guid caller, Guid contractor, JsonObject? body)
    {
        switch (act)
        {
            case "triage":
                Record("ticket.triaged", caller, "triaged");
                return (200, View());
            case "offers":
                _seconds = (int)body!["expiresInSeconds"]!;
                Offer([.. body["contractorIds"]!.AsArray().Select(c => (Guid)c!)], caller);
                return (201, View());
            case "accept":
                return Accept(caller, contractor);
            case "cancel" when Status is "offered" or "accepted" or "triaged":
                Record("ticket.cancelled", caller, "cancelled");
                return (200, View());
            case "reassign" when Status is "offered" or "accepted" or "triaged":
                if (body?["contractorId"] is { } to)
                {
                    Holder = (Guid)to;
                    Record("ticket.reassigned", caller, "accepted");
                }
                else
                {
                    var left = Holder;
                    Holder = null;
                    Record("ticket.reassigned", caller, "triaged");
                    Offer([.. _offers.Keys.Where(c => c != left)], caller);
                }

                return (200, View());
            case "release" when Status == "accepted" && Holder == contractor:
                Holder = null;
                Record("ticket.released", caller, "triaged");
                Offer([.. _offers.Keys.Where(c => c != contractor)], null);
                return (200, View());
            default:
                return Refuse(409, "wrong_status");
        }
    }

    private void Offer(IReadOnlyList<Guid> contractors, Guid? actor)
    {
        foreach (var known in _offers.Keys.ToArray()) _offers[known] = DateTimeOffset.MinValue;
        foreach (var contractor in contractors) _offers[contractor] = DateTimeOffset.UtcNow.AddSeconds(_seconds);
        Record("ticket.offered", actor, "offered");
    }

    private (int Status, JsonObject Body) Accept(Guid caller, Guid contractor)
    {
        if (!_offers.TryGetValue(contractor, out var expires)) return Refuse(404, "not_found");
        if (Status == "accepted" && Holder == contractor) Repeats++;
        if (Status == "accepted" && Holder == contractor) return server.Slips(Flaw.WinnerIsNotKnownAgain) ? Refuse(409, "ticket_already_taken") : (200, View());
        if (Status == "accepted")
        {
            if (server.Slips(Flaw.WrongCode)) return Refuse(409, "concurrent_change");
            if (!server.Slips(Flaw.TwoWinners)) return server.Slips(Flaw.LoserIsTold200) ? (200, View()) : Refuse(409, "ticket_already_taken");
        }
        else if (Status == "cancelled")
        {
            return Refuse(409, "ticket_cancelled");
        }
        else if (expires <= DateTimeOffset.UtcNow && !(expires > DateTimeOffset.MinValue && expires.AddMilliseconds(300) < DateTimeOffset.UtcNow && server.Slips(Flaw.WinsAfterExpiry)))
        {
            return Refuse(410, "offer_expired");
        }

        Holder = contractor;
        Record("ticket.accepted", caller, "accepted");
        var view = View();
        if (server.Slips(Flaw.StoreForgetsTheWinner)) Holder = Guid.CreateVersion7();
        return (200, view);
    }

    private static (int Status, JsonObject Body) Refuse(int status, string code) => (status, new JsonObject { ["status"] = status, ["code"] = code });
}
