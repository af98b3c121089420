using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Matching;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>Tickets that the caller may see, newest first; filters by status, trade, agent and distance.</summary>
internal static class ListTickets
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tickets", Handle)
        .WithName("trades.tickets.list").WithSummary("List tickets")
        .RequireAuthorization(TradesPermissions.Read)
        .ProducesProblem(400);

    internal sealed record Filter(
        string? Status = null, string? Trade = null, string? Near = null, double? WithinMeters = null,
        bool? Mine = null, bool? Escalated = null, int? Limit = null, string? Cursor = null);

    internal static async Task<Results<Ok<Page<TicketView>>, ProblemHttpResult>> Handle(
        [AsParameters] Filter filter, Caller caller, TradesDb db, CancellationToken cancel)
    {
        var page = await ReadAsync(filter, caller, db, cancel);
        return page.Ok ? TypedResults.Ok(page.Value) : page.Problem.ToHttp();
    }

    internal static async Task<Outcome<Page<TicketView>>> ReadAsync(Filter filter, Caller caller, TradesDb db, CancellationToken cancel)
    {
        var size = Cursor.Limit(filter.Limit);
        if (!size.Ok) return size.Problem;
        var after = Foundation.Web.Cursor.Parse(filter.Cursor);
        if (after.Problem is { } badCursor) return badCursor;
        var wantedStatus = Words.Parse<TicketStatus>("status", filter.Status);
        if (wantedStatus.Problem is { } badStatus) return badStatus;
        var wantedTrade = Words.Parse<TradeCategory>("trade", filter.Trade);
        if (wantedTrade.Problem is { } badTrade) return badTrade;
        var near = ParsePoint(filter.Near);
        if (near.Problem is { } badPoint) return badPoint;
        if (filter.WithinMeters is { } w && !(w > 0 && w <= 20_100_000)) return Problem.Invalid("withinMeters", "must be above 0 and at most 20,100,000");
        if (filter.WithinMeters is not null && near.Value is null) return Problem.Invalid("near", "is needed with withinMeters");

        var query = db.Tickets.AsNoTracking().VisibleTo(caller, db);
        if (wantedStatus.Value is { } status) query = query.Where(t => t.Status == status);
        if (wantedTrade.Value is { } trade) query = query.Where(t => t.Category == trade);
        if (filter.Escalated is { } escalated) query = query.Where(t => t.Escalated == escalated);
        if (filter.Mine == true) query = query.Where(t => t.AgentId == caller.Id || t.TenantId == caller.Id
            || db.Contractors.Any(c => c.AccountId == caller.Id && c.Id == t.ContractorId));
        var radius = filter.WithinMeters ?? 10_000;
        if (near.Value is { } centre) query = InBoxes(query, centre, radius);

        // A circle is smaller than its box, so pages are filled from as many boxes' rows as it takes.
        var items = new List<TicketView>();
        var from = after.Value;
        while (true)
        {
            var rest = query;
            if (from is { } start)
                rest = rest.Where(t => t.CreatedAt < start.At || (t.CreatedAt == start.At && t.Id.CompareTo(start.Id) < 0));
            var want = size.Value + 1;
            var rows = await rest.OrderByDescending(t => t.CreatedAt).ThenByDescending(t => t.Id).Take(want)
                .Select(TicketView.Projection).ToListAsync(cancel);
            items.AddRange(near.Value is { } c
                ? rows.Where(r => Geo.DistanceMeters(c.Lat, c.Lon, r.Location.Lat, r.Location.Lon) <= radius)
                : rows);
            if (rows.Count < want || items.Count >= want) break;
            from = new Cursor(rows[^1].CreatedAt, rows[^1].Id);
        }

        var next = items.Count > size.Value
            ? new Cursor(items[size.Value - 1].CreatedAt, items[size.Value - 1].Id).ToString() : null;
        return new Page<TicketView>([.. items.Take(size.Value)], next);
    }

    private static IQueryable<Ticket> InBoxes(IQueryable<Ticket> tickets, GeoPoint centre, double radius)
    {
        var boxes = Geo.BoundingBoxes(centre.Lat, centre.Lon, radius).ToArray();
        var a = boxes[0];
        var b = boxes[^1];
        return tickets.Where(t => (t.Lat >= a.SouthLat && t.Lat <= a.NorthLat && t.Lon >= a.WestLon && t.Lon <= a.EastLon)
            || (t.Lat >= b.SouthLat && t.Lat <= b.NorthLat && t.Lon >= b.WestLon && t.Lon <= b.EastLon));
    }

    private static Outcome<GeoPoint?> ParsePoint(string? text)
    {
        if (string.IsNullOrEmpty(text)) return (GeoPoint?)null;
        var parts = text.Split(',');
        const System.Globalization.NumberStyles style = System.Globalization.NumberStyles.Float;
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        return parts.Length == 2 && double.TryParse(parts[0], style, culture, out var lat) && double.TryParse(parts[1], style, culture, out var lon)
            && lat is >= -90 and <= 90 && lon is >= -180 and <= 180
            ? new GeoPoint(lat, lon)
            : Problem.Invalid("near", "must be LAT,LON in degrees");
    }
}
