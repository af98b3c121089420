using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Matching;

/// <summary>Ranks contractors for a place and a trade, best first. Changes nothing.</summary>
internal static class SearchContractors
{
    public sealed record Request(
        GeoPoint Location,
        TradeCategory Category,
        [Range(1, 20_100_000)] double? RadiusMeters = null,
        [Range(1, 200)] int? Limit = null,
        Guid? BusinessId = null,
        Guid? TicketId = null);

    public sealed record Breakdown(double Distance, double Performance, double Acceptance, double Load, double Exploration);

    public sealed record Item(Guid ContractorId, string DisplayName, double DistanceMeters, double DistanceMiles, double Score, Breakdown Breakdown);

    public sealed record Response(IReadOnlyList<Item> Items);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/matching/search", Handle)
        .WithName("trades.matching.search").WithSummary("Rank contractors for a place and a trade")
        .RequireAuthorization(TradesPermissions.Match)
        .ProducesValidationProblem();

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Request request, Caller caller, TradesDb db, TimeProvider clock, Matchers matchers, IOptions<TradesOptions> options, CancellationToken cancel)
    {
        var mine = caller.BusinessesWith(TradesPermissions.Match);
        var business = request.BusinessId ?? (mine.Count == 1 ? mine[0] : null);
        if (business is { } id && !caller.Can(TradesPermissions.Match, id)) return Problem.NotFound.ToHttp();
        if (business is null && !caller.IsAdmin) return TradesProblems.BusinessRequired.ToHttp();

        // Without a ticket exploration is drawn by business and place, so that the same question gets the same answer.
        var result = await matchers.For(db).RankAsync(new MatchQuery(
            request.Location.Lat, request.Location.Lon, request.Category, request.RadiusMeters ?? options.Value.MaxRadiusMeters,
            request.Limit ?? 20, request.TicketId ?? business ?? caller.Id, clock.Now(), business, caller.Synthetic, [],
            options.Value.ParallelOffers), cancel);
        return TypedResults.Ok(new Response([.. result.Items.Select(From)]));
    }

    private static Item From(Match m) => new(m.ContractorId, m.DisplayName, m.DistanceMeters, m.DistanceMiles, m.Score,
        new Breakdown(m.Breakdown.Distance, m.Breakdown.Performance, m.Breakdown.Acceptance, m.Breakdown.Load, m.Breakdown.Exploration));
}
