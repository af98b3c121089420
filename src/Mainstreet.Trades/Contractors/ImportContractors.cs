using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Import;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Contractors;

/// <summary>
/// Takes contractors from CSV: externalId?, displayName, email?, trades (;-separated), lat, lon, serviceRadiusMeters?. They belong
/// to the business and have no account until somebody with that e-mail claims them.
/// </summary>
internal static class ImportContractors
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/contractors/import", Handle)
        .WithName("trades.contractors.import").WithSummary("Import contractors from CSV")
        .RequireAuthorization(TradesPermissions.Import)
        .TakesCsv();

    internal static async Task<Results<Ok<ImportAnswer>, ProblemHttpResult>> Handle(
        HttpContext http, Caller caller, TradesDb db, TimeProvider clock, IBusinessDirectory businesses,
        Guid? businessId = null, CancellationToken cancel = default)
    {
        var business = await OwnBusiness.FindAsync(businessId, TradesPermissions.Import, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        return await CsvImport.RunAsync(http, ["displayName", "trades", "lat", "lon"], Read, async (batch, token) =>
        {
            var ids = batch.Where(b => b.Value.ExternalId is not null).Select(b => b.Value.ExternalId).ToArray();
            var known = await db.Contractors.AsNoTracking().Where(c => c.BusinessId == business.Value.Id && ids.Contains(c.ExternalId))
                .Select(c => c.ExternalId!).ToListAsync(token);
            var seen = new HashSet<string>(known, StringComparer.Ordinal);
            var rejected = new List<ImportError>();
            var now = clock.Now();
            foreach (var (line, row) in batch)
            {
                if (row.ExternalId is { } external && !seen.Add(external))
                {
                    rejected.Add(new ImportError(line, "externalId: was imported before"));
                    continue;
                }

                db.Contractors.Add(new Contractor
                {
                    Id = clock.NewId(), BusinessId = business.Value.Id, ExternalId = row.ExternalId, DisplayName = row.DisplayName,
                    Email = row.Email, NormalizedEmail = row.Email?.ToUpperInvariant(), Trades = row.Trades, Lat = row.Base.Lat, Lon = row.Base.Lon,
                    ServiceRadiusMeters = row.ServiceRadiusMeters, TimeZone = business.Value.TimeZone, Synthetic = business.Value.Synthetic,
                    Version = 1, CreatedAt = now, UpdatedAt = now,
                });
            }

            await db.AuditAsync(new Foundation.Audit.AuditEntry($"business:{business.Value.Id}:contractors", caller.Id, "contractors.imported", null, null,
                new { count = batch.Count - rejected.Count }), token);
            await db.SaveChangesAsync(token);
            return rejected;
        }, db, cancel);
    }

    private sealed record Row(string? ExternalId, string DisplayName, string? Email, int Trades, GeoPoint Base, double? ServiceRadiusMeters);

    private static Outcome<Row> Read(CsvRow row)
    {
        var cells = new Cells(row);
        var name = cells.Text("displayName", 1, 120);
        var email = cells.Optional("email", 254);
        if (email is not null && (!email.Contains('@') || email.Any(char.IsWhiteSpace))) cells.Complain("email: is not an e-mail address");
        var trades = 0;
        foreach (var word in (row["trades"] ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var trade = Words.Parse<TradeCategory>("trades", word);
            if (trade.Problem is { Errors: { } errors }) cells.Complain($"trades: {errors["trades"][0]}");
            else if (trade.Value is { } known) trades |= 1 << (int)known;
        }

        if (trades == 0) cells.Complain("trades: is needed");
        var read = new Row(cells.Optional("externalId", 100), name, email, trades, cells.Point(), cells.Number("serviceRadiusMeters", 100, 1_000_000));
        return cells.Problem is { } problem ? problem : read;
    }
}
