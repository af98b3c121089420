using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Tickets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Offers;

/// <summary>The contractor's own offers, newest first; <c>state=open</c> leaves out those whose time is up.</summary>
internal static class ListOffers
{
    public sealed record Item(
        Guid Id, Guid TicketId, long Number, string Title, string Description, GeoPoint Location, string? Address,
        TradeCategory Category, TicketPriority Priority, Estimate? Estimate, OfferState State, double DistanceMeters,
        int Wave, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/offers", Handle)
        .WithName("trades.offers.list").WithSummary("My offers")
        .RequireAuthorization(TradesPermissions.Work);

    internal static async Task<Results<Ok<Page<Item>>, ProblemHttpResult>> Handle(
        Caller caller, TradesDb db, TimeProvider clock, string? state = null, int? limit = null, string? cursor = null, CancellationToken cancel = default)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem.ToHttp();
        var after = Cursor.Parse(cursor);
        if (after.Problem is { } badCursor) return badCursor.ToHttp();

        var wantedState = Words.Parse<OfferState>("state", state);
        if (wantedState.Problem is { } badState) return badState.ToHttp();

        var now = clock.Now();
        var query =
            from o in db.Offers.AsNoTracking()
            join c in db.Contractors on o.ContractorId equals c.Id
            join t in db.Tickets on o.TicketId equals t.Id
            where c.AccountId == caller.Id
            select new { o, t };
        if (wantedState.Value is { } wanted) query = query.Where(x => x.o.State == wanted);
        if (wantedState.Value == OfferState.Open) query = query.Where(x => x.o.ExpiresAt > now && x.t.Status == TicketStatus.Offered);
        if (after.Value is { } from)
            query = query.Where(x => x.o.CreatedAt < from.At || (x.o.CreatedAt == from.At && x.o.Id.CompareTo(from.Id) < 0));

        var rows = await query.OrderByDescending(x => x.o.CreatedAt).ThenByDescending(x => x.o.Id).Take(size.Value + 1)
            .Select(x => new Item(
                x.o.Id, x.t.Id, x.t.Number, x.t.Title, x.t.Description, new GeoPoint(x.t.Lat, x.t.Lon), x.t.Address,
                x.t.Category, x.t.Priority,
                x.t.EstimateMin == null || x.t.EstimateMax == null
                    ? null : new Estimate(new Money(x.t.EstimateMin.Value, x.t.Currency), new Money(x.t.EstimateMax.Value, x.t.Currency)),
                x.o.State, x.o.DistanceMeters, x.o.Wave, x.o.CreatedAt, x.o.ExpiresAt))
            .ToListAsync(cancel);
        var next = rows.Count > size.Value ? new Cursor(rows[size.Value - 1].CreatedAt, rows[size.Value - 1].Id).ToString() : null;
        return TypedResults.Ok(new Page<Item>([.. rows.Take(size.Value)], next));
    }
}
