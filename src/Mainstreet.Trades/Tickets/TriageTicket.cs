using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Classification;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Triage;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Trades.Tickets;

/// <summary>An agent confirms or corrects the trade: submitted → triaged. The classifier learns from it. Errors: wrong_status.</summary>
internal static class TriageTicket
{
    public sealed record Request(
        TradeCategory Category,
        TicketPriority? Priority = null,
        Estimate? Estimate = null,
        [StringLength(2_000)] string? Note = null) : IValidatableObject
    {
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Estimate is { } e && (e.Min.Currency != e.Max.Currency || e.Min.Amount > e.Max.Amount))
                yield return new ValidationResult("min and max must have one currency, min not above max", [nameof(Estimate)]);
        }
    }

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tickets/{id:guid}/triage", Handle)
        .WithName("trades.tickets.triage").WithSummary("Confirm or correct the trade of a ticket")
        .RequireAuthorization(TradesPermissions.Triage)
        .Idempotent()
        .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    internal static Task<Results<Ok<TicketView>, ProblemHttpResult>> Handle(
        Guid id, Request request, Caller caller, HttpContext http, IdempotentCall call, TradesDb db, TimeProvider clock, CancellationToken cancel) =>
        TicketAct.RunAsync(db, id, caller, http, call, async (ticket, token) =>
        {
            if (!caller.ActsFor(ticket)) return Problem.Forbidden;
            var before = ticket.Status;
            var guessed = new { ticket.Category, ticket.Confidence, ticket.CategorySource };
            var now = clock.Now();
            if (ticket.Triage(request.Category, request.Priority, request.Estimate, now) is { } problem) return problem;
            // What a self-check reports teaches nothing.
            if (!ticket.Synthetic) db.Corrections.Add(new CorrectionRow
            {
                Id = clock.NewId(),
                TicketId = id,
                Text = Correction.TextOf(ticket.Title, ticket.Description),
                Category = request.Category,
                At = now,
            });
            await db.RecordAsync(ticket, caller.Id, "ticket.triaged", before,
                new { request.Category, request.Priority, request.Note, classifier = guessed }, null, token);
            return null;
        }, cancel);
}
