using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Offers;
using Mainstreet.Trades.Territories;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>Ends a ticket that is not wanted any more: the tenant before work starts, an agent until it is completed. Errors: wrong_status.</summary>
internal static class CancelTicket
{
    public sealed record Request([Required, StringLength(500, MinimumLength = 1)] string Reason);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tickets/{id:guid}/cancel", Handle)
        .WithName("trades.tickets.cancel").WithSummary("Cancel a ticket")
        .RequireAuthorization(TradesPermissions.Cancel)
        .Idempotent()
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    internal static Task<Results<Ok<TicketView>, ProblemHttpResult>> Handle(
        Guid id, Request request, Caller caller, HttpContext http, IdempotentCall call, TradesDb db, TimeProvider clock,
        Dispatching dispatching, CancellationToken cancel) =>
        TicketAct.RunAsync(db, id, caller, http, call, async (ticket, token) =>
        {
            var agent = caller.ActsFor(ticket);
            if (!agent && ticket.TenantId != caller.Id) return Problem.Forbidden;
            var allowed = ticket.Status is TicketStatus.Submitted or TicketStatus.Triaged or TicketStatus.Offered or TicketStatus.Accepted
                || (agent && ticket.Status == TicketStatus.InProgress);
            if (!allowed) return TradesProblems.WrongStatus(ticket.Status);

            var before = ticket.Status;
            var told = new List<Guid?>();
            if (ticket.ContractorId is { } contractor)
            {
                told.Add(await db.Contractors.Where(c => c.Id == contractor).Select(c => c.AccountId).SingleOrDefaultAsync(token));
                db.Publish(TicketFacts.Stream(id), new JobEnded(id, contractor, Completed: false));
                await db.UnscheduleAsync(Dispatching.NoShowJob, id.ToString(), token);
            }

            ticket.Cancel(clock.Now());
            await db.SaveChangesAsync(token);
            told.AddRange(await dispatching.WithdrawAsync(ticket, OfferState.Withdrawn, "cancelled", token));
            await AgentRoom.FreeAsync(db, ticket, token);
            await db.RecordAsync(ticket, caller.Id, "ticket.cancelled", before, new { request.Reason }, told, token);
            return null;
        }, cancel);
}
