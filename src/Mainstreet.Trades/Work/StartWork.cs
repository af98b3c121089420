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

namespace Mainstreet.Trades.Work;

/// <summary>The contractor begins the job: accepted → inProgress. Errors: wrong_status.</summary>
internal static class StartWork
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tickets/{id:guid}/start", Handle)
        .WithName("trades.tickets.start").WithSummary("Start the work")
        .RequireAuthorization(TradesPermissions.Work)
        .Idempotent()
        .ProducesProblem(404).ProducesProblem(409);

    internal static Task<Results<Ok<TicketView>, ProblemHttpResult>> Handle(
        Guid id, Caller caller, HttpContext http, IdempotentCall call, TradesDb db, TimeProvider clock, CancellationToken cancel) =>
        TicketAct.RunAsync(db, id, caller, http, call, async (ticket, token) =>
        {
            if (await Holder.CheckAsync(db, ticket, caller, token) is { } problem) return problem;
            if (ticket.Status != TicketStatus.Accepted) return TradesProblems.WrongStatus(ticket.Status);
            ticket.Start(clock.Now());
            await db.UnscheduleAsync(Dispatching.NoShowJob, id.ToString(), token);
            await db.RecordAsync(ticket, caller.Id, "ticket.started", TicketStatus.Accepted, null, null, token);
            return null;
        }, cancel);
}
