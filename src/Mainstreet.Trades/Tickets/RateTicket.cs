using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Territories;
using Mainstreet.Trades.Work;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>The tenant rates completed work, which closes the ticket. Errors: wrong_status.</summary>
internal static class RateTicket
{
    public sealed record Request([property: Range(1, 5)] int Stars, [StringLength(2_000)] string? Comment = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tickets/{id:guid}/rating", Handle)
        .WithName("trades.tickets.rate").WithSummary("Rate completed work")
        .RequireAuthorization(TradesPermissions.Rate)
        .Idempotent()
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    internal static Task<Results<Ok<TicketView>, ProblemHttpResult>> Handle(
        Guid id, Request request, Caller caller, HttpContext http, IdempotentCall call, TradesDb db, TimeProvider clock, CancellationToken cancel) =>
        TicketAct.RunAsync(db, id, caller, http, call, async (ticket, token) =>
        {
            if (ticket.TenantId != caller.Id) return Problem.Forbidden.With("Only the tenant who reported it may rate the work.");
            if (ticket.Status != TicketStatus.Completed) return TradesProblems.WrongStatus(ticket.Status);
            ticket.Close(request.Stars, request.Comment, clock.Now());
            await db.SaveChangesAsync(token);
            await db.UnscheduleAsync(CompleteWork.CloseJob, id.ToString(), token);
            await db.Contractors.Where(c => c.Id == ticket.ContractorId).ExecuteUpdateAsync(s => s
                .SetProperty(c => c.RatingSum, c => c.RatingSum + request.Stars)
                .SetProperty(c => c.RatingCount, c => c.RatingCount + 1), token);
            await AgentRoom.FreeAsync(db, ticket, token);
            await db.RecordAsync(ticket, caller.Id, "ticket.rated", TicketStatus.Completed, new { request.Stars, request.Comment }, null, token);
            return null;
        }, cancel);
}
