using Mainstreet.Foundation.Authorization;
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
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tickets/{id:guid}", Handle)
        .WithName("trades.tickets.get").WithSummary("Read a ticket")
        .RequireAuthorization(TradesPermissions.Read)
        .ProducesProblem(404);

    internal static async Task<Results<Ok<TicketView>, ProblemHttpResult>> Handle(
        Guid id, Caller caller, HttpContext http, TicketReader reader, TradesDb db, CancellationToken cancel)
    {
        var view = await reader.FindAsync(id, cancel);
        if (view is null || !await MaySeeAsync(view, caller, db, cancel)) return Problem.NotFound.ToHttp();
        http.SetETag(view.Version);
        return TypedResults.Ok(view);
    }

    internal static async Task<TicketView?> FindAsync(Guid id, Caller caller, TradesDb db, CancellationToken cancel)
    {
        var view = await db.Tickets.AsNoTracking().Where(t => t.Id == id).Select(TicketView.Projection).SingleOrDefaultAsync(cancel);
        return view is not null && await MaySeeAsync(view, caller, db, cancel) ? view : null;
    }

    // The visibility of the common readers is decided from the row itself.
    private static async ValueTask<bool> MaySeeAsync(TicketView view, Caller caller, TradesDb db, CancellationToken cancel) =>
        view.TenantId == caller.Id || caller.ActsFor(view.Id, view.BusinessId)
        || (caller.AccountRoles.Contains(Roles.Contractor)
            && await db.Tickets.AsNoTracking().Where(t => t.Id == view.Id).VisibleTo(caller, db).AnyAsync(cancel));
}
