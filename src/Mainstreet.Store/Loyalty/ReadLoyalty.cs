using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Loyalty;

/// <summary>The caller's points, in all and shop by shop.</summary>
internal static class ReadLoyalty
{
    /// <param name="Balance">Points that may be spent, of all shops.</param>
    /// <param name="Pending">Points of orders that are paid and not delivered.</param>
    /// <param name="Owed">Points that a refund took back after they were spent: later earnings pay them first.</param>
    /// <param name="Expiring">What grows too old within <see cref="LoyaltyOptions.ExpiringDays"/>, soonest first, if it is not spent.</param>
    /// <param name="Shops">By name; points are spent where they were earned.</param>
    public sealed record Response(long Balance, long Pending, long Owed, IReadOnlyList<Expiring> Expiring, IReadOnlyList<AtShop> Shops);

    public sealed record Expiring(Guid BusinessId, long Points, DateTimeOffset At);

    /// <param name="Worth">What the balance takes off a bill.</param>
    public sealed record AtShop(Guid BusinessId, string Name, long Balance, long Pending, long Owed, Money Worth);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/loyalty", Handle)
        .WithName("store.loyalty.read").WithSummary("Your points: balance, pending, expiring")
        .RequireAuthorization(StorePermissions.Loyalty);

    internal static async Task<Ok<Response>> Handle(
        Caller caller, StoreDb db, IOptionsSnapshot<LoyaltyOptions> options, TimeProvider clock, CancellationToken cancel)
    {
        var (settings, now) = (options.Value, clock.Now());
        var balances = await db.Set<PointsBalance>().AsNoTracking().Where(b => b.CustomerId == caller.Id).ToListAsync(cancel);
        var until = now.AddDays(settings.ExpiringDays);
        var lots = await db.Set<PointsLot>().AsNoTracking().Where(l => l.CustomerId == caller.Id && l.Remaining > 0 && l.ExpiresAt <= until)
            .OrderBy(l => l.ExpiresAt).Select(l => new { l.BusinessId, l.Remaining, l.ExpiresAt }).ToListAsync(cancel);
        var businesses = balances.Select(b => b.BusinessId).ToList();
        var names = await db.Shops.AsNoTracking().Where(s => businesses.Contains(s.BusinessId))
            .Select(s => new { s.BusinessId, s.Name, s.Currency }).ToDictionaryAsync(s => s.BusinessId, cancel);

        var shops = balances.Select(b =>
        {
            // Too old, and the job has not come by yet: it cannot be spent.
            var balance = b.Available - lots.Where(l => l.BusinessId == b.BusinessId && l.ExpiresAt <= now).Sum(l => l.Remaining);
            var shop = names.GetValueOrDefault(b.BusinessId);
            return new AtShop(b.BusinessId, shop?.Name ?? "", balance, b.Pending, -b.Owed, new Money(balance * settings.PointValue, shop?.Currency ?? "INR"));
        }).OrderBy(s => s.Name, StringComparer.Ordinal).ThenBy(s => s.BusinessId).ToList();
        return TypedResults.Ok(new Response(
            shops.Sum(s => s.Balance), shops.Sum(s => s.Pending), shops.Sum(s => s.Owed),
            [.. lots.Where(l => l.ExpiresAt > now).GroupBy(l => (l.BusinessId, l.ExpiresAt)).Select(g => new Expiring(g.Key.BusinessId, g.Sum(l => l.Remaining), g.Key.ExpiresAt))],
            shops));
    }
}
