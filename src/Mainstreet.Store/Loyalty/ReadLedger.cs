using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Loyalty;

/// <summary>The caller's entries of the ledger, newest first. The postings of an entry sum to zero; those to <c>available</c> make the balance.</summary>
internal static class ReadLedger
{
    /// <param name="Kind"><c>earn</c>, <c>confirm</c>, <c>redeem</c>, <c>reverse</c>, <c>return</c> or <c>expire</c>.</param>
    /// <param name="OrderId">None for an expiry.</param>
    /// <param name="Postings">
    /// Points by account: <c>available</c>, <c>pending</c> and <c>owed</c> are yours, <c>issued</c>, <c>redeemed</c> and <c>expired</c> the shop's.
    /// </param>
    public sealed record Item(Guid Id, DateTimeOffset At, string Kind, Guid BusinessId, Guid? OrderId, Postings Postings);

    public sealed record Postings(long Available, long Pending, long Owed, long Issued, long Redeemed, long Expired);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/loyalty/ledger", Handle)
        .WithName("store.loyalty.ledger").WithSummary("What moved your points, newest first")
        .RequireAuthorization(StorePermissions.Loyalty).ProducesProblem(400);

    internal static async Task<Results<Ok<Page<Item>>, ProblemHttpResult>> Handle(
        Caller caller, StoreDb db, CancellationToken cancel, Guid? businessId = null, int? limit = null, string? cursor = null)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem!.ToHttp();
        var after = Cursor.Parse(cursor);
        if (!after.Ok && after.Problem is { } bad) return bad.ToHttp();
        var query = db.Set<PointsEntry>().AsNoTracking().Where(e => e.CustomerId == caller.Id);
        if (businessId is { } business) query = query.Where(e => e.BusinessId == business);
        if (after.Value is { } last) query = query.Where(e => e.At < last.At || (e.At == last.At && e.Id.CompareTo(last.Id) < 0));
        var rows = await query.OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Take(size.Value + 1).ToListAsync(cancel);
        var next = rows.Count > size.Value ? new Cursor(rows[size.Value - 1].At, rows[size.Value - 1].Id).ToString() : null;
        return TypedResults.Ok(new Page<Item>([.. rows.Take(size.Value).Select(View)], next));
    }

    private static Item View(PointsEntry e) => new(
        e.Id, e.At, Words.Of(e.Kind), e.BusinessId, e.OrderId, new Postings(e.Available, e.Pending, e.Owed, e.Issued, e.Redeemed, e.Expired));
}
