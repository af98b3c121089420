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
using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Offers;

/// <summary>
/// Takes a ticket: one winner under any number of racers. Errors, in this order when several hold: 404 never offered to
/// you, 409 ticket_already_taken, 409 ticket_cancelled, 410 offer_expired. A repeated accept by the winner is the same 200.
/// </summary>
internal static class AcceptTicket
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tickets/{id:guid}/accept", Handle)
        .WithName("trades.tickets.accept").WithSummary("Accept an offered ticket")
        .RequireAuthorization(TradesPermissions.Work)
        .ProducesProblem(404).ProducesProblem(409).ProducesProblem(410);

    internal static async Task<Results<Ok<TicketView>, ProblemHttpResult>> Handle(
        Guid id, Caller caller, HttpContext http, TicketReader reader, TradesDb db, TimeProvider clock, IOptions<TradesOptions> options,
        Dispatching dispatching, AcceptTurns turns, TradesMetrics metrics, CancellationToken cancel)
    {
        // Most accepts of a race lose, and one read without a lock tells them so; only who may win goes on to write.
        var look = await reader.LookAsync(id, caller.Id, cancel);
        if (look is null)
        {
            // Assigned by an agent, without an offer ever made: the job is theirs all the same.
            var mine = await db.Tickets.AsNoTracking()
                .Where(t => t.Id == id && db.Contractors.Any(c => c.AccountId == caller.Id && c.Id == t.ContractorId))
                .Select(TicketView.Projection).SingleOrDefaultAsync(cancel);
            return mine is null ? Problem.NotFound.ToHttp() : TypedResults.Ok(mine);
        }

        if (Judge(look.Status, look.HolderId, look.Try, look.ContractorId, look.State, look.OfferTry, look.ExpiresAt, clock.Now()) is { } refused)
        {
            metrics.AcceptRefused(refused.Code);
            return refused.ToHttp();
        }

        using var turn = await turns.EnterAsync(id, cancel);
        if (turn.LostTo is { } winner && winner != look.ContractorId)
        {
            metrics.AcceptRefused(TradesProblems.TicketTaken.Code);
            return TradesProblems.TicketTaken.ToHttp();
        }

        var won = false;
        var outcome = await TicketAct.ChangeAsync(db, id, async (ticket, token) =>
        {
            won = false;
            if (ticket.Taken && ticket.ContractorId == look.ContractorId) return null;
            var now = clock.Now();
            var offer = await db.Offers.Where(o => o.TicketId == id && o.ContractorId == look.ContractorId)
                .OrderByDescending(o => o.Try).FirstAsync(token);
            if (Judge(ticket.Status, ticket.ContractorId, ticket.Try, look.ContractorId, offer.State, offer.Try, offer.ExpiresAt, now) is { } problem)
                return problem;

            var before = ticket.Status;
            ticket.Accept(look.ContractorId, now + options.Value.StartWithin(ticket.Priority), now);
            offer.Close(OfferState.Accepted, now);
            // The guarded update goes first: from here on this transaction holds the ticket, or has lost it.
            await db.SaveChangesAsync(token);

            var losers = await dispatching.WithdrawAsync(ticket, OfferState.Lost, "taken", token, winner: look.ContractorId);
            db.Schedule(Dispatching.NoShowJob, id.ToString(), ticket.StartBy!.Value);
            await db.RecordAsync(ticket, caller.Id, "ticket.accepted", before,
                new { contractorId = look.ContractorId, ticket.Try, ticket.Wave }, losers, token);
            won = true;
            return null;
        }, cancel);

        if (!outcome.Ok)
        {
            metrics.AcceptRefused(outcome.Problem.Code);
            return outcome.Problem.ToHttp();
        }

        turn.Won(look.ContractorId);
        if (won) metrics.Accepted(outcome.Value.Category, outcome.Value.AcceptedAt!.Value - outcome.Value.CreatedAt);
        http.SetETag(outcome.Value.Version);
        return TypedResults.Ok(TicketView.Of(outcome.Value));
    }

    /// <summary>The contract's order of refusals. Null means that the accept may go on (or that the ticket is already the caller's).</summary>
    private static Problem? Judge(
        TicketStatus status, Guid? holder, int ticketTry, Guid contractor, OfferState state, int offerTry, DateTimeOffset expires, DateTimeOffset now)
    {
        if (status is TicketStatus.Accepted or TicketStatus.InProgress or TicketStatus.Completed or TicketStatus.Closed)
            return holder == contractor ? null : TradesProblems.TicketTaken;
        if (status == TicketStatus.Cancelled) return TradesProblems.TicketCancelled;
        // Offers of an earlier try are dead even while the new one is being made.
        if (status != TicketStatus.Offered || offerTry != ticketTry || state != OfferState.Open || expires <= now)
            return TradesProblems.OfferExpired;
        return null;
    }
}
