using System.ComponentModel.DataAnnotations;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Offers;
using Mainstreet.Trades.Territories;
using Mainstreet.Trades.Tickets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Work;

/// <summary>The job is done, with proof: inProgress → completed. Errors: wrong_status, photo_not_found.</summary>
internal static class CompleteWork
{
    internal const string CloseJob = "trades.close";

    public sealed record Request(
        [Required, StringLength(4_000, MinimumLength = 1)] string Note,
        Money? Price = null,
        [MaxLength(50)] Guid[]? PhotoIds = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tickets/{id:guid}/complete", Handle)
        .WithName("trades.tickets.complete").WithSummary("Complete the work")
        .RequireAuthorization(TradesPermissions.Work)
        .Idempotent()
        .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    internal static Task<Results<Ok<TicketView>, ProblemHttpResult>> Handle(
        Guid id, Request request, Caller caller, HttpContext http, IdempotentCall call, TradesDb db, TimeProvider clock,
        IOptions<TradesOptions> options, CancellationToken cancel) =>
        TicketAct.RunAsync(db, id, caller, http, call, async (ticket, token) =>
        {
            if (await Holder.CheckAsync(db, ticket, caller, token) is { } problem) return problem;
            if (ticket.Status != TicketStatus.InProgress) return TradesProblems.WrongStatus(ticket.Status);
            var wanted = (request.PhotoIds ?? []).Distinct().ToArray();
            var photos = await db.Photos.Where(p => p.TicketId == id && wanted.Contains(p.Id)).ToListAsync(token);
            if (photos.Count != wanted.Length) return new Problem(422, "photo_not_found", "A photo named as proof does not belong to this ticket.");
            foreach (var photo in photos) photo.Proof = true;

            var now = clock.Now();
            ticket.Complete(request.Note, request.Price, now);
            db.Publish(TicketFacts.Stream(id), new JobEnded(id, ticket.ContractorId!.Value, Completed: true));
            if (ticket is { Price: > 0 and var price, TenantId: { } tenant })
                db.Publish(TicketFacts.Stream(id), new JobPriced(id, ticket.Number, ticket.Title, ticket.BusinessId, tenant, price, ticket.Currency, ticket.Synthetic));
            db.Schedule(CloseJob, id.ToString(), now.AddDays(options.Value.CloseAfterDays));
            await db.RecordAsync(ticket, caller.Id, "ticket.completed", TicketStatus.InProgress,
                new { request.Note, request.Price, photoIds = wanted }, null, token);
            return null;
        }, cancel);
}

/// <summary>Closes a completed ticket that its tenant did not rate.</summary>
internal sealed class CloseTimer(TradesDb db, TimeProvider clock) : IJobHandler
{
    public ModuleDb Db => db;

    public async Task RunAsync(JobExecution job, CancellationToken cancel)
    {
        var id = Guid.Parse(job.Key);
        var ticket = await db.HoldTicketAsync(id, cancel);
        if (ticket is not { Status: TicketStatus.Completed }) return;
        ticket.Close(null, null, clock.Now());
        await AgentRoom.FreeAsync(db, ticket, cancel);
        await db.RecordAsync(ticket, null, "ticket.closed", TicketStatus.Completed, null, null, cancel);
        await db.SaveChangesAsync(cancel);
    }
}
