using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Tickets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Matching;

/// <summary>
/// Why these contractors: for each wave that was sent, every candidate considered with the numbers of that moment, and whether
/// the stored numbers give the same choice again. A ticket without waves is answered with a search made now, not stored.
/// </summary>
internal static class ExplainMatch
{
    public sealed record Candidate(
        Guid ContractorId, string DisplayName, double DistanceMeters, double DistanceMiles, double Score,
        SearchContractors.Breakdown Breakdown, bool Chosen, string Reason, int? Rank);

    public sealed record WaveView(
        int? Try, int? Wave, double RadiusMeters, DateTimeOffset At, bool Reproducible, IReadOnlyList<Candidate> Candidates);

    public sealed record Response(Guid TicketId, IReadOnlyList<WaveView> Waves);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/matching/explain/{ticketId:guid}", Handle)
        .WithName("trades.matching.explain").WithSummary("Explain whom a ticket was offered to, and why")
        .RequireAuthorization(TradesPermissions.Match)
        .ProducesProblem(404);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Guid ticketId, Caller caller, TradesDb db, TimeProvider clock, Matchers matchers, IOptions<TradesOptions> options, CancellationToken cancel)
    {
        var response = await ReadAsync(ticketId, caller, db, clock, matchers, options.Value, cancel);
        return response is null ? Problem.NotFound.ToHttp() : TypedResults.Ok(response);
    }

    internal static async Task<Response?> ReadAsync(
        Guid ticketId, Caller caller, TradesDb db, TimeProvider clock, Matchers matchers, TradesOptions options, CancellationToken cancel)
    {
        var ticket = await db.Tickets.AsNoTracking().SingleOrDefaultAsync(t => t.Id == ticketId, cancel);
        if (ticket is null || !caller.ActsFor(ticket, TradesPermissions.Match)) return null;
        var waves = await db.Waves.AsNoTracking().Where(w => w.TicketId == ticketId).OrderBy(w => w.Try).ThenBy(w => w.Number).ToListAsync(cancel);
        var stored = waves.Select(w => (Wave: (Offers.Wave?)w, Explanation: MatchExplanation.FromJson(w.Explanation))).ToList();
        if (stored.Count == 0)
        {
            var now = await matchers.For(db).RankAsync(new MatchQuery(
                ticket.Lat, ticket.Lon, ticket.Category, options.MaxRadiusMeters, 10, ticket.Id, clock.Now(), ticket.BusinessId,
                ticket.Synthetic, [], options.ParallelOffers), cancel);
            stored.Add((null, now.Explanation));
        }

        var ids = stored.SelectMany(s => s.Explanation.Candidates.Select(c => c.ContractorId)).Distinct().ToArray();
        var names = await db.Contractors.AsNoTracking().Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.DisplayName, cancel);
        var offered = await db.Offers.AsNoTracking().Where(o => o.TicketId == ticketId)
            .Select(o => new { o.Try, o.Wave, o.ContractorId }).ToListAsync(cancel);
        return new Response(ticketId, [.. stored.Select(s => View(s.Wave, s.Explanation, names,
            [.. offered.Where(o => o.Try == s.Wave?.Try && o.Wave == s.Wave?.Number).Select(o => o.ContractorId)]))]);
    }

    private static WaveView View(Offers.Wave? wave, MatchExplanation explanation, Dictionary<Guid, string> names, HashSet<Guid> offered)
    {
        var chosen = explanation.Candidates.Where(c => c.Reason == MatchReason.Chosen).Select(c => c.ContractorId).ToList();
        var named = wave is { RadiusMeters: 0 };
        return new WaveView(wave?.Try, wave?.Number, wave?.RadiusMeters ?? explanation.Query.RadiusMeters, explanation.Query.At,
            named || explanation.Replay().SequenceEqual(chosen),
            [.. explanation.Candidates.Select(c => new Candidate(
                c.ContractorId, names.GetValueOrDefault(c.ContractorId, "?"), c.DistanceMeters, Geo.ToMiles(c.DistanceMeters), c.Score,
                new SearchContractors.Breakdown(c.Breakdown.Distance, c.Breakdown.Performance, c.Breakdown.Acceptance, c.Breakdown.Load, c.Breakdown.Exploration),
                wave is null ? c.Reason == MatchReason.Chosen : offered.Contains(c.ContractorId),
                named ? "namedByAgent"
                    // Ranked among the best but beyond the wave's size: kept in reserve.
                    : wave is not null && c.Reason == MatchReason.Chosen && !offered.Contains(c.ContractorId) ? "reserve"
                    : System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(c.Reason.ToString()),
                c.Rank))]);
    }
}
