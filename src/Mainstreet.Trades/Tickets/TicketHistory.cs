using System.Text.Json;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>Everything that happened to a ticket, oldest first, as the audit trail has it.</summary>
internal static class TicketHistory
{
    public sealed record Item(DateTimeOffset At, Guid? ActorId, string Action, string? From, string? To, JsonElement? Detail);

    public sealed record Response(IReadOnlyList<Item> Items);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tickets/{id:guid}/history", Handle)
        .WithName("trades.tickets.history").WithSummary("Read a ticket's history")
        .RequireAuthorization(TradesPermissions.Read)
        .ProducesProblem(404);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(Guid id, Caller caller, TradesDb db, CancellationToken cancel)
    {
        if (await GetTicket.FindAsync(id, caller, db, cancel) is null) return Problem.NotFound.ToHttp();
        return TypedResults.Ok(new Response(await ReadAsync(id, db, cancel)));
    }

    internal static async Task<List<Item>> ReadAsync(Guid id, TradesDb db, CancellationToken cancel)
    {
        var stream = TicketFacts.Stream(id);
        var rows = await db.Audit.AsNoTracking().Where(a => a.Stream == stream).OrderBy(a => a.Seq).ToListAsync(cancel);
        return [.. rows.Select(a => new Item(a.At, a.ActorId, a.Action, a.From, a.To,
            a.Detail is null ? null : JsonSerializer.Deserialize<JsonElement>(a.Detail)))];
    }
}
