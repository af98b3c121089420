using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Offers;
using Mainstreet.Trades.Tickets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Work;

/// <summary>
/// The agent takes the ticket from whoever has it or is asked, and gives it to a named contractor (who then holds it as if
/// accepted) or, without a name, has others asked. Errors: wrong_status, contractor_not_found.
/// </summary>
internal static class ReassignTicket
{
    public sealed record Request(Guid? ContractorId = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tickets/{id:guid}/reassign", Handle)
        .WithName("trades.tickets.reassign").WithSummary("Give the ticket to another contractor")
        .RequireAuthorization(TradesPermissions.Dispatch)
        .Idempotent()
        .ProducesProblem(404).ProducesProblem(409);

    internal static Task<Results<Ok<TicketView>, ProblemHttpResult>> Handle(
        Guid id, Request? request, Caller caller, HttpContext http, IdempotentCall call, TradesDb db, TimeProvider clock,
        IOptions<TradesOptions> options, Dispatching dispatching, CancellationToken cancel) =>
        TicketAct.RunAsync(db, id, caller, http, call, async (ticket, token) =>
        {
            if (!caller.ActsFor(ticket, TradesPermissions.Dispatch)) return Problem.Forbidden;
            if (ticket.Status is not (TicketStatus.Triaged or TicketStatus.Offered or TicketStatus.Accepted or TicketStatus.InProgress))
                return TradesProblems.WrongStatus(ticket.Status);
            var to = request?.ContractorId;
            if (to is { } wanted)
            {
                if (wanted == ticket.ContractorId) return new Problem(409, "already_assigned", "This contractor has the job already.");
                if (!await db.Contractors.AsNoTracking().AnyAsync(c => c.Id == wanted && c.Synthetic == ticket.Synthetic
                    && (c.BusinessId == null || c.BusinessId == ticket.BusinessId), token)) return TradesProblems.NoContractor;
            }

            if (ticket.ContractorId is { } holder)
                await TakeBack.FromAsync(db, clock, ticket, holder, caller.Id, "ticket.takenBack", "reassigned by an agent", token);
            if (to is { } contractorId)
            {
                var before = ticket.Status;
                var told = await dispatching.WithdrawAsync(ticket, OfferState.Withdrawn, "reassigned", token);
                var now = clock.Now();
                ticket.BeginTry(null, null, null);
                ticket.Accept(contractorId, now + options.Value.StartWithin(ticket.Priority), now);
                // The ticket is held before its new contractor's row is touched: the same order everywhere.
                await db.SaveChangesAsync(token);
                await db.Exclusions.Where(x => x.TicketId == id && x.ContractorId == contractorId).ExecuteDeleteAsync(token);
                await db.Contractors.Where(c => c.Id == contractorId)
                    .ExecuteUpdateAsync(s => s.SetProperty(c => c.ActiveJobs, c => c.ActiveJobs + 1), token);
                db.Schedule(Dispatching.NoShowJob, id.ToString(), ticket.StartBy!.Value);
                await db.RecordAsync(ticket, caller.Id, "ticket.reassigned", before, new { contractorId }, told, token);
            }
            else
            {
                await db.RecordAsync(ticket, caller.Id, "ticket.reassigned", ticket.Status, new { contractorId = (Guid?)null }, null, token);
                await dispatching.BeginTryAsync(ticket, caller.Id, "reassigned", token);
            }

            return null;
        }, cancel);
}
