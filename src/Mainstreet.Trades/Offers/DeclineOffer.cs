using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Tickets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Offers;

/// <summary>Turns an offer down; when nobody of the wave is left, the next wave starts at once. Errors: offer_expired, ticket_already_taken, ticket_cancelled.</summary>
internal static class DeclineOffer
{
    public sealed record Request([StringLength(500)] string? Reason = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tickets/{id:guid}/decline", Handle)
        .WithName("trades.offers.decline").WithSummary("Decline an offered ticket")
        .RequireAuthorization(TradesPermissions.Work)
        .Produces(204).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410);

    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Guid id, Request? request, Caller caller, TradesDb db, TimeProvider clock, Dispatching dispatching, CancellationToken cancel)
    {
        var contractorId = await db.Contractors.AsNoTracking().Where(c => c.AccountId == caller.Id).Select(c => (Guid?)c.Id).SingleOrDefaultAsync(cancel);
        if (contractorId is null || !await db.Offers.AsNoTracking().AnyAsync(o => o.TicketId == id && o.ContractorId == contractorId, cancel))
            return Problem.NotFound.ToHttp();

        var outcome = await TicketAct.ChangeAsync(db, id, async (ticket, token) =>
        {
            var now = clock.Now();
            var offer = await db.Offers.Where(o => o.TicketId == id && o.ContractorId == contractorId).OrderByDescending(o => o.Try).FirstAsync(token);
            if (offer.State == OfferState.Declined) return null;
            if (ticket.Taken && ticket.ContractorId != contractorId) return TradesProblems.TicketTaken;
            if (ticket.Status == TicketStatus.Cancelled) return TradesProblems.TicketCancelled;
            if (ticket.Taken) return TradesProblems.WrongStatus(ticket.Status).With("You have accepted it; release it instead.");
            if (offer.State != OfferState.Open || offer.ExpiresAt <= now) return TradesProblems.OfferExpired;

            offer.Close(OfferState.Declined, now, request?.Reason);
            ticket.Touch(now);
            await db.SaveChangesAsync(token);
            await dispatching.TellClosedAsync(ticket, [offer], token);
            await db.RecordAsync(ticket, caller.Id, "offer.declined", ticket.Status, new { contractorId, reason = request?.Reason }, [caller.Id], token);
            if (!await db.Offers.AnyAsync(o => o.TicketId == id && o.State == OfferState.Open, token))
            {
                await db.UnscheduleAsync(Dispatching.WaveJob, id.ToString(), token);
                db.Schedule(Dispatching.WaveJob, id.ToString(), now);
            }

            return null;
        }, cancel);
        return outcome.Ok ? TypedResults.NoContent() : outcome.Problem.ToHttp();
    }
}
