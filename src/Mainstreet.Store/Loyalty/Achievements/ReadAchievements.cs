using Mainstreet.Foundation.Authorization;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Loyalty.Achievements;

/// <summary>All achievements with how far the caller has come.</summary>
internal static class ReadAchievements
{
    public sealed record Response(IReadOnlyList<Item> Items);

    /// <param name="Code">Stable word.</param>
    /// <param name="Progress">0 to <paramref name="Target"/>.</param>
    /// <param name="AchievedAt">Null while it is not reached; shortly after the delivery that reached it.</param>
    public sealed record Item(string Code, string Title, string Description, long Progress, long Target, DateTimeOffset? AchievedAt);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/achievements", Handle)
        .WithName("store.achievements.list").WithSummary("Achievements, and how far you have come")
        .RequireAuthorization(StorePermissions.Loyalty);

    internal static async Task<Ok<Response>> Handle(Caller caller, StoreDb db, CancellationToken cancel)
    {
        var facts = await Facts.ReadAsync(db, caller.Id, cancel);
        var reached = await db.Set<Achievement>().AsNoTracking().Where(a => a.CustomerId == caller.Id).ToDictionaryAsync(a => a.Code, a => a.AchievedAt, cancel);
        return TypedResults.Ok(new Response([.. AchievementRules.All.Select(r =>
        {
            var at = reached.TryGetValue(r.Code, out var when) ? when : (DateTimeOffset?)null;
            return new Item(r.Code, r.Title, r.Description, at is null ? Math.Min(r.Measure(facts), r.Target) : r.Target, r.Target, at);
        })]));
    }
}
