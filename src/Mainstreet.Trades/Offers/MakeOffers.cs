using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Tickets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Trades.Offers;

/// <summary>
/// Offers a triaged ticket: to the best contractors, or to those the agent names. Errors: wrong_status, contractor_not_found,
/// already_offered, contractor_excluded, nobody_available (the ticket is then escalated).
/// </summary>
internal static class MakeOffers
{
    public sealed record Request(
        [Range(1, 50)] int? WaveSize = null,
        [Range(1, 604_800)] int? ExpiresInSeconds = null,
        [Range(1, 20_100_000)] double? RadiusMeters = null,
        [MinLength(1), MaxLength(200)] Guid[]? ContractorIds = null);

    public sealed record OfferView(Guid Id, Guid ContractorId, OfferState State, double DistanceMeters, double Score, DateTimeOffset ExpiresAt);

    public sealed record Response(int Wave, int Try, double RadiusMeters, IReadOnlyList<OfferView> Offers);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tickets/{id:guid}/offers", Handle)
        .WithName("trades.offers.make").WithSummary("Offer a ticket to contractors")
        .RequireAuthorization(TradesPermissions.Dispatch)
        .Idempotent()
        .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    internal static async Task<Results<Created<Response>, ProblemHttpResult>> Handle(
        Guid id, Request? body, Caller caller, HttpContext http, IdempotentCall call, TradesDb db, Dispatching dispatching,
        TradesMetrics metrics, CancellationToken cancel)
    {
        if (!await caller.SeesAsync(id, db, cancel)) return Problem.NotFound.ToHttp();
        var request = body ?? new Request();
        Response? response = null;
        var escalated = false;
        var outcome = await TicketAct.ChangeAsync(db, id, async (ticket, token) =>
        {
            response = null;
            if (!caller.ActsFor(ticket, TradesPermissions.Dispatch)) return Problem.Forbidden;
            if (http.CheckIfMatch(ticket.Version) is { } stale) return stale;
            if (ticket.Status is not (TicketStatus.Triaged or TicketStatus.Offered)) return TradesProblems.WrongStatus(ticket.Status);
            if (ticket.Status == TicketStatus.Triaged || request.ContractorIds is null)
            {
                await dispatching.WithdrawAsync(ticket, OfferState.Withdrawn, "offered_anew", token);
                ticket.BeginTry(request.WaveSize, request.ExpiresInSeconds, request.RadiusMeters);
            }

            WaveMade? made;
            if (request.ContractorIds is { } named)
            {
                var offered = await dispatching.OfferToAsync(ticket, caller.Id, named, token);
                if (!offered.Ok) return offered.Problem;
                made = offered.Value;
            }
            else
            {
                made = await dispatching.NextWaveAsync(ticket, caller.Id, token);
            }

            escalated = made is null;
            if (made is null) return null;
            response = new Response(made.Wave.Number, made.Wave.Try, made.Wave.RadiusMeters,
                [.. made.Offers.Select(o => new OfferView(o.Id, o.ContractorId, o.State, o.DistanceMeters, o.Score, o.ExpiresAt))]);
            call.Answer(db, StatusCodes.Status201Created, response, $"/v1/tickets/{id}");
            return null;
        }, cancel);
        if (!outcome.Ok) return outcome.Problem.ToHttp();
        if (escalated)
        {
            metrics.Escalated();
            return TradesProblems.NobodyLeft.ToHttp();
        }

        http.SetETag(outcome.Value.Version);
        return TypedResults.Created($"/v1/tickets/{id}", response!);
    }
}
