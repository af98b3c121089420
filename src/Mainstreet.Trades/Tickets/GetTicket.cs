using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>One ticket, to those who may see it.</summary>
internal static class GetTicket
{
    // The most-read route: compiled once, one query, and the visibility of the common readers decided from the row itself.
    private static readonly CompiledQuery<Func<TradesDb, Guid, CancellationToken, Task<TicketView?>>> Read = new(() => EF.CompileAsyncQuery(
        (TradesDb db, Guid id, CancellationToken cancel) =>
            db.Tickets.AsNoTracking().Where(t => t.Id == id).Select(TicketView.Projection).SingleOrDefault()));

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tickets/{id:guid}", Handle)
        .WithName("trades.tickets.get").WithSummary("Read a ticket")
        .RequireAuthorization(TradesPermissions.Read)
        .ProducesProblem(404);

    internal static async Task<Results<Ok<TicketView>, ProblemHttpResult>> Handle(
        Guid id, Caller caller, HttpContext http, TradesDb db, CancellationToken cancel)
    {
        var view = await FindAsync(id, caller, db, cancel);
        if (view is null) return Problem.NotFound.ToHttp();
        http.SetETag(view.Version);
        return TypedResults.Ok(view);
    }

    internal static async Task<TicketView?> FindAsync(Guid id, Caller caller, TradesDb db, CancellationToken cancel)
    {
        var view = await Read.For(db)(db, id, cancel);
        if (view is null) return null;
        if (view.TenantId == caller.Id || caller.ActsFor(view.Id, view.BusinessId)) return view;
        if (!caller.AccountRoles.Contains(Roles.Contractor)) return null;
        return await db.Tickets.AsNoTracking().Where(t => t.Id == id).VisibleTo(caller, db).AnyAsync(cancel) ? view : null;
    }
}
