using System.ComponentModel.DataAnnotations;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Classification;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Territories;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>
/// Reports a problem: classified, and given to an agent whose territory covers it and who has room.
/// Errors: business_required, property_not_found.
/// </summary>
internal static class ReportTicket
{
    public sealed record Request(
        [Required, StringLength(200, MinimumLength = 1)] string Title,
        [Required, StringLength(8_000, MinimumLength = 1)] string Description,
        GeoPoint Location,
        [StringLength(500)] string? Address = null,
        Guid? PropertyId = null,
        Guid? BusinessId = null,
        TicketPriority? Priority = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tickets", Handle)
        .WithName("trades.tickets.report").WithSummary("Report a problem")
        .RequireAuthorization(TradesPermissions.Report)
        .Idempotent()
        .RequireFeature(TradesFeatures.Tickets)
        .ProducesValidationProblem().ProducesProblem(404);

    internal static async Task<Results<Created<TicketView>, ProblemHttpResult>> Handle(
        Request request, Caller caller, HttpContext http, IdempotentCall call, TradesDb db, TimeProvider clock,
        IBusinessDirectory businesses, ITradeClassifier classifier, TerritoryMap territories, TradesMetrics metrics, CancellationToken cancel)
    {
        var place = await PlaceAsync(request, caller, db, businesses, cancel);
        if (!place.Ok) return place.Problem.ToHttp();
        var business = place.Value;

        var guess = await classifier.ClassifyAsync(request.Title, request.Description, cancel);
        var covering = await territories.AgentsAsync(business.Id, request.Location, cancel);
        var now = clock.Now();
        var ticket = await db.InTransactionAsync(async token =>
        {
            var made = Ticket.Report(
                clock.NewId(), business.Id, caller.Id, request.PropertyId, null, request.Title.Trim(), request.Description.Trim(),
                request.Location, request.Address, request.Priority ?? TicketPriority.Normal, guess.Category, guess.Confidence,
                guess.Uncertain, business.Currency, business.Synthetic, now, now);
            if (await AgentRoom.TakeAsync(db, business.Id, covering, token) is { } agent) made.AssignAgent(agent);
            db.Tickets.Add(made);
            await db.RecordAsync(made, caller.Id, "ticket.created", null,
                new { made.Category, made.Confidence, made.AgentId }, null, token);
            await db.SaveChangesAsync(token);
            if (call.Wanted)
            {
                call.Answer(db, StatusCodes.Status201Created, TicketView.Of(made), $"/v1/tickets/{made.Id}");
                await db.SaveChangesAsync(token);
            }

            return made;
        }, cancel);

        metrics.Reported(ticket.Category);
        http.SetETag(ticket.Version);
        return TypedResults.Created($"/v1/tickets/{ticket.Id}", TicketView.Of(ticket));
    }

    private static async Task<Outcome<BusinessInfo>> PlaceAsync(
        Request request, Caller caller, TradesDb db, IBusinessDirectory businesses, CancellationToken cancel)
    {
        var id = request.BusinessId;
        if (request.PropertyId is { } propertyId)
        {
            var owner = await db.Properties.AsNoTracking().Where(p => p.Id == propertyId && p.Synthetic == caller.Synthetic)
                .Select(p => (Guid?)p.BusinessId).SingleOrDefaultAsync(cancel);
            if (owner is null || (id is not null && id != owner))
                return new Problem(404, "property_not_found", "There is no such property here.");
            id = owner;
        }

        var members = caller.Memberships.Select(m => m.BusinessId).Distinct().ToList();
        if (id is null && members.Count == 1) id = members[0];
        var business = id is { } known ? await businesses.FindAsync(known, cancel)
            : members.Count == 0 ? await businesses.DefaultAsync(cancel)
            : null;
        if (business is null) return id is null ? TradesProblems.BusinessRequired : new Problem(404, "business_not_found", "There is no such business.");
        // Self-checks and real people never meet.
        return business.Synthetic == caller.Synthetic ? business : new Problem(404, "business_not_found", "There is no such business.");
    }
}
