using System.Globalization;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>Tickets that the caller may see, as CSV, oldest first, streamed. Cells that a spreadsheet would run are guarded.</summary>
internal static class ExportTickets
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tickets/export", Handle)
        .WithName("trades.tickets.export").WithSummary("Export tickets as CSV")
        .RequireAuthorization(TradesPermissions.Import)
        .Produces(200, contentType: "text/csv");

    internal static async Task Handle(HttpContext http, Caller caller, TradesDb db, CancellationToken cancel)
    {
        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = "attachment; filename=tickets.csv";
        var csv = new CsvWriter(http.Response.Body);
        await csv.WriteAsync(["number", "externalId", "status", "category", "priority", "title", "description", "lat", "lon", "address", "stars", "createdAt"], cancel);
        var tickets = db.Tickets.AsNoTracking().VisibleTo(caller, db).OrderBy(t => t.CreatedAt).ThenBy(t => t.Id).AsAsyncEnumerable();
        await foreach (var t in tickets.WithCancellation(cancel))
        {
            var c = CultureInfo.InvariantCulture;
            await csv.WriteAsync([
                t.Number.ToString(c), t.ExternalId, Words.Of(t.Status), Words.Of(t.Category), Words.Of(t.Priority), t.Title, t.Description,
                t.Lat.ToString("R", c), t.Lon.ToString("R", c), t.Address, t.Stars?.ToString(c), t.CreatedAt.UtcDateTime.ToString("O", c)], cancel);
        }
    }
}
