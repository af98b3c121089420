using System.Globalization;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Files;
using Mainstreet.Foundation.Photos;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;
using Mainstreet.Trades.Classification;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Photos;
using Mainstreet.Trades.Territories;
using Mainstreet.Trades.Tickets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Pages;

/// <summary>The report as a plain form, for browsers without script: the same use case as <c>POST /v1/tickets</c>, answered by pages.</summary>
internal static class ReportForm
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/report", HandleAsync).RequireAuthorization(TradesPermissions.Report)
        .WithMetadata(new RequestSizeLimitAttribute(128L * 1024 * 1024)).ExcludeFromDescription();

    private static async Task<IResult> HandleAsync(
        HttpContext http, Caller caller, TradesDb db, TimeProvider clock, IBusinessDirectory businesses, ITradeClassifier classifier,
        TerritoryMap territories, TradesMetrics metrics, FeatureSwitches switches, PhotoIntake intake, IFileStore files, IOptions<PhotoLimits> limits, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var values = form.ToDictionary(f => f.Key, f => f.Value.ToString(), StringComparer.Ordinal);
        var (request, wrong) = Read(values);
        if (wrong is not null) return Back(values, wrong);
        if (switches.Refusal(TradesFeatures.Tickets, caller.Id.ToString()) is { } paused) return Back(values, paused);

        var result = await ReportTicket.Handle(
            request!, caller, http, new IdempotentCall(), db, clock, businesses, classifier, territories, metrics, cancel);
        if (result.Result is not Created<TicketView> { Value: { } ticket })
            return Back(values, TicketForms.ProblemOf(result.Result) ?? Problem.Invalid("form", "is not filled in correctly"));

        // The ticket stands whatever becomes of its photos; the page says which problem the first refused one had.
        Problem? refused = null;
        foreach (var file in form.Files.GetFiles("photos").Where(f => f.Length > 0))
        {
            await using var stream = file.OpenReadStream();
            var kept = await PhotoRoutes.KeepAsync(ticket.Id, stream, caller, db, clock, intake, files, limits.Value, cancel);
            refused ??= kept.Problem;
        }

        return new SeeOther($"/tickets/{ticket.Id}{(refused is null ? "" : "?problem=" + refused.Code)}");
    }

    private static (ReportTicket.Request? Request, Problem? Problem) Read(Dictionary<string, string> values)
    {
        string? Text(string name) => values.GetValueOrDefault(name)?.Trim() is { Length: > 0 } text ? text : null;
        var errors = new Dictionary<string, string[]>();
        if (Text("title") is not { Length: <= 200 }) errors["title"] = ["is needed, with at most 200 characters"];
        if (Text("description") is not { Length: <= 8_000 }) errors["description"] = ["is needed, with at most 8,000 characters"];
        if (Text("address") is { Length: > 500 }) errors["address"] = ["has at most 500 characters"];
        if (values.Values.Any(v => v.Contains('\0'))) errors["form"] = ["contains the character U+0000"];
        var (lat, lon) = (Degrees(Text("lat")), Degrees(Text("lon")));
        if (lat is not (>= -90 and <= 90)) errors["latitude"] = ["is needed, in degrees from -90 to 90"];
        if (lon is not (>= -180 and <= 180)) errors["longitude"] = ["is needed, in degrees from -180 to 180"];
        Guid? property = null;
        if (Text("propertyId") is { } id)
        {
            if (Guid.TryParse(id, out var known)) property = known;
            else errors["property"] = ["is none of those offered"];
        }

        Guid? business = Guid.TryParse(Text("businessId"), out var named) ? named : null;
        if (errors.Count > 0) return (null, new Problem(400, "invalid_request", "Please look at the form again.") { Errors = errors });
        var priority = Enum.TryParse<TicketPriority>(Text("priority"), true, out var urgent) && Enum.IsDefined(urgent) ? urgent : TicketPriority.Normal;
        return (new ReportTicket.Request(Text("title")!, Text("description")!, new GeoPoint(lat!.Value, lon!.Value), Text("address"), property, business, priority), null);
    }

    internal static double? Degrees(string? text) =>
        double.TryParse(text?.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static RazorComponentResult<ReportPage> Back(Dictionary<string, string> values, Problem problem) =>
        new(new Dictionary<string, object?> { [nameof(ReportPage.Values)] = values, [nameof(ReportPage.Problem)] = problem })
        {
            StatusCode = problem.Status,
        };
}
