using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Classification;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Import;
using Mainstreet.Trades.Territories;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>
/// Takes tickets from CSV: externalId?, title, description, lat, lon, address?, priority?, createdAt?. Streamed; a bad row is
/// told by its line and the others go on. A row whose externalId is known is rejected, so that an import can be sent again.
/// </summary>
internal static class ImportTickets
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tickets/import", Handle)
        .WithName("trades.tickets.import").WithSummary("Import tickets from CSV")
        .RequireAuthorization(TradesPermissions.Import)
        .RequireFeature(TradesFeatures.Tickets)
        .TakesCsv();

    internal static async Task<Results<Ok<ImportAnswer>, ProblemHttpResult>> Handle(
        HttpContext http, Caller caller, TradesDb db, TimeProvider clock, IBusinessDirectory businesses, ITradeClassifier classifier,
        TerritoryMap territories, Guid? businessId = null, CancellationToken cancel = default)
    {
        var business = await OwnBusiness.FindAsync(businessId, TradesPermissions.Import, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        return await CsvImport.RunAsync(http, ["title", "description", "lat", "lon"],
            row => Read(row, clock.Now()),
            async (batch, token) =>
            {
                var ids = batch.Where(b => b.Value.ExternalId is not null).Select(b => b.Value.ExternalId).ToArray();
                var known = await db.Tickets.AsNoTracking().Where(t => t.BusinessId == business.Value.Id && ids.Contains(t.ExternalId))
                    .Select(t => t.ExternalId!).ToListAsync(token);
                var seen = new HashSet<string>(known, StringComparer.Ordinal);
                var rejected = new List<ImportError>();
                foreach (var (line, row) in batch)
                {
                    if (row.ExternalId is { } external && !seen.Add(external))
                    {
                        rejected.Add(new ImportError(line, "externalId: was imported before"));
                        continue;
                    }

                    var guess = await classifier.ClassifyAsync(row.Title, row.Description, token);
                    var now = clock.Now();
                    var ticket = Ticket.Report(
                        clock.NewId(), business.Value.Id, null, null, row.ExternalId, row.Title, row.Description, row.Location, row.Address,
                        row.Priority, guess.Category, guess.Confidence, guess.Uncertain, business.Value.Currency, business.Value.Synthetic,
                        row.CreatedAt, now);
                    var covering = await territories.AgentsAsync(business.Value.Id, row.Location, token);
                    if (await AgentRoom.TakeAsync(db, business.Value.Id, covering, token) is { } agent) ticket.AssignAgent(agent);
                    db.Tickets.Add(ticket);
                    db.AuditFirst(new Foundation.Audit.AuditEntry(TicketFacts.Stream(ticket.Id), caller.Id, "ticket.created", null,
                        TradesProblems.Camel(ticket.Status), new { imported = true, ticket.Category, ticket.Confidence, ticket.AgentId }));
                }

                db.Notify($"import:{business.Value.Id}", "tickets.imported", new { count = batch.Count - rejected.Count }, $"business:{business.Value.Id}");
                await db.SaveChangesAsync(token);
                return rejected;
            }, db, cancel);
    }

    private sealed record Row(
        string? ExternalId, string Title, string Description, GeoPoint Location, string? Address, TicketPriority Priority, DateTimeOffset CreatedAt);

    private static Outcome<Row> Read(CsvRow row, DateTimeOffset now)
    {
        var cells = new Cells(row);
        var title = cells.Text("title", 1, 200);
        var description = cells.Text("description", 1, 8_000);
        var location = cells.Point();
        var read = new Row(cells.Optional("externalId", 100), title, description, location, cells.Optional("address", 500),
            cells.Word<TicketPriority>("priority") ?? TicketPriority.Normal, cells.Instant("createdAt", now) ?? now);
        return cells.Problem is { } problem ? problem : read;
    }
}
