using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Tickets;

namespace Mainstreet.Trades;

/// <summary>The module's expected failures.</summary>
internal static class TradesProblems
{
    internal static readonly Problem TicketTaken = new(409, "ticket_already_taken", "Somebody else has taken this ticket.");
    internal static readonly Problem TicketCancelled = new(409, "ticket_cancelled", "This ticket was cancelled.");
    internal static readonly Problem OfferExpired = new(410, "offer_expired", "This offer no longer stands.");
    internal static readonly Problem BusinessRequired = new(400, "business_required", "Say which business this is for.")
    {
        Errors = new Dictionary<string, string[]> { ["businessId"] = ["is needed: you belong to none, or to several"] },
    };

    internal static readonly Problem NoContractor = new(404, "contractor_not_found", "There is no such contractor here.");
    internal static readonly Problem NoProfile = new(404, "profile_missing", "You have no contractor profile yet; PUT /v1/contractors/me makes one.");
    internal static readonly Problem NobodyLeft = new(422, "nobody_available", "No contractor can be asked: none in reach is free, and the ticket is marked for the agents.");
    internal static readonly Problem MixedSynthetic = new(422, "synthetic_mixed", "Synthetic and real rows do not meet.");

    internal static Problem WrongStatus(TicketStatus status) =>
        new(409, "wrong_status", "The ticket is not in a state that allows this.") { Detail = $"The ticket is {Camel(status)}." };

    internal static string Camel(TicketStatus status) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(status.ToString());
}
