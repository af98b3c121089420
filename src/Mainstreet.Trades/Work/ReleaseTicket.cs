using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Offers;
using Mainstreet.Trades.Tickets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Trades.Work;

/// <summary>The contractor gives the job back; others are asked at once, the contractor never again. Errors: wrong_status.</summary>
internal static class ReleaseTicket
{
    public sealed record Request([Required, StringLength(500, MinimumLength = 1)] string Reason);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tickets/{id:guid}/release", Handle)
        .WithName("trades.tickets.release").WithSummary("Give the job back")
        .RequireAuthorization(TradesPermissions.Work)
        .Idempotent()
        .ProducesProblem(404).ProducesProblem(409);

    internal static Task<Results<Ok<TicketView>, ProblemHttpResult>> Handle(
        Guid id, Request request, Caller caller, HttpContext http, IdempotentCall call, TradesDb db, TimeProvider clock,
        Dispatching dispatching, CancellationToken cancel) =>
        TicketAct.RunAsync(db, id, caller, http, call, async (ticket, token) =>
        {
            if (await Holder.CheckAsync(db, ticket, caller, token) is { } problem) return problem;
            if (ticket.Status is not (TicketStatus.Accepted or TicketStatus.InProgress)) return TradesProblems.WrongStatus(ticket.Status);
            await TakeBack.FromAsync(db, clock, ticket, ticket.ContractorId!.Value, caller.Id, "ticket.released", request.Reason, token);
            await dispatching.BeginTryAsync(ticket, null, "released", token);
            return null;
        }, cancel);
}
