using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Trades.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Contractors;

/// <summary>Where the contractor is now; matching measures from here. Frequent, so neither audited nor versioned.</summary>
internal static class MoveContractor
{
    public sealed record Request(
        [property: System.ComponentModel.DataAnnotations.Range(-90.0, 90.0)] double Lat,
        [property: System.ComponentModel.DataAnnotations.Range(-180.0, 180.0)] double Lon);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/contractors/me/position", Handle)
        .WithName("trades.contractors.move").WithSummary("Report my position")
        .RequireAuthorization(TradesPermissions.Work).Produces(204).ProducesProblem(404);

    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Request request, Caller caller, TradesDb db, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.Now();
        var moved = await db.InTransactionAsync(token => db.Contractors.Where(c => c.AccountId == caller.Id).ExecuteUpdateAsync(s => s
            .SetProperty(c => c.Lat, request.Lat).SetProperty(c => c.Lon, request.Lon).SetProperty(c => c.PositionAt, now), token), cancel);
        return moved == 0 ? TradesProblems.NoProfile.ToHttp() : TypedResults.NoContent();
    }
}
